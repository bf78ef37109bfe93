import { basename, relativePath } from '../base/path.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { applyTextEdits, toTextEdits, type YamlEdit } from '../yaml/edit.ts';
import { findValue, isNull, type YamlNode } from '../yaml/node.ts';
import { parseSingle } from '../yaml/parse.ts';

/** A file of values beside a chart of which no unit is made, and the environment that it speaks of by its name. */
export interface OfferedEnvironment {
  /** `prod` of `values-prod.yaml`. */
  readonly name: string;
  /** Both relative to the workspace folder. */
  readonly chart: string;
  readonly values: string;
}

/** What the configuration could name as further environments of the charts that Helm renders, sorted by chart. */
export function offeredEnvironments({ root, renderedCharts }: WorkspaceFolder): readonly OfferedEnvironment[] {
  const offers = renderedCharts.flatMap(({ folder, offeredValues }) =>
    offeredValues.map((file) => ({
      name: nameOf(file),
      chart: relativePath(root, folder) || '.',
      values: relativePath(root, file),
    })),
  );
  return offers.sort((a, b) => (a.chart + a.values < b.chart + b.values ? -1 : 1));
}

/**
 * The text of a configuration with an offered environment in it: a chart more in the environment of that name, or a new one.
 * `undefined` where the text cannot be added to.
 */
export function addEnvironment(text: string, offer: OfferedEnvironment): string | undefined {
  if (text.trim() === '') return `environments:\n  - ${indent(entryOf(offer), '    ')}\n`;
  const edit = findEdit(parseSingle(text).root, offer);
  const edits = edit && toTextEdits(text, [edit]);
  return edits === undefined || edits.length === 0 ? undefined : applyTextEdits(text, edits);
}

function findEdit(root: YamlNode | undefined, offer: OfferedEnvironment): YamlEdit | undefined {
  if (root?.kind !== 'mapping') return undefined;
  const list = findValue(root, 'environments');
  const last = root.pairs.at(-1);
  if (list === undefined && root.flow && last !== undefined) {
    const end = Math.max(last.key.end, last.value.end);
    const { name, chart, values } = offer;
    const entry = { name, charts: [{ path: chart, values: [values] }] };
    return { kind: 'text', span: { start: end, end }, newText: `, "environments": ${JSON.stringify([entry])}` };
  }
  if (list === undefined || isNull(list))
    return { kind: 'insert-pair', mapping: root, key: 'environments', value: `- ${indent(entryOf(offer), '  ')}` };
  if (list.kind !== 'sequence') return undefined;
  const known = list.items.find((item) => nameIn(item) === offer.name);
  if (known === undefined) return { kind: 'insert-item', sequence: list, text: entryOf(offer) };
  const charts = findValue(known, 'charts');
  if (charts === undefined || isNull(charts))
    return { kind: 'insert-pair', mapping: known, key: 'charts', value: `- ${indent(chartOf(offer), '  ')}` };
  return charts.kind === 'sequence' ? { kind: 'insert-item', sequence: charts, text: chartOf(offer) } : undefined;
}

function nameIn(item: YamlNode): string | undefined {
  const name = findValue(item, 'name');
  return name?.kind === 'scalar' ? name.text : undefined;
}

function entryOf(offer: OfferedEnvironment): string {
  return `name: ${quote(offer.name)}\ncharts:\n  - ${indent(chartOf(offer), '    ')}`;
}

function chartOf({ chart, values }: OfferedEnvironment): string {
  return `path: ${quote(chart)}\nvalues: [${quote(values)}]`;
}

function quote(text: string): string {
  return /^[A-Za-z_][\w./-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function indent(text: string, by: string): string {
  return text.replaceAll('\n', `\n${by}`);
}

function nameOf(file: string): string {
  const [, name] = /^(?:values[-.])?(.*?)(?:-values)?\.ya?ml$/.exec(basename(file)) ?? [];
  return name || basename(file);
}

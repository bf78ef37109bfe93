import type { Span } from '../../base/span.ts';
import { applyTextEdits, type TextEdit } from '../../yaml/edit.ts';
import { findPair, type YamlNode, type YamlPair } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';

/** How a deprecated field becomes its successor. */
interface Successor {
  readonly name: string;
  /** Where the entries go among those that stand there: kustomize's order of carrying the two fields out. */
  readonly place: 'first' | 'last';
  /** An entry as the successor has it. */
  readonly wrap: 'as is' | 'as patch' | 'as labels' | 'as chart';
}

const SUCCESSORS: Readonly<Record<string, Successor>> = {
  bases: { name: 'resources', place: 'last', wrap: 'as is' },
  imageTags: { name: 'images', place: 'last', wrap: 'as is' },
  patchesJson6902: { name: 'patches', place: 'last', wrap: 'as is' },
  patchesStrategicMerge: { name: 'patches', place: 'first', wrap: 'as patch' },
  commonLabels: { name: 'labels', place: 'last', wrap: 'as labels' },
  helmChartInflationGenerator: { name: 'helmCharts', place: 'last', wrap: 'as chart' },
};

/** The field that takes the place of a deprecated one, where it can be rewritten. */
export function successorOf(field: string): string | undefined {
  if (field === 'vars') return 'replacements';
  return Object.hasOwn(SUCCESSORS, field) ? SUCCESSORS[field]?.name : undefined;
}

/**
 * The edits that turn a deprecated field of a kustomization into its successor, comments kept; `undefined` where the text has
 * not the form for it (two lists of which one is written in brackets, an alias).
 */
export function moveToSuccessor(text: string, field: string): readonly TextEdit[] | undefined {
  const successor = Object.hasOwn(SUCCESSORS, field) ? SUCCESSORS[field] : undefined;
  const { root, problems } = parseSingle(text);
  if (successor === undefined || root?.kind !== 'mapping' || root.flow || problems.length > 0) return undefined;
  const old = findPair(root, field);
  const target = findPair(root, successor.name);
  if (old === undefined || old.value.aliasOf !== undefined || !root.pairs.includes(old)) return undefined;
  if (target === undefined) return rename(text, old, successor);
  return target.value.aliasOf === undefined ? merge(text, old, target, successor) : undefined;
}

function rename(text: string, { key, value }: YamlPair, { name, wrap }: Successor): readonly TextEdit[] | undefined {
  const renamed: TextEdit = { start: key.start, end: key.end, newText: name };
  if (wrap === 'as is') return [renamed];
  if (wrap === 'as chart') {
    const keys = renameChartKeys(value);
    return keys && [renamed, ...keys];
  }
  if (wrap === 'as patch') {
    const wrapped = wrapPatches(text, value);
    return wrapped && [renamed, ...wrapped];
  }
  const lines = labelLines(text, key, value, '  ');
  if (lines === undefined) return undefined;
  return [{ start: key.start, end: lines.end, newText: `${name}:${lines.eol}${lines.text}` }];
}

/** Moves the lines of the old field's entries to the successor's. */
function merge(
  text: string,
  old: YamlPair,
  target: YamlPair,
  { place, wrap }: Successor,
): readonly TextEdit[] | undefined {
  // What kustomize makes of charts in both lists is nowhere written.
  if (wrap === 'as chart') return undefined;
  const list = target.value;
  const [first] = list.kind === 'sequence' && !list.flow ? list.items : [];
  if (list.kind !== 'sequence' || first === undefined) return undefined;
  const dash = dashColumn(text, first);
  const moved = movedLines(text, old, wrap, ' '.repeat(dash));
  if (moved === undefined) return undefined;
  const removal: TextEdit = { start: lineStart(text, old.key.start), end: nextLine(text, moved.end), newText: '' };
  const at = place === 'last' ? nextLine(text, contentEnd(text, list)) : lineStart(text, first.start);
  const needsBreak = at > 0 && text[at - 1] !== '\n';
  const added = `${needsBreak ? moved.eol : ''}${moved.text}${moved.eol}`;
  return [{ start: at, end: at, newText: added }, removal];
}

interface Lines {
  /** Without the break after the last one. */
  readonly text: string;
  /** Where the lines end that they were made from. */
  readonly end: number;
  readonly eol: string;
}

function movedLines(
  text: string,
  { key, value }: YamlPair,
  wrap: Successor['wrap'],
  indent: string,
): Lines | undefined {
  if (wrap === 'as labels') return labelLines(text, key, value, indent);
  const [first] = value.kind === 'sequence' && !value.flow ? value.items : [];
  const wrapped = wrap === 'as patch' ? wrapPatches(text, value) : [];
  if (first === undefined || wrapped === undefined) return undefined;
  const start = nextLine(text, key.end);
  const end = lineEnd(text, contentEnd(text, value));
  const inner = wrapped.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const body = applyTextEdits(text.slice(start, end), inner);
  const shifted = shift(body, indent.length - dashColumn(text, first));
  return shifted === undefined ? undefined : { text: remark(text, key, indent) + shifted, end, eol: eolOf(text) };
}

/** The comment behind a key that goes, as a line of its own. */
function remark(text: string, key: Span, indent: string): string {
  const comment = /^: *(#.*?)\r?$/.exec(text.slice(key.end, lineEnd(text, key.end)))?.[1];
  return comment === undefined ? '' : `${indent}${comment}${eolOf(text)}`;
}

/** `- pairs:` with the labels, and the switch that makes selectors follow. */
function labelLines(text: string, key: Span, value: YamlNode, indent: string): Lines | undefined {
  if (value.kind !== 'mapping' || value.pairs.length === 0) return undefined;
  const eol = eolOf(text);
  const last = `${eol}${indent}  includeSelectors: true`;
  if (value.flow) {
    const end = lineEnd(text, value.end);
    return { text: `${indent}- pairs: ${text.slice(value.start, end)}${last}`, end, eol };
  }
  const [first] = value.pairs;
  const start = nextLine(text, key.end);
  const end = lineEnd(text, contentEnd(text, value));
  const column = first === undefined ? 0 : first.key.start - lineStart(text, first.key.start);
  const shifted = shift(text.slice(start, end), indent.length + 4 - column);
  if (shifted === undefined || value.start < start) return undefined;
  const comment = /^: *(#.*?)\r?$/.exec(text.slice(key.end, lineEnd(text, key.end)))?.[1];
  const head = comment === undefined ? '' : ` ${comment}`;
  return { text: `${indent}- pairs:${head}${eol}${shifted}${last}`, end, eol };
}

/** The names that kustomize itself gives the members (api/types/helmchartargs.go); `undefined` where it leaves some out. */
const CHART_KEYS: Readonly<Record<string, string>> = {
  chartName: 'name',
  chartVersion: 'version',
  chartRepoUrl: 'repo',
  values: 'valuesFile',
  valuesLocal: 'valuesInline',
  valuesMerge: 'valuesMerge',
  releaseName: 'releaseName',
};

function renameChartKeys(value: YamlNode): readonly TextEdit[] | undefined {
  if (value.kind !== 'sequence') return undefined;
  const edits: TextEdit[] = [];
  for (const item of value.items) {
    if (item.kind !== 'mapping' || item.aliasOf !== undefined) return undefined;
    for (const { name = '', key } of item.pairs) {
      const newText = Object.hasOwn(CHART_KEYS, name) ? CHART_KEYS[name] : undefined;
      if (newText === undefined) return undefined;
      if (newText !== name) edits.push({ start: key.start, end: key.end, newText });
    }
  }
  return edits;
}

/** Each file as `path`, each patch that stands inline as `patch`, its lines two columns further. */
function wrapPatches(text: string, value: YamlNode): readonly TextEdit[] | undefined {
  if (value.kind !== 'sequence') return undefined;
  const edits: TextEdit[] = [];
  for (const item of value.items) {
    if (item.kind !== 'scalar' || item.aliasOf !== undefined) return undefined;
    const isInline = item.text.includes('\n');
    const source = text.slice(item.start, item.end);
    if (isInline && (value.flow || !/^[|>][+-]?[ \t]*(?:#.*)?\r?\n/.test(source))) return undefined;
    const [before, after] = value.flow ? ['{path: ', '}'] : [isInline ? 'patch: ' : 'path: ', ''];
    edits.push({ start: item.start, end: item.start, newText: before });
    if (after !== '') edits.push({ start: item.end, end: item.end, newText: after });
    if (!isInline) continue;
    for (const { index } of source.matchAll(/\n(?=[ \t]*[^\s])/g)) {
      const at = item.start + index + 1;
      edits.push({ start: at, end: at, newText: '  ' });
    }
  }
  return edits;
}

/** Lines moved by so many columns; `undefined` where one has not that much white space. */
function shift(lines: string, columns: number): string | undefined {
  if (columns >= 0) return lines.replace(/^(?=[^\r\n])/gm, ' '.repeat(columns));
  const tooFar = new RegExp(`^(?! {${-columns}})(?=[^\\r\\n])`, 'm');
  return tooFar.test(lines) ? undefined : lines.replace(new RegExp(`^ {${-columns}}`, 'gm'), '');
}

function dashColumn(text: string, item: YamlNode): number {
  const dash = text.lastIndexOf('-', item.start - 1);
  return dash - lineStart(text, dash);
}

/** The end of the last line of a node that is not blank: the span of a block scalar may go on to the next key. */
function contentEnd(text: string, { start, end }: Span): number {
  return start + text.slice(start, end).trimEnd().length;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at - (text[at - 1] === '\r' ? 1 : 0);
}

function nextLine(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

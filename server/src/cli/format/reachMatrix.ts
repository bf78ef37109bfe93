import { rangesText } from '../../core/cluster/addressRanges.ts';
import {
  type ConnectionSet,
  connectionsText,
  isEmptySet,
  PROTOCOLS,
  subtractConnections,
} from '../../core/cluster/connectionSet.ts';
import { isOutside } from '../../core/cluster/outsideNames.ts';
import { portsText } from '../../core/cluster/portIntervals.ts';
import { mergeGroups } from '../../core/cluster/reachMatrix.ts';
import { UsageError } from '../usage.ts';
import { visible } from './pretty.ts';
import { formatDot, formatMermaid } from './reachGraph.ts';
import { createBoundsText, edgesOf, groupNames, type LabelledMatrix, nameOf } from './reachText.ts';

export type MatrixFormat = 'pretty' | 'json' | 'csv' | 'mermaid' | 'dot';

/** Prints all connections; what behaves alike is said once. */
export function formatMatrix(matrices: readonly LabelledMatrix[], format: MatrixFormat): string {
  const merged = matrices.map(({ label, matrix }) => ({ label, matrix: mergeGroups(matrix) }));
  switch (format) {
    case 'json':
      return `${JSON.stringify({ version: 1, units: merged.map(toJson) }, null, 2)}\n`;
    case 'csv':
      return formatCsv(merged);
    case 'mermaid':
      return formatMermaid(merged);
    case 'dot':
      return formatDot(merged);
    case 'pretty':
      return merged.map((one) => formatText(one, merged.length > 1)).join('\n');
  }
}

function formatText({ label, matrix }: LabelledMatrix, showLabel: boolean): string {
  const names = [...matrix.groups.keys()].map((at) => groupNames(matrix, at, 3).join(', '));
  const textOf = createBoundsText();
  const bySource = new Map<number, Map<string, string[]>>();
  for (const { from, to, bounds } of edgesOf(matrix)) {
    const texts = bySource.get(from) ?? new Map<string, string[]>();
    bySource.set(from, texts);
    const text = textOf(bounds);
    const goals = texts.get(text);
    if (goals === undefined) texts.set(text, [names[to] ?? '']);
    else goals.push(names[to] ?? '');
  }
  const parts = [...bySource].map(([from, texts]) => {
    const lines = [...texts].map(([text, goals]) => `  ${text.padEnd(WIDTH)}  ${goals.join(', ')}`);
    return `from ${groupNames(matrix, from, 5).join(', ')}\n${lines.join('\n')}\n`;
  });
  return visibleLines(`${showLabel ? `${label}:\n\n` : ''}${parts.join('\n')}`);
}

const WIDTH = 12;

function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

function toJson({ label, matrix }: LabelledMatrix) {
  const connections = [...edgesOf(matrix)].flatMap(({ from, to, bounds: { sure, possible } }) => {
    if (isEmptySet(possible)) return [];
    const rest = subtractConnections(possible, sure);
    return [{ from, to, allowed: setToJson(sure), ...(isEmptySet(rest) ? {} : { unknown: setToJson(rest) }) }];
  });
  const groups = matrix.groups.map((group, id) =>
    isOutside(group)
      ? {
          id,
          addresses: rangesText(
            group.members.flatMap((end) => (end.kind === 'address' ? [end.range] : [])),
            MAX_BLOCKS,
          ),
        }
      : { id, members: group.members.flatMap(nameOf) },
  );
  return { label, groups, connections };
}

/** Blocks of one group that JSON names. */
const MAX_BLOCKS = 1000;

function setToJson(set: ConnectionSet): Readonly<Record<string, string>> {
  return Object.fromEntries(
    PROTOCOLS.filter((protocol) => set[protocol].length > 0).map((protocol) => [protocol, portsText(set[protocol])]),
  );
}

/** A table of more rows is nothing that a spreadsheet opens. */
const MAX_ROWS = 500_000;

/** A row for each pair that may connect, workload by workload. */
function formatCsv(matrices: readonly LabelledMatrix[]): string {
  const rows = ['unit,from,to,allowed,unknown'];
  for (const { label, matrix } of matrices) {
    const names = [...matrix.groups.keys()].map((at) => groupNames(matrix, at, Number.POSITIVE_INFINITY));
    for (const { from, to, bounds } of edgesOf(matrix)) {
      if (isEmptySet(bounds.possible)) continue;
      const rest = subtractConnections(bounds.possible, bounds.sure);
      const texts = [bounds.sure, rest].map((set) => (isEmptySet(set) ? '' : connectionsText(set)));
      for (const source of names[from] ?? []) {
        for (const destination of names[to] ?? []) {
          if (rows.length > MAX_ROWS)
            throw new UsageError(
              `the table has more than ${MAX_ROWS} rows; --format json names groups instead of pairs`,
            );
          rows.push([label, source, destination, ...texts].map(csvField).join(','));
        }
      }
    }
  }
  return `${rows.join('\n')}\n`;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe. */
function csvField(text: string): string {
  const plain = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

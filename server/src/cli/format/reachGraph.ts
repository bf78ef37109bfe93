import { isEmptySet } from '../../core/cluster/connectionSet.ts';
import { isOutside } from '../../core/cluster/outsideNames.ts';
import { boundsText, edgesOf, groupNames, type LabelledMatrix } from './reachText.ts';

/** A flowchart: namespaces as boxes, an arrow for each connection, dotted where it is not decided. */
export function formatMermaid(matrices: readonly LabelledMatrix[]): string {
  const lines = ['flowchart LR'];
  for (const [graph, one] of matrices.entries()) {
    for (const { namespace, nodes } of boxesOf(one)) {
      const shown = nodes.map(({ at, names }) => `n${graph}_${at}["${names.map(escapeMermaid).join('<br>')}"]`);
      if (namespace === undefined) lines.push(...shown.map((text) => `  ${text}`));
      else
        lines.push(
          `  subgraph s${graph}_${namespace.at}["${escapeMermaid(namespace.name)}"]`,
          ...shown.map((text) => `    ${text}`),
          '  end',
        );
    }
    for (const { from, to, bounds } of edgesOf(one.matrix)) {
      if (isEmptySet(bounds.possible)) continue;
      const arrow = isEmptySet(bounds.sure) ? '-.->' : '-->';
      lines.push(`  n${graph}_${from} ${arrow}|"${escapeMermaid(boundsText(bounds))}"| n${graph}_${to}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** The same for Graphviz. */
export function formatDot(matrices: readonly LabelledMatrix[]): string {
  const lines = ['digraph reach {', '  rankdir=LR;', '  node [shape=box];'];
  for (const [graph, one] of matrices.entries()) {
    for (const { namespace, nodes } of boxesOf(one)) {
      const shown = nodes.map(({ at, names }) => `n${graph}_${at} [label=${quoteDot(names.join('\n'))}];`);
      if (namespace === undefined) lines.push(...shown.map((text) => `  ${text}`));
      else
        lines.push(
          `  subgraph cluster_${graph}_${namespace.at} {`,
          `    label=${quoteDot(namespace.name)};`,
          ...shown.map((text) => `    ${text}`),
          '  }',
        );
    }
    for (const { from, to, bounds } of edgesOf(one.matrix)) {
      if (isEmptySet(bounds.possible)) continue;
      const style = isEmptySet(bounds.sure) ? ', style=dashed' : '';
      lines.push(`  n${graph}_${from} -> n${graph}_${to} [label=${quoteDot(boundsText(bounds))}${style}];`);
    }
  }
  return `${[...lines, '}'].join('\n')}\n`;
}

interface Box {
  /** `undefined`: in no box, or in several. */
  readonly namespace: { readonly at: number; readonly name: string } | undefined;
  readonly nodes: readonly { readonly at: number; readonly names: readonly string[] }[];
}

function boxesOf({ matrix }: LabelledMatrix): readonly Box[] {
  const byNamespace = new Map<string, number[]>();
  for (const [at, group] of matrix.groups.entries()) {
    const names = new Set(
      group.members.map((end) => (end.kind === 'pods' ? (end.workload.namespace?.value ?? '-') : '')),
    );
    const [only = ''] = names;
    const key = names.size === 1 && !isOutside(group) ? only : '';
    byNamespace.set(key, [...(byNamespace.get(key) ?? []), at]);
  }
  return [...byNamespace].map(([name, groups], at) => ({
    namespace: name === '' ? undefined : { at, name },
    nodes: groups.map((group) => ({ at: group, names: groupNames(matrix, group, MAX_NAMES) })),
  }));
}

const MAX_NAMES = 6;

/** Entities of Mermaid: `#quot;`. */
function escapeMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} ./:;,_+-]/gu, (character) => `#${character.codePointAt(0)};`);
}

function quoteDot(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

import type { Located } from '../base/span.ts';
import { effectivePairs, isNull, type YamlNode } from '../yaml/node.ts';

export interface StringMap {
  /** The pairs that count, with the keys that are known. */
  readonly pairs: readonly { readonly key: Located<string>; readonly value: YamlNode }[];
  /** Further pairs may exist: a template writes some, or the node is not what the API server takes. */
  readonly open: boolean;
}

/** Reads a mapping whatever its keys are; a scalar or list is an open map without pairs. */
export function readStringMap(node: YamlNode): StringMap {
  if (node.kind !== 'mapping') return { pairs: [], open: true };
  const pairs: { key: Located<string>; value: YamlNode }[] = [];
  let open = mayHoldMore(node, 0);
  for (const { name, key, value } of effectivePairs(node)) {
    if (name === undefined || key.unknown !== undefined) open = true;
    else pairs.push({ key: { value: name, start: key.start, end: key.end }, value });
  }
  return { pairs, open };
}

/** The items of a list; `open` where a template may write others. Absent and null are a closed, empty list. */
export function readSequenceItems(node: YamlNode | undefined): {
  readonly items: readonly YamlNode[];
  readonly open: boolean;
} {
  if (node === undefined || isNull(node)) return { items: [], open: false };
  if (node.kind !== 'sequence') return { items: [], open: true };
  return { items: node.items, open: node.unknown !== undefined };
}

const MAX_MERGE_DEPTH = 16;

function mayHoldMore(node: YamlNode, depth: number): boolean {
  if (node.kind !== 'mapping' || node.unknown !== undefined || depth > MAX_MERGE_DEPTH) return true;
  return node.pairs.some(
    ({ merge, value }) =>
      merge && (value.kind === 'sequence' ? value.items : [value]).some((source) => mayHoldMore(source, depth + 1)),
  );
}

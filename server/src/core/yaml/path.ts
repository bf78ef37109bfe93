import { touches } from '../base/span.ts';
import type { YamlMapping, YamlNode, YamlPair, YamlSequence } from './node.ts';

/** One step from a node towards an offset. A `key` step is the last one. */
export type PathStep =
  | { readonly kind: 'key' | 'value'; readonly mapping: YamlMapping; readonly pair: YamlPair }
  | { readonly kind: 'item'; readonly sequence: YamlSequence; readonly item: YamlNode; readonly index: number };

/** The way from `root` to what stands at `offset`; a pair's colon and the space after it belong to its value. */
export function findPath(root: YamlNode | undefined, offset: number): readonly PathStep[] {
  const steps: PathStep[] = [];
  let node = root;
  while (node !== undefined && node.aliasOf === undefined && touches(node, offset)) {
    const step =
      node.kind === 'mapping'
        ? findInMapping(node, offset)
        : node.kind === 'sequence'
          ? findInSequence(node, offset)
          : undefined;
    if (step === undefined) break;
    steps.push(step);
    node = step.kind === 'item' ? step.item : step.kind === 'value' ? step.pair.value : undefined;
  }
  return steps;
}

function findInMapping(mapping: YamlMapping, offset: number): PathStep | undefined {
  for (const pair of mapping.pairs) {
    if (touches(pair.key, offset)) return { kind: 'key', mapping, pair };
    if (pair.key.end < offset && offset <= pair.value.end) return { kind: 'value', mapping, pair };
  }
  return undefined;
}

function findInSequence(sequence: YamlSequence, offset: number): PathStep | undefined {
  const index = sequence.items.findIndex((item) => touches(item, offset));
  const item = sequence.items[index];
  return item === undefined ? undefined : { kind: 'item', sequence, item, index };
}

import type { OriginNode, OriginScalar } from '../origin.ts';
import { textAt } from './fields.ts';
import { substituteScalar, type Variables } from './substitution.ts';

/** Places where a variable could not be read: Flux refuses the whole object then. */
export interface SubstitutedObject {
  readonly root: OriginNode;
  readonly refused: { readonly node: OriginNode; readonly message: string } | undefined;
}

const MARK = 'kustomize.toolkit.fluxcd.io/substitute';

/**
 * An object after the substitution of variables: what is replaced is told to come from where it was written, not exactly.
 * Values that unknown variables decide are unknown. Positions without an origin count in `file`.
 */
export function substituteObject(
  { root, file }: { readonly root: OriginNode; readonly file: string },
  variables: Variables | undefined,
): SubstitutedObject {
  const isDisabled = ['labels', 'annotations'].some((map) => textAt(root, 'metadata', map, MARK) === 'disabled');
  if (variables === undefined || isDisabled) return { root, refused: undefined };
  const run: Run = { variables, file, refused: undefined };
  const replaced = replace(root, run);
  return run.refused === undefined ? { root: replaced, refused: undefined } : { root, refused: run.refused };
}

interface Run {
  readonly variables: Variables;
  readonly file: string;
  refused: SubstitutedObject['refused'];
}

function replace(node: OriginNode, run: Run): OriginNode {
  switch (node.kind) {
    case 'scalar':
      return replaceScalar(node, run);
    case 'sequence': {
      const items = node.items.map((item) => replace(item, run));
      return items.some((item, index) => item !== node.items[index]) ? { ...node, items } : node;
    }
    case 'mapping': {
      const pairs = node.pairs.map((pair) => {
        const key = replace(pair.key, run);
        const value = replace(pair.value, run);
        if (key === pair.key) return value === pair.value ? pair : { ...pair, value };
        return { ...pair, key, value, name: key.kind === 'scalar' && key.unknown === undefined ? key.text : undefined };
      });
      return pairs.some((pair, index) => pair !== node.pairs[index]) ? { ...node, pairs } : node;
    }
  }
}

function replaceScalar(node: OriginScalar, run: Run): OriginNode {
  if (typeof node.value !== 'string' || !node.value.includes('$')) return node;
  const result = substituteScalar(node.value, run.variables);
  if (result.kind === 'value') {
    const { unknown: _, ...rest } = node;
    const { value, text } = result;
    if (text === node.value) return rest;
    const origin = { kind: 'written', file: run.file, ...node.origin, exact: false } as const;
    return { ...rest, value, text, style: typeof value === 'string' ? 'double' : 'plain', origin };
  }
  if (result.kind === 'refused') run.refused ??= { node, message: result.message };
  return { ...node, unknown: 'template' };
}

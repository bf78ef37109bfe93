import type { Span } from '../base/span.ts';
import { effectivePairs, type YamlMapping, type YamlNode, type YamlPair, type YamlProblem } from './node.ts';

/** Whether two keys whose names are equal are one key to YAML too: `1` and `"1"` are not. */
export type IsSameKey = (a: YamlNode, b: YamlNode) => boolean;

/** Equal keys in one mapping: each that loses, with the one that follows. */
export function findDuplicates(pairs: readonly YamlPair[], isSameKey: IsSameKey): readonly YamlProblem[] {
  if (pairs.length < 2) return NONE;
  const problems: YamlProblem[] = [];
  const compareKeys = (earlier: YamlPair | undefined, later: YamlPair | undefined): void => {
    const problem = toProblem(earlier, later, isSameKey);
    if (problem !== undefined) problems.push(problem);
  };
  if (pairs.length <= 6) {
    for (let later = 1; later < pairs.length; later++) {
      for (let earlier = 0; earlier < later; earlier++) compareKeys(pairs[earlier], pairs[later]);
    }
    return problems;
  }
  const seen = new Map<string, YamlPair>();
  for (const pair of pairs) {
    if (pair.name === undefined || pair.merge) continue;
    compareKeys(seen.get(pair.name), pair);
    seen.set(pair.name, pair);
  }
  return problems;
}

/** Keys that a merge brings and another place in the mapping sets too, a second merge included. */
export function findOverrides(mapping: YamlMapping): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  const places = new Map<string, { readonly span: Span; readonly merged: boolean }>();
  for (const pair of mapping.pairs) {
    const names = pair.merge ? mergedNames(pair.value) : [pair.name];
    for (const name of names) {
      if (name === undefined) continue;
      const earlier = places.get(name);
      if (earlier !== undefined && (earlier.merged || pair.merge)) {
        const message = `\`${name}\` is set again by ${pair.merge ? 'a merge' : 'this mapping'}; strict readers refuse that`;
        const { start, end } = earlier.span;
        problems.push({ code: 'merge-override', message, start, end, other: toSpan(pair.key) });
      }
      places.set(name, { span: pair.key, merged: pair.merge });
    }
  }
  return problems;
}

const NONE: readonly YamlProblem[] = [];

function toProblem(
  earlier: YamlPair | undefined,
  later: YamlPair | undefined,
  isSameKey: IsSameKey,
): YamlProblem | undefined {
  if (earlier === undefined || later === undefined || earlier.merge || later.merge) return undefined;
  const { name, key } = earlier;
  if (name === undefined || name !== later.name) return undefined;
  const equal = areEqual(earlier.value, later.value);
  const place = { key: name, equal, start: key.start, end: key.end, other: toSpan(later.key) };
  if (isSameKey(key, later.key))
    return { code: 'duplicate-key', message: `\`${name}\` is set twice; the later value counts`, ...place };
  const message = `two different keys become \`${name}\` in JSON, and which value counts is left to chance`;
  return equal ? undefined : { code: 'racing-key', message, ...place };
}

/** Whether two values are surely the same to Kubernetes: written in one order, without merges, and not very large. */
function areEqual(a: YamlNode, b: YamlNode, budget = { left: 500 }): boolean {
  if (budget.left-- <= 0) return false;
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.value === b.value;
  if (a.kind === 'sequence')
    return b.kind === 'sequence' && everyPair(a.items, b.items, (x, y) => areEqual(x, y, budget));
  return (
    b.kind === 'mapping' &&
    everyPair(
      a.pairs,
      b.pairs,
      (x, y) => !x.merge && x.name !== undefined && x.name === y.name && areEqual(x.value, y.value, budget),
    )
  );
}

function everyPair<T>(a: readonly T[], b: readonly T[], holds: (x: T, y: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  return a.every((x, index) => {
    const y = b[index];
    return y !== undefined && holds(x, y);
  });
}

function mergedNames(value: YamlNode): readonly (string | undefined)[] {
  if (value.kind === 'mapping') return effectivePairs(value).map((pair) => pair.name);
  if (value.kind !== 'sequence') return [];
  return [...value.items].reverse().flatMap((source) => (source.kind === 'mapping' ? mergedNames(source) : []));
}

function toSpan({ start, end }: Span): Span {
  return { start, end };
}

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
    const name = nameOf(pair);
    if (name === undefined || pair.merge) continue;
    compareKeys(seen.get(name), pair);
    seen.set(name, pair);
  }
  return problems;
}

/** Keys that a merge brings and another place in the mapping sets too, a second merge included. */
export function findOverrides(mapping: YamlMapping, isSameKey: IsSameKey): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  const places = new Map<string, { readonly span: Span; readonly key: YamlNode; readonly merged: boolean }>();
  for (const pair of mapping.pairs) {
    for (const { name, key } of pair.merge ? mergedPairs(pair.value) : [pair]) {
      if (name === undefined) continue;
      const earlier = places.get(name);
      if (earlier !== undefined && (earlier.merged || pair.merge)) {
        const isSame = isSameKey(earlier.key, key);
        const code = isSame ? 'merge-override' : 'racing-key';
        const message = `\`${name}\` is set again by ${pair.merge ? 'a merge' : 'this mapping'}; strict readers refuse that`;
        const { start, end } = earlier.span;
        const other = toSpan(pair.key);
        problems.push({ code, message: isSame ? message : describeRace(name), key: name, start, end, other });
      }
      places.set(name, { span: pair.key, key, merged: pair.merge });
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
  const { key } = earlier;
  const name = nameOf(earlier);
  if (name === undefined || name !== nameOf(later)) return undefined;
  const equal = areEqual(earlier.value, later.value);
  const place = { key: name, equal, start: key.start, end: key.end, other: toSpan(later.key) };
  if (isSameKey(key, later.key))
    return { code: 'duplicate-key', message: `\`${name}\` is set twice; the later value counts`, ...place };
  return equal ? undefined : { code: 'racing-key', message: describeRace(name), ...place };
}

/** A key's name, or its text where a template in it makes the name: what is written alike becomes the same. */
function nameOf({ name, key }: YamlPair): string | undefined {
  return name ?? (key.kind === 'scalar' && key.unknown === 'template' && key.text !== '' ? key.text : undefined);
}

function describeRace(name: string): string {
  return `two different keys become \`${name}\` in JSON, and which value counts is left to chance`;
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

function mergedPairs(value: YamlNode): readonly YamlPair[] {
  if (value.kind === 'mapping') return effectivePairs(value);
  if (value.kind !== 'sequence') return [];
  return [...value.items].reverse().flatMap((source) => (source.kind === 'mapping' ? mergedPairs(source) : []));
}

function toSpan({ start, end }: Span): Span {
  return { start, end };
}

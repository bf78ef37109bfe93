import type { Span } from '../../base/span.ts';
import { type BuiltResource, buildKustomization } from '../../sources/kustomize/build.ts';
import { newKustomizeCache } from '../../sources/kustomize/context.ts';
import type { Unit } from '../../sources/unit.ts';
import type { YamlMapping, YamlSequence } from '../../yaml/node.ts';
import { compareBuilds, type ObjectDifference } from './difference.ts';

/**
 * What a part of a file does to a unit: the unit is built with it and without it. `part` is left blank, so that all else keeps
 * its place.
 */
export function effectsOf(
  { builtFrom = [], siblings: { texts } }: Unit,
  file: string,
  part: Span,
): readonly ObjectDifference[] {
  const cache = newKustomizeCache();
  const text = texts.read(file);
  if (text === undefined) return [];
  const without = blank(text, part);
  const build = (read: (path: string) => string | undefined): readonly BuiltResource[] =>
    builtFrom.flatMap((folder) => buildKustomization(folder, { ...texts, read }, cache).resources);
  const after = build(texts.read);
  return compareBuilds(
    build((path) => (path === file ? without : texts.read(path))),
    after,
  );
}

/** The text of an item with its dash or comma. */
export function itemPart(text: string, { flow, items }: YamlSequence, index: number): Span | undefined {
  const item = items[index];
  if (item === undefined) return undefined;
  const previous = items[index - 1];
  const next = items[index + 1];
  if (!flow) return { start: text.lastIndexOf('-', item.start - 1), end: item.end };
  if (next !== undefined) return { start: item.start, end: next.start };
  return { start: previous?.end ?? item.start, end: item.end };
}

/** The text of a pair in a block mapping. */
export function pairPart({ flow, pairs }: YamlMapping, index: number): Span | undefined {
  const pair = pairs[index];
  if (flow || pair === undefined || pair.value.end <= pair.key.end) return undefined;
  return { start: pair.key.start, end: pair.value.end };
}

function blank(text: string, { start, end }: Span): string {
  return text.slice(0, start) + text.slice(start, end).replace(/[^\r\n]/g, ' ') + text.slice(end);
}

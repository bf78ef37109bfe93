import type { FilePlace } from '../../base/fileTable.ts';
import { allRules } from '../../rules/index.ts';
import { type Reported, type RunOptions, runRules } from '../../rules/runner.ts';
import type { Unit } from '../../sources/unit.ts';
import type { YamlNode } from '../../yaml/node.ts';
import type { Location } from '../locate.ts';

/**
 * Errors and warnings of one unit about a field of an object that stand in another file than `path`: the patch or kustomization
 * that wrote its value there.
 */
export function findingsElsewhere(
  path: string,
  unit: Unit,
  { resource, steps }: Location,
  options: RunOptions,
): readonly Reported[] {
  if (unit.kind === 'loose') return [];
  const last = steps.at(-1);
  const node = last === undefined ? undefined : last.kind === 'item' ? last.item : last.pair.value;
  const places = scalarsIn(node).map((scalar) => unit.siblings.files.resolve(resource.file, scalar));
  if (places.every(({ file }) => file === path)) return [];
  return runRules(allRules, path, [unit], options).about.filter(
    (finding) =>
      finding.resource === resource &&
      finding.file !== path &&
      (finding.severity === 'error' || finding.severity === 'warning') &&
      places.some((place) => isAt(finding, place)),
  );
}

function isAt({ file, at }: Reported, place: FilePlace): boolean {
  return place.file === file && place.start <= at.start && at.end <= place.end;
}

function scalarsIn(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined) return [];
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'sequence') return node.items.flatMap(scalarsIn);
  return node.pairs.flatMap(({ value }) => scalarsIn(value));
}

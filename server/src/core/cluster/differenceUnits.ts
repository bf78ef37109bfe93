import { relativePath } from '../base/path.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import { isVariant } from './policyWorld.ts';

/** A unit before and after a change; one of them is absent where it was added or removed. */
export interface UnitPair {
  readonly before: Unit | undefined;
  readonly after: Unit | undefined;
}

/** Units that can be applied together, before and after. */
export interface UnitGroup {
  /** `overlays/dev`; of loose manifests, `.`. */
  readonly labels: readonly string[];
  readonly before: readonly Unit[];
  readonly after: readonly Unit[];
}

/** The units of one side, and the folder that their places are relative to. */
export interface UnitsOfSide {
  readonly base: string;
  readonly units: readonly Unit[];
}

/**
 * Sets of units in which two sides can be compared: each is what one cluster may hold. Units of one kind and folder belong
 * together, and of the others those that have objects in common; variants of one thing are never in one set.
 */
export function groupForComparing(before: UnitsOfSide, after: UnitsOfSide): readonly UnitGroup[] {
  const groups: { readonly labels: string[]; readonly before: Unit[]; readonly after: Unit[] }[] = [];
  for (const pair of pairUnits(before, after)) {
    const label = pair.after === undefined ? labelOf(pair.before, before.base) : labelOf(pair.after, after.base);
    const fits = (members: readonly Unit[], unit: Unit | undefined) =>
      unit === undefined || !members.some((member) => isVariant(unit, member));
    const group = groups.find((each) => fits(each.before, pair.before) && fits(each.after, pair.after));
    const chosen = group ?? { labels: [], before: [], after: [] };
    if (group === undefined) groups.push(chosen);
    chosen.labels.push(label);
    if (pair.before !== undefined) chosen.before.push(pair.before);
    if (pair.after !== undefined) chosen.after.push(pair.after);
  }
  return groups;
}

function pairUnits(before: UnitsOfSide, after: UnitsOfSide): readonly UnitPair[] {
  const [old, now] = [countingUnits(before), countingUnits(after)];
  const byKey = new Map(now.map((unit) => [keyOf(unit, after.base), unit]));
  const pairs: UnitPair[] = [];
  const left: Unit[] = [];
  for (const unit of old) {
    const key = keyOf(unit, before.base);
    const same = byKey.get(key);
    if (same === undefined) left.push(unit);
    else pairs.push({ before: unit, after: same });
    byKey.delete(key);
  }
  const fresh = new Set(byKey.values());
  for (const unit of left) {
    const keys = new Set([...unit.index.all].map(objectKey));
    let best: { readonly unit: Unit; readonly shared: number } | undefined;
    for (const candidate of fresh) {
      const shared = [...candidate.index.all].filter((resource) => keys.has(objectKey(resource))).length;
      if (shared > (best?.shared ?? 0)) best = { unit: candidate, shared };
    }
    pairs.push({ before: unit, after: best?.unit });
    if (best !== undefined) fresh.delete(best.unit);
  }
  return [...pairs, ...[...fresh].map((unit) => ({ before: undefined, after: unit }))];
}

/** Inputs of tests count only where there is nothing else. */
function countingUnits({ units }: UnitsOfSide): readonly Unit[] {
  const filled = units.filter(({ index }) => index.size > 0);
  const real = filled.filter(({ isTestInput }) => !isTestInput);
  return real.length > 0 ? real : filled;
}

function keyOf(unit: Unit, base: string): string {
  return `${unit.kind} ${labelOf(unit, base)}`;
}

function labelOf(unit: Unit | undefined, base: string): string {
  if (unit === undefined || (unit.kind === 'loose' && unit.label === '')) return '.';
  if (unit.kind === 'deployment') return unit.label;
  return relativePath(base, unit.folder) || '.';
}

/** Tells the objects of a cluster apart. */
export function objectKey({ group, kind, namespace, name }: Resource): string {
  return `${group}/${kind}/${namespace?.value ?? ''}/${name?.value ?? ''}`;
}

export { mergeIndexes } from '../core/sources/mergeIndexes.ts';

import type { Unit } from '../core/sources/unit.ts';
import type { Loaded } from './load.ts';

/** The units of a folder in sets of which each can be applied to one cluster; inputs of tests only where there is nothing else. */
export function unitGroups({ folder: { index } }: Loaded): readonly (readonly Unit[])[] {
  const real = index.units.filter(({ isTestInput }) => !isTestInput);
  const filled = (real.length > 0 ? real : index.units).filter(({ index: own }) => own.size > 0);
  return filled.length > 0 ? groupUnits(filled) : [index.units.slice(0, 1)];
}

/** Units that can be applied together: none of them has an object that another one has too. */
function groupUnits(units: readonly Unit[]): readonly (readonly Unit[])[] {
  const groups: { readonly units: Unit[]; readonly keys: Set<string> }[] = [];
  for (const unit of units) {
    const keys = [...unit.index.all].map(
      ({ group, kind, namespace, name }) => `${group}/${kind}/${namespace?.value ?? ''}/${name?.value ?? ''}`,
    );
    const found = groups.find((each) => !keys.some((key) => each.keys.has(key)));
    if (found === undefined) groups.push({ units: [unit], keys: new Set(keys) });
    else {
      found.units.push(unit);
      for (const key of keys) found.keys.add(key);
    }
  }
  return groups.map((each) => each.units);
}

/** How people call a set of units. */
export function labelOf(units: readonly Unit[]): string {
  return units.map((unit) => unit.label || '.').join(', ');
}

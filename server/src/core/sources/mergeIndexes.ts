import { ResourceIndex } from './resourceIndex.ts';
import type { Unit } from './unit.ts';

/** The objects of several units in one index. */
export function mergeIndexes(units: readonly Unit[]): ResourceIndex {
  const [only, ...more] = units;
  if (only !== undefined && more.length === 0) return only.index;
  const merged = new ResourceIndex();
  for (const { index } of units) for (const resource of index.all) merged.add(resource);
  return merged;
}

import { dirname } from '../../base/path.ts';
import type { Resource } from '../../k8s/resource.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import type { Unit } from '../../sources/unit.ts';

/**
 * Whether two objects of a unit reach one cluster at the same time. A kustomization and a file are applied whole. The
 * loose files of a folder are so only where they look like one application: a folder that holds an object twice holds
 * alternatives. Files of different folders say nothing about each other.
 */
export function areAppliedTogether(unit: Unit, one: Resource, other: Resource): 'yes' | 'likely' | 'no' {
  if (unit.kind !== 'loose' || one.file === other.file) return 'yes';
  const folder = dirname(one.file);
  return folder === dirname(other.file) && !holdsAlternatives(unit.index, folder) ? 'likely' : 'no';
}

function holdsAlternatives(index: ResourceIndex, folder: string): boolean {
  const known = index.derive(noVerdicts);
  const verdict = known.get(folder) ?? holdsTwins(index, folder);
  known.set(folder, verdict);
  return verdict;
}

/** The verdicts on folders, found as they are asked for. */
function noVerdicts(): Map<string, boolean> {
  return new Map();
}

function holdsTwins(index: ResourceIndex, folder: string): boolean {
  const seen = new Set<string>();
  for (const resource of index.filesIn(folder).flatMap((file) => index.inFile(file))) {
    if (resource.name?.value === undefined) continue;
    const key = `${resource.group}/${resource.kind}/${resource.namespace?.value ?? ''}/${resource.name.value}`;
    if (seen.has(key)) return true;
    seen.add(key);
  }
  return false;
}

import { findNearest } from '../base/editDistance.ts';
import { dirname } from '../base/path.ts';
import type { Field } from '../k8s/field.ts';
import type { ResourceBase } from '../k8s/resourceBase.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { distanceOf } from './locality.ts';
import { isTypo } from './nearMiss.ts';
import { sameNamespace } from './selection.ts';

/** What a reference by name finds in one index. */
export interface Lookup<T extends ResourceBase> {
  /** In the referrer's namespace, certainly or perhaps. */
  readonly here: readonly T[];
  /** Of that name, but certainly in other namespaces. */
  readonly elsewhere: readonly T[];
}

/** Parts the objects that a name finds by whether they may be in a namespace. */
export function lookUp<T extends ResourceBase>(named: readonly T[], namespace: Field<string>): Lookup<T> {
  const isHere = (resource: T) => sameNamespace(resource.namespace, namespace) !== 'no';
  return { here: named.filter(isHere), elsewhere: named.filter((resource) => !isHere(resource)) };
}

/**
 * Of objects with one name those that the referrer means: in loose manifests, which hold many alternatives of one thing,
 * the ones in its file, else in its folder, else all.
 */
export function nearestTo<T extends ResourceBase>(
  referrer: ResourceBase,
  found: readonly T[],
  unit: Unit,
): readonly T[] {
  if (unit.kind !== 'loose' || found.length < 2) return found;
  const inFile = found.filter(({ file }) => file === referrer.file);
  if (inFile.length > 0) return inFile;
  const folder = dirname(referrer.file);
  const inFolder = found.filter(({ file }) => dirname(file) === folder);
  return inFolder.length > 0 ? inFolder : found;
}

/**
 * What a name that finds nothing was probably to be: a typo of it in the referrer's file, else in its folder, in a folder
 * beside that, or anywhere; where there is none, a name that is near in another way.
 */
export function findMeant<T extends ResourceBase>(
  { file }: ResourceBase,
  name: string,
  candidates: readonly T[],
): T | undefined {
  let other: T | undefined;
  for (const reach of [0, 1, NEIGHBOURS, Number.POSITIVE_INFINITY]) {
    const inReach = candidates.filter((candidate) => distanceOf(file, candidate.file) <= reach);
    const near = findNearest(name, inReach, (candidate) => candidate.name?.value ?? '');
    if (near?.name?.value !== undefined && isTypo(name, near.name.value)) return near;
    other ??= near;
  }
  return other;
}

/**
 * Whether a custom resource may be what makes a Service of this name: operators call Services after the object that asks
 * for them (`Cluster/pg` gives `pg-rw`; a Knative `Service/hello` gives `hello`). `counts`: which custom resources do.
 */
export function mayBeMadeByCustomResource(
  index: ResourceIndex,
  name: string,
  namespace: Field<string>,
  counts: (resource: ResourceBase) => boolean = () => true,
): boolean {
  for (const resource of index.customResources) {
    const own = resource.name?.value;
    if (resource.type === 'workload' || own === undefined || own === '' || !counts(resource)) continue;
    if (sameNamespace(resource.namespace, namespace) !== 'no' && mayBeNamedAfter(name, own)) return true;
  }
  return false;
}

/** Whether any of the objects may be in a namespace: else an index says nothing about what the namespace lacks. */
export function showsAny(resources: Iterable<ResourceBase>, namespace: Field<string>): boolean {
  for (const resource of resources) if (sameNamespace(resource.namespace, namespace) !== 'no') return true;
  return false;
}

/** Whether any of the objects stands beside another one, in its file or folder, or in one kustomization. */
export function standsBeside(resource: ResourceBase, others: readonly ResourceBase[], unit: Unit): boolean {
  if (unit.kind !== 'loose') return others.length > 0;
  const folder = dirname(resource.file);
  return others.some(({ file }) => dirname(file) === folder);
}

/**
 * Whether two objects are probably applied to one cluster: one kustomization or folder has both, both name the same
 * namespace, or their folders are neighbours. Folders far apart hold applications of their own.
 */
export function belongsTogether(one: ResourceBase, other: ResourceBase, unit: Unit): boolean {
  if (unit.kind !== 'loose' || distanceOf(one.file, other.file) <= NEIGHBOURS) return true;
  return one.namespace !== undefined && sameNamespace(one.namespace, other.namespace) === 'yes';
}

/** The distance of `services/a.yaml` and `ingresses/b.yaml`. */
const NEIGHBOURS = 3;

function mayBeNamedAfter(name: string, owner: string): boolean {
  return name === owner || name.startsWith(`${owner}-`) || name.endsWith(`-${owner}`) || name.includes(`-${owner}-`);
}

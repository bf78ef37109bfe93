import { type LabelSelector, matchSelector } from '../k8s/labels.ts';
import type { ResourceBase } from '../k8s/resourceBase.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { sameNamespace } from './selection.ts';

/** What becomes of a bare Pod that matches a controller's selector. */
export interface Adoption {
  readonly owner: Workload;
  /** `false`: it is one too many, or of another template than a DaemonSet's, and is deleted. */
  readonly kept: boolean;
  /** Its position among the owner's Pods, from 0. */
  readonly position: number;
}

/**
 * The controller that takes a bare Pod as its own: a ReplicaSet, ReplicationController or DaemonSet of its namespace whose
 * selector certainly matches, or a StatefulSet that has a Pod of that name (pkg/controller/controller_ref_manager.go). A
 * ReplicaSet counts what was there before it, and deletes the newest where there are too many. DaemonSets and StatefulSets
 * replace what is not of their template. Deployments ask for a hash that no manifest has. Objects are applied in the order of
 * file names and documents.
 */
export function adopterOf(index: ResourceIndex, pod: Workload): Adoption | undefined {
  return index.derive(findAdoptions).byPod.get(pod);
}

/** How many bare Pods count among a controller's own. */
export function countAdopted(index: ResourceIndex, owner: Workload): number {
  return ADOPTERS.has(owner.maker) ? (index.derive(findAdoptions).kept.get(owner) ?? 0) : 0;
}

interface Adoptions {
  readonly byPod: ReadonlyMap<Workload, Adoption>;
  readonly kept: ReadonlyMap<Workload, number>;
}

const ADOPTERS: ReadonlySet<Workload['maker']> = new Set([
  'ReplicaSet',
  'ReplicationController',
  'DaemonSet',
  'StatefulSet',
]);

function findAdoptions(index: ResourceIndex): Adoptions {
  const found = new Map<Workload, Adoption>();
  const counts = new Map<Workload, number>();
  for (const owner of index.ofType('workload')) {
    if (!ADOPTERS.has(owner.maker) || owner.opaque) continue;
    const selector = selectorOf(owner);
    if (selector === undefined || selector.open || selector.requirements.length === 0) continue;
    let position = 0;
    for (const pod of candidates(index, selector)) {
      if (found.has(pod) || sameNamespace(pod.namespace, owner.namespace) !== 'yes') continue;
      const { labels } = pod.template;
      if (pod.opaque || labels === undefined || matchSelector(selector, labels) !== 'yes') continue;
      if (owner.maker === 'StatefulSet' && !hasOrdinalOf(pod, owner)) continue;
      const keepsAny = owner.maker === 'ReplicaSet' || owner.maker === 'ReplicationController';
      const kept = keepsAny && position < (replicasOf(owner) ?? 0) && comparePlaces(pod, owner) < 0;
      found.set(pod, { owner, kept, position });
      if (kept) position++;
    }
    if (position > 0) counts.set(owner, position);
  }
  return { byPod: found, kept: counts };
}

/** A StatefulSet takes only Pods of its own names (statefulset/stateful_set_utils.go, `isMemberOf`). */
function hasOrdinalOf({ name }: Workload, owner: Workload): boolean {
  const prefix = `${owner.name?.value ?? ''}-`;
  return name?.value?.startsWith(prefix) === true && /^\d+$/.test(name.value.slice(prefix.length));
}

/** A ReplicationController without selector selects the labels of its template. */
function selectorOf(owner: Workload): LabelSelector | undefined {
  const { labels } = owner.template;
  if (owner.selector !== undefined || owner.maker !== 'ReplicationController' || labels === undefined)
    return owner.selector;
  const { start, end } = labels;
  const requirements = labels.entries.map(({ key, value }) => ({
    key,
    operator: 'In' as const,
    values: value === undefined ? [] : [value],
    decided: value !== undefined,
    origin: 'map' as const,
  }));
  return { requirements, open: labels.open, nullKeys: [], start, end };
}

function candidates(index: ResourceIndex, selector: LabelSelector): readonly Workload[] {
  const first = selector.requirements.find(({ operator, values }) => operator === 'In' && values.length === 1);
  const value = first?.values[0]?.value;
  const all =
    first === undefined || value === undefined
      ? [...index.ofType('workload')]
      : index.workloadsWithLabel(first.key.value, value);
  return all.filter(({ maker }) => maker === 'Pod').sort(comparePlaces);
}

/** The order in which kubectl applies a folder. */
export function comparePlaces(a: ResourceBase, b: ResourceBase): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start - b.start;
}

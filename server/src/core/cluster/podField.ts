import type { Field } from '../k8s/field.ts';
import type { LabelSelector } from '../k8s/labels.ts';
import type { NetworkPolicy, PolicyPeer } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { takesPods } from './podMatch.ts';
import { onHost } from './policyPeers.ts';
import { peerScope } from './policySelection.ts';
import { isRuntimeLabel } from './selection.ts';

/** The workloads of a unit by their numbers, for selecting many times. */
export interface PodField {
  readonly unit: Unit;
  readonly numbers: ReadonlyMap<Workload, number>;
  readonly groups: readonly PodGroup[];
  /** The groups that a namespace may be. */
  readonly groupsOf: (namespace: Field<string>) => readonly PodGroup[];
}

/** The workloads of one namespace. */
interface PodGroup {
  readonly namespace: Field<string>;
  readonly workloads: readonly Workload[];
}

/** The numbers of what is taken, each once. */
export interface Taken {
  readonly certain: readonly number[];
  readonly perhaps: readonly number[];
}

export function podFieldOf(unit: Unit, numbers: ReadonlyMap<Workload, number>): PodField {
  const groups = [...unit.index.workloadsByNamespace()].map((workloads) => ({
    namespace: workloads[0]?.namespace,
    workloads,
  }));
  const named = new Map(
    groups.flatMap((group) => (group.namespace?.value === undefined ? [] : [[group.namespace.value, group]])),
  );
  const unnamed = groups.filter(({ namespace }) => namespace?.value === undefined);
  const groupsOf = (namespace: Field<string>) => {
    if (namespace?.value === undefined) return groups;
    const own = named.get(namespace.value);
    return own === undefined ? unnamed : [own, ...unnamed];
  };
  return { unit, numbers, groups, groupsOf };
}

/** The workloads that a policy may take: all others it certainly does not. */
export function mayBeSubjects(
  { unit, groupsOf }: PodField,
  { namespace, podSelector }: NetworkPolicy,
): Iterable<Workload> {
  return candidates(unit.index, groupsOf(namespace), podSelector);
}

/** What a peer with selectors takes (see `matchPeer`), in the unit of a policy and others. */
export function takePeerPods(fields: readonly PodField[], unit: Unit, policy: NetworkPolicy, peer: PolicyPeer): Taken {
  const certain: number[] = [];
  const perhaps: number[] = [];
  const scope = peerScope(unit, policy, peer);
  for (const { unit: own, groups, groupsOf, numbers } of fields) {
    const near =
      peer.namespaceSelector === undefined
        ? groupsOf(policy.namespace)
        : groups.filter(({ namespace }) => scope(namespace) !== 'no');
    for (const workload of candidates(own.index, near, peer.podSelector)) {
      const number = numbers.get(workload);
      const verdict = scope(workload.namespace);
      const taken = verdict === 'no' ? 'no' : takesPods(peer.podSelector, workload);
      if (number === undefined || taken === 'no') continue;
      const isCertain = verdict === 'yes' && taken === 'yes' && onHost(workload) === 'no';
      (isCertain ? certain : perhaps).push(number);
    }
  }
  return { certain, perhaps };
}

/** All that may match: the workloads with a label, or those of the groups, whatever is less. */
function candidates(
  index: ResourceIndex,
  groups: readonly PodGroup[],
  selector: LabelSelector | undefined,
): Iterable<Workload> {
  let listed: readonly Workload[] | undefined;
  for (const { key, operator, values, decided } of selector?.requirements ?? []) {
    const [value] = values;
    if (!decided || operator !== 'In' || values.length !== 1 || value === undefined || isRuntimeLabel(key.value))
      continue;
    const list = index.workloadsWithLabel(key.value, value.value);
    if (listed === undefined || list.length < listed.length) listed = list;
  }
  const { openWorkloads } = index;
  const count = groups.reduce((sum, { workloads }) => sum + workloads.length, 0);
  if (listed !== undefined && listed.length + openWorkloads.size < count)
    return openWorkloads.size === 0 ? listed : new Set([...listed, ...openWorkloads]);
  const [first] = groups;
  return groups.length === 1 && first !== undefined ? first.workloads : groups.flatMap(({ workloads }) => workloads);
}

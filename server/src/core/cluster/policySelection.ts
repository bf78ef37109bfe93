import type { Field } from '../k8s/field.ts';
import type { LabelSelector, Ternary } from '../k8s/labels.ts';
import type { NetworkPolicy, PolicyPeer } from '../k8s/networkPolicy.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { matchNamespace } from './namespaces.ts';
import { type Selection, sameNamespace, selectWorkloads, selectWorkloadsWhere } from './selection.ts';

/** The workloads whose Pods a policy isolates; an absent `podSelector` takes every Pod of the namespace, as `{}` does. */
export function selectPolicyPods(index: ResourceIndex, policy: NetworkPolicy): Selection {
  return selectWorkloads(index, policy.podSelector ?? EVERYTHING, policy.namespace);
}

/**
 * The workloads whose Pods a peer takes. A `podSelector` alone looks in the policy's own namespace, a
 * `namespaceSelector` alone takes all Pods of its namespaces, both in one peer take the Pods that satisfy both. An
 * `ipBlock` takes no Pods here: whether it covers Pod addresses is up to the implementation.
 * `unit` tells what namespaces are labelled, `index` which workloads are looked at (the unit's, or another's).
 */
export function selectPeerPods(
  unit: Unit,
  policy: NetworkPolicy,
  peer: PolicyPeer,
  index: ResourceIndex = unit.index,
): Selection {
  if (peer.ipBlock !== undefined) return NOTHING;
  const inScope = peerScope(unit, policy, peer);
  const isReadable = peer.decided && (peer.podSelector !== undefined || peer.namespaceSelector !== undefined);
  return selectWorkloadsWhere(index, isReadable ? (peer.podSelector ?? EVERYTHING) : ANYTHING, (workload) =>
    inScope(workload.namespace),
  );
}

/** Whether a peer looks into a namespace; answers are remembered, for many workloads live in one. */
export function peerScope(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer): (namespace: Field<string>) => Ternary {
  const selector = peer.namespaceSelector;
  if (selector === undefined) return (namespace) => sameNamespace(namespace, policy.namespace);
  const known = new Map<string | undefined, Ternary>();
  return (namespace) => {
    const name = namespace?.value;
    const verdict = known.get(name) ?? matchNamespace(unit, selector, namespace);
    known.set(name, verdict);
    return verdict;
  };
}

/** Whether no workload of the unit, nor of what may be deployed beside it, is taken, not even perhaps. */
export function selectsNothing(unit: Unit, select: (index: ResourceIndex) => Selection): boolean {
  return [unit.index, ...unit.others].every((index) => {
    const { matched, possible } = select(index);
    return matched.length === 0 && possible.length === 0;
  });
}

const EVERYTHING: LabelSelector = { requirements: [], open: false, nullKeys: [], start: 0, end: 0 };
const ANYTHING: LabelSelector = { ...EVERYTHING, open: true };
const NOTHING: Selection = { matched: [], possible: [] };

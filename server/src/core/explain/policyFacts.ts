import { matchWorkload, sameNamespace, selectWorkloads, type Selection } from '../cluster/selection.ts';
import type { Ternary } from '../k8s/labels.ts';
import { type Direction, isolates, type NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';

/** The workloads whose Pods a policy selects; an absent selector takes them all. */
export function selectByPolicy(policy: NetworkPolicy, unit: Unit): Selection {
  const selection = selectWorkloads(unit.index, policy.podSelector ?? EVERYTHING, policy.namespace);
  return policy.opaque ? { matched: [], possible: [...selection.matched, ...selection.possible] } : selection;
}

/** The policies of a unit that isolate a workload's Pods in a direction: certainly, and perhaps. */
export function isolatingPolicies(
  workload: Workload,
  direction: Direction,
  unit: Unit,
): { readonly sure: readonly NetworkPolicy[]; readonly possible: readonly NetworkPolicy[] } {
  const sure: NetworkPolicy[] = [];
  const possible: NetworkPolicy[] = [];
  for (const policy of unit.index.ofType('networkPolicy')) {
    const isolated = isolates(policy, direction);
    if (isolated === false) continue;
    const selected = selectsWorkload(policy, workload);
    if (selected === 'yes' && isolated === true) sure.push(policy);
    else if (selected !== 'no') possible.push(policy);
  }
  return { sure, possible };
}

/** Whether a policy selects a workload's Pods. */
export function selectsWorkload(policy: NetworkPolicy, workload: Workload): Ternary {
  const near = sameNamespace(policy.namespace, workload.namespace);
  if (near === 'no') return 'no';
  const matched = matchWorkload(policy.podSelector ?? EVERYTHING, workload);
  if (matched === 'no') return 'no';
  return near === 'yes' && matched === 'yes' && !policy.opaque ? 'yes' : 'unknown';
}

const EVERYTHING = { requirements: [], open: false, nullKeys: [], start: 0, end: 0 } as const;

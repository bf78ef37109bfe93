import { selectPolicyPods } from '../cluster/policySelection.ts';
import { matchWorkload, type Selection, sameNamespace } from '../cluster/selection.ts';
import type { Ternary } from '../k8s/labels.ts';
import { type Direction, isolates, type NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { nearby } from './context.ts';

/** The workloads whose Pods a policy selects; of a policy that a template or patch shapes, none for certain. */
export function selectByPolicy(policy: NetworkPolicy, unit: Unit): Selection {
  const { matched, possible } = selectPolicyPods(unit.index, policy);
  const selection = { matched: nearby(policy, matched, unit), possible };
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
  return { sure: nearby(workload, sure, unit), possible };
}

/** Whether a policy selects a workload's Pods. */
export function selectsWorkload(policy: NetworkPolicy, workload: Workload): Ternary {
  const near = sameNamespace(policy.namespace, workload.namespace);
  if (near === 'no') return 'no';
  const matched = policy.podSelector === undefined ? 'yes' : matchWorkload(policy.podSelector, workload);
  if (matched === 'no') return 'no';
  return near === 'yes' && matched === 'yes' && !policy.opaque ? 'yes' : 'unknown';
}

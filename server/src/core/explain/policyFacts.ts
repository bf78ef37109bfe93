import { selectPolicyPods } from '../cluster/policySelection.ts';
import { matchWorkload, type Selection, sameNamespace } from '../cluster/selection.ts';
import type { Ternary } from '../k8s/labels.ts';
import { type Direction, isolates, type NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { groupByName, linkSome, nearby } from './context.ts';

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

/** By which policies Pods are isolated in a direction, one line or none; those on the host network are told apart. */
export function isolationLines(workloads: readonly Workload[], direction: Direction, unit: Unit): readonly string[] {
  const lines: string[] = [];
  const [onHost, others] = [workloads.filter(isOnHost), workloads.filter((workload) => !isOnHost(workload))];
  const isolating = (some: readonly Workload[]) => {
    const found = some.map((workload) => isolatingPolicies(workload, direction, unit));
    return { sure: found.flatMap(({ sure }) => sure), possible: found.flatMap(({ possible }) => possible) };
  };
  const { sure, possible } = isolating(others);
  if (sure.length > 0) lines.push(`isolated for ${direction} by ${linkSome([...new Set(sure)])}`);
  else if (possible.length > 0)
    lines.push(`perhaps isolated for ${direction} by ${linkSome([...new Set(possible)])}: not decidable`);
  const hostPolicies = [...new Set(isolating(onHost).sure)];
  if (hostPolicies.length > 0)
    lines.push(`${hostNetworkText(onHost)}; ${direction} there is probably untouched by ${linkSome(hostPolicies)}`);
  return lines;
}

/** Whether Pods share the network of their node, where Kubernetes leaves open what a policy does. */
export function isOnHost({ template }: Workload): boolean {
  return template.hostNetwork?.value === true;
}

/**
 * That policies usually pass by workloads on the host network.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function hostNetworkText(workloads: readonly Workload[]): string {
  const verb = groupByName(workloads).length > 1 ? 'are' : 'is';
  return `${linkSome(workloads)} ${verb} on the host network, where most network plugins apply no policy`;
}

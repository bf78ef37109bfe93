import { takenBy } from '../../cluster/policy.ts';
import { policyWorldOf } from '../../cluster/policyWorld.ts';
import { type Direction, isolates, type NetworkPolicy } from '../../k8s/networkPolicy.ts';
import type { Workload } from '../../k8s/workload.ts';
import { kustomizeLabelsNarrowNetpolPeers } from '../kustomize-labels-narrow-netpol-peers.ts';
import { netpolNamedPortUnresolved } from '../netpol-named-port-unresolved.ts';
import { netpolNamespaceSelectorUnmatched } from '../netpol-namespace-selector-unmatched.ts';
import { netpolPeerSelectsNothing } from '../netpol-peer-selects-nothing.ts';
import { netpolPortIsServicePort } from '../netpol-port-is-service-port.ts';
import { netpolProtocolMismatch } from '../netpol-protocol-mismatch.ts';
import { netpolSelectsNoPods } from '../netpol-selects-no-pods.ts';
import type { AnyRule, Finding, RuleContext } from '../rule.ts';

/** Rules that name the slip because of which a policy does not let through what it was written for. */
const TELLING = [
  kustomizeLabelsNarrowNetpolPeers,
  netpolNamedPortUnresolved,
  netpolNamespaceSelectorUnmatched,
  netpolPeerSelectsNothing,
  netpolPortIsServicePort,
  netpolProtocolMismatch,
] as const;

/**
 * Whether a rule for a connection stands in a policy that comes to nothing by a slip of which another rule warns: `policyTypes`
 * leaves out the direction, or the policy takes no Pods. `allows`: whether the policy has such a rule.
 */
export function hasIdleRule(
  subject: Workload,
  direction: Direction,
  context: RuleContext,
  allows: (policy: NetworkPolicy) => boolean,
): boolean {
  return policyWorldOf(context.unit)
    .policiesIn(subject.namespace)
    .some(({ policy }) => {
      const taken = takenBy(policy, subject);
      const isIgnored = taken !== 'no' && isolates(policy, direction) === false;
      if ((!isIgnored && taken !== 'no') || policy[direction] === undefined || !allows(policy)) return false;
      return isIgnored || [...netpolSelectsNoPods.check(policy, context)].some(isGrave(netpolSelectsNoPods));
    });
}

function isGrave({ severity: usual }: AnyRule): (finding: Finding) => boolean {
  return ({ severity = usual }) => severity === 'warning' || severity === 'error';
}

/** Whether another rule warns of a slip in this direction of a policy: what follows from it need not be said beside it. */
export function hasToldSlip(policy: NetworkPolicy, direction: Direction, context: RuleContext): boolean {
  const list = policy[direction];
  if (list === undefined) return false;
  return TELLING.some((rule) =>
    [...rule.check(policy, context)].some(
      (finding) => isGrave(rule)(finding) && finding.at.start >= list.start && finding.at.end <= list.end,
    ),
  );
}

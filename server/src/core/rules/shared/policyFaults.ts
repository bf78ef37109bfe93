import type { Direction, NetworkPolicy } from '../../k8s/networkPolicy.ts';
import { kustomizeLabelsNarrowNetpolPeers } from '../kustomize-labels-narrow-netpol-peers.ts';
import { netpolNamedPortUnresolved } from '../netpol-named-port-unresolved.ts';
import { netpolNamespaceSelectorUnmatched } from '../netpol-namespace-selector-unmatched.ts';
import { netpolPeerSelectsNothing } from '../netpol-peer-selects-nothing.ts';
import { netpolPortIsServicePort } from '../netpol-port-is-service-port.ts';
import { netpolProtocolMismatch } from '../netpol-protocol-mismatch.ts';
import type { RuleContext } from '../rule.ts';

/** Rules that name the slip because of which a policy does not let through what it was written for. */
const TELLING = [
  kustomizeLabelsNarrowNetpolPeers,
  netpolNamedPortUnresolved,
  netpolNamespaceSelectorUnmatched,
  netpolPeerSelectsNothing,
  netpolPortIsServicePort,
  netpolProtocolMismatch,
] as const;

/** Whether another rule warns of a slip in this direction of a policy: what follows from it need not be said beside it. */
export function hasToldSlip(policy: NetworkPolicy, direction: Direction, context: RuleContext): boolean {
  const list = policy[direction];
  if (list === undefined) return false;
  return TELLING.some((rule) =>
    [...rule.check(policy, context)].some(({ at, severity = rule.severity }) => {
      const isGrave = severity === 'warning' || severity === 'error';
      return isGrave && at.start >= list.start && at.end <= list.end;
    }),
  );
}

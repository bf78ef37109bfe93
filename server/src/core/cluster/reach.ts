import type { Span } from '../base/span.ts';
import type { Ternary } from '../k8s/labels.ts';
import type { Direction, NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Protocol } from '../k8s/ports.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import {
  ALL_CONNECTIONS,
  type ConnectionBounds,
  type ConnectionSet,
  hasConnection,
  intersectConnections,
} from './connectionSet.ts';
import { judgeSide, type PolicyPart, type Side } from './policy.ts';
import type { AddressEnd, PodEnd } from './policyPeers.ts';
import { type KnownRule, policyWorldOf } from './policyWorld.ts';
import { explainSide } from './reachReasons.ts';

/** An end of a connection: Pods with the unit whose policies count for them, or an address outside the cluster. */
export type Endpoint = UnitPods | AddressEnd;

export interface UnitPods extends PodEnd {
  readonly unit: Unit;
}

/** The connections that may be opened from one end to another. `from` equal to `to` means two Pods of one workload. */
export interface Connection {
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** What the policies of the source say; `undefined` for an address, which has none. */
  readonly egress: Side | undefined;
  readonly ingress: Side | undefined;
  /** What both sides let through. */
  readonly bounds: ConnectionBounds;
}

/** May one end open a connection on a port of the other, and who decides. */
export interface Answer {
  readonly allowed: Ternary;
  readonly egress: SideAnswer | undefined;
  readonly ingress: SideAnswer | undefined;
}

export interface SideAnswer {
  readonly direction: Direction;
  readonly allowed: Ternary;
  /** The policies that decide; of an answer that is not known, those on which it hangs. None: no policy isolates the Pods. */
  readonly deciders: readonly Decider[];
  /** A sentence without a full stop. */
  readonly reason: string;
}

/** A policy, or one rule of it, and what it does to the connection. */
export interface Decider {
  readonly direction: Direction;
  readonly policy: NetworkPolicy;
  readonly rule: KnownRule | undefined;
  /** `denies`: it isolates the Pods, and has no rule for this connection. */
  readonly effect: 'allows' | 'denies' | 'perhaps';
  /** In the policy's file: the rule, or what isolates. */
  readonly at: Span;
}

/** Judges all connections from one end to another, each side by the policies of its own unit. */
export function judgeConnection(from: Endpoint, to: Endpoint): Connection {
  const egress = from.kind === 'pods' ? sideOf(from, 'egress', to) : undefined;
  const ingress = to.kind === 'pods' ? sideOf(to, 'ingress', from) : undefined;
  const bounds = {
    sure: intersectConnections(egress?.bounds.sure ?? ALL_CONNECTIONS, ingress?.bounds.sure ?? ALL_CONNECTIONS),
    possible: intersectConnections(
      egress?.bounds.possible ?? ALL_CONNECTIONS,
      ingress?.bounds.possible ?? ALL_CONNECTIONS,
    ),
  };
  return { from, to, egress, ingress, bounds };
}

/** The answer for one port of the destination's Pods (or address). */
export function answerFor({ egress, ingress }: Connection, protocol: Protocol, port: number): Answer {
  const [out, into] = [egress, ingress].map((side) => side && answerSide(side, protocol, port));
  const verdicts = [out?.allowed ?? 'yes', into?.allowed ?? 'yes'];
  const allowed = verdicts.includes('no') ? 'no' : verdicts.includes('unknown') ? 'unknown' : 'yes';
  return { allowed, egress: out, ingress: into };
}

/** The answer of one side for one port. */
export function answerSide(side: Side, protocol: Protocol, port: number): SideAnswer {
  const holds = (set: ConnectionSet) => hasConnection(set, protocol, port);
  const allowed = holds(side.bounds.sure) ? 'yes' : holds(side.bounds.possible) ? 'unknown' : 'no';
  return {
    direction: side.direction,
    allowed,
    deciders: decidersOf(side, allowed, holds),
    reason: explainSide(side, allowed, protocol, port),
  };
}

/** What isolates Pods in a direction: the list of rules, the policy type, else the policy's name. */
export function isolatingSpan(policy: NetworkPolicy, direction: Direction): Span {
  const name = direction === 'ingress' ? 'Ingress' : 'Egress';
  return policy[direction]?.key ?? policy.policyTypes?.items.find((item) => item?.value === name) ?? headSpan(policy);
}

function sideOf({ unit, workload }: UnitPods, direction: Direction, other: Endpoint): Side {
  return judgeSide(policyWorldOf(unit), workload, direction, other);
}

function decidersOf(
  { direction, parts }: Side,
  allowed: Ternary,
  holds: (set: ConnectionSet) => boolean,
): readonly Decider[] {
  if (allowed === 'no')
    return parts
      .filter(({ isolates }) => isolates === 'yes')
      .map(({ known: { policy } }) => ({
        direction,
        policy,
        rule: undefined,
        effect: 'denies',
        at: isolatingSpan(policy, direction),
      }));
  const isCertain = parts.some(({ isolates }) => isolates === 'yes');
  // Where no policy isolates for certain, each that may does allow what is allowed.
  const counting = allowed === 'yes' && isCertain ? parts.filter(({ isolates }) => isolates === 'yes') : parts;
  return counting.flatMap((part) => allowing(part, direction, allowed, holds));
}

function allowing(
  { known: { policy }, isolates, rules }: PolicyPart,
  direction: Direction,
  allowed: Ternary,
  holds: (set: ConnectionSet) => boolean,
): readonly Decider[] {
  const found = rules.flatMap(({ known: rule, bounds }): readonly Decider[] => {
    if (!holds(allowed === 'yes' ? bounds.sure : bounds.possible)) return [];
    const effect = allowed === 'yes' && isolates === 'yes' ? 'allows' : 'perhaps';
    return [{ direction, policy, rule, effect, at: rule.rule }];
  });
  if (found.length > 0 || allowed === 'yes') return found;
  return [{ direction, policy, rule: undefined, effect: 'perhaps', at: isolatingSpan(policy, direction) }];
}

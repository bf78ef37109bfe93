import type { Ternary } from '../k8s/labels.ts';
import type { Direction, NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import {
  ALL_CONNECTIONS,
  type ConnectionBounds,
  intersectConnections,
  NO_CONNECTIONS,
  UNBOUNDED,
  UNDECIDED,
  unionConnections,
} from './connectionSet.ts';
import { takesPods } from './podMatch.ts';
import { type End, matchRulePeers, onHost } from './policyPeers.ts';
import { portsAt } from './policyPorts.ts';
import type { KnownDirection, KnownPolicy, KnownRule, PolicyWorld } from './policyWorld.ts';
import { sameNamespace } from './selection.ts';

/** What the policies say about connections between a workload's Pods and another end, in one direction. */
export interface Side {
  /** The unit whose policies count. */
  readonly unit: Unit;
  readonly direction: Direction;
  /** Whose policies they are: the source for egress, the destination for ingress. */
  readonly subject: Workload;
  readonly other: End;
  readonly bounds: ConnectionBounds;
  /** Every policy that isolates the subject, or may. */
  readonly parts: readonly PolicyPart[];
  /** A policy of a kind that is not evaluated: it may decide otherwise, whatever the others say. */
  readonly overriding: Resource | undefined;
  /** Why there may be policies that no manifest shows. */
  readonly open: string | undefined;
}

/** What one policy lets through. */
export interface PolicyPart {
  readonly known: KnownPolicy;
  /** Whether it is there, takes the subject's Pods, and isolates them. */
  readonly isolates: 'yes' | 'unknown';
  readonly rules: readonly RulePart[];
  readonly bounds: ConnectionBounds;
}

/** What one rule lets through. */
export interface RulePart {
  readonly known: KnownRule;
  /** Whether the other end is one of its peers. */
  readonly peers: Ternary;
  /** Its ports at the destination. */
  readonly ports: ConnectionBounds;
  readonly bounds: ConnectionBounds;
}

/**
 * What the policies allow between a workload's Pods and another end. Policies add up: a connection is allowed when no policy
 * isolates the Pods, or when one that does has a rule for it; `sure` and `possible` differ by what is not decided.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation
 */
export function judgeSide(world: PolicyWorld, subject: Workload, direction: Direction, other: End): Side {
  const parts = world.policiesIn(subject.namespace).flatMap((known): readonly PolicyPart[] => {
    const isolates = isolation(known, subject, direction);
    const rules = known[direction];
    return isolates === 'no' || rules === undefined
      ? []
      : [judgePolicy(world, known, rules, isolates, subject, direction, other)];
  });
  const overriding = world.overriding(subject.namespace);
  const isOnHost = onHost(subject) !== 'no' || (other.kind === 'pods' && onHost(other.workload) !== 'no');
  const bounds = combineBounds(parts, {
    isOpen: world.open !== undefined,
    isOnHost,
    isOverridden: overriding !== undefined,
  });
  return { unit: world.unit, direction, subject, other, bounds, parts, overriding, open: world.open };
}

/** Whether a policy isolates a workload's Pods in a direction. */
export function isolation(known: KnownPolicy, subject: Workload, direction: Direction): Ternary {
  return isolationBy(known, takenBy(known.policy, subject), direction);
}

/** Whether a policy takes a workload's Pods, whatever the direction. */
export function takenBy({ namespace, podSelector }: NetworkPolicy, subject: Workload): Ternary {
  const near = sameNamespace(namespace, subject.namespace);
  if (near === 'no') return 'no';
  const taken = takesPods(podSelector, subject);
  return near === 'yes' || taken === 'no' ? taken : 'unknown';
}

/** Whether a policy isolates Pods that it takes. */
export function isolationBy(known: KnownPolicy, taken: Ternary, direction: Direction): Ternary {
  const isolating = known[direction];
  if (isolating === undefined || taken === 'no') return 'no';
  return taken === 'yes' && isolating.isolates === 'yes' && known.doubt === undefined ? 'yes' : 'unknown';
}

export interface Circumstances {
  /** There may be policies that no manifest shows. */
  readonly isOpen: boolean;
  /** An end is, or may be, in the network of its node: its traffic passes the policies of most plugins. */
  readonly isOnHost: boolean;
  /** A policy that is not evaluated may decide otherwise. */
  readonly isOverridden: boolean;
}

/** The bounds of several policies together. */
export function combineBounds(
  parts: readonly Pick<PolicyPart, 'isolates' | 'bounds'>[],
  { isOpen, isOnHost, isOverridden }: Circumstances,
): ConnectionBounds {
  if (isOverridden) return UNDECIDED;
  if (parts.length === 0) return isOpen ? UNDECIDED : UNBOUNDED;
  const certain = parts.filter(({ isolates }) => isolates === 'yes');
  if (certain.length === 0) {
    // Where none isolates, everything is allowed; where some do, what each of them allows certainly is.
    const sure = isOpen ? NO_CONNECTIONS : parts.map(({ bounds }) => bounds.sure).reduce(intersectConnections);
    return { sure, possible: ALL_CONNECTIONS };
  }
  const sure = certain.map(({ bounds }) => bounds.sure).reduce(unionConnections);
  const possible =
    isOpen || isOnHost ? ALL_CONNECTIONS : parts.map(({ bounds }) => bounds.possible).reduce(unionConnections);
  return { sure, possible };
}

function judgePolicy(
  { unit }: PolicyWorld,
  known: KnownPolicy,
  { rules, open }: KnownDirection,
  isolates: 'yes' | 'unknown',
  subject: Workload,
  direction: Direction,
  other: End,
): PolicyPart {
  const destination = direction === 'ingress' ? subject : other.kind === 'pods' ? other.workload : undefined;
  const judged = rules.map((rule): RulePart => {
    const peers = matchRulePeers(unit, known.policy, rule.rule, other);
    const ports = portsAt(rule.ports, destination);
    return { known: rule, peers, ports, bounds: restrict(ports, peers) };
  });
  const sure = judged.map(({ bounds }) => bounds.sure).reduce(unionConnections, NO_CONNECTIONS);
  const possible = open
    ? ALL_CONNECTIONS
    : judged.map(({ bounds }) => bounds.possible).reduce(unionConnections, NO_CONNECTIONS);
  return { known, isolates, rules: judged, bounds: { sure, possible } };
}

/** The ports of a rule for an end that is, perhaps is, or is not among its peers. */
export function restrict(ports: ConnectionBounds, peers: Ternary): ConnectionBounds {
  if (peers === 'yes') return ports;
  return { sure: NO_CONNECTIONS, possible: peers === 'unknown' ? ports.possible : NO_CONNECTIONS };
}

import {
  ALL_CONNECTIONS,
  type ConnectionBounds,
  type ConnectionSet,
  connectionsOf,
  intersectConnections,
  isEmptySet,
  NO_CONNECTIONS,
  subtractConnections,
  unionConnections,
} from '../cluster/connectionSet.ts';
import type { DeclaredNeed, HostTargetOutside } from '../cluster/declaredNeeds.ts';
import { combineBounds, isolation, restrict } from '../cluster/policy.ts';
import { portsAt } from '../cluster/policyPorts.ts';
import { policyWorldOf } from '../cluster/policyWorld.ts';
import { ALL_PORTS, portRange } from '../cluster/portIntervals.ts';
import { type Answer, answerFor, type Decider, judgeConnection, type SideAnswer } from '../cluster/reach.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';

/** Whether the policies let a needed connection through. */
export interface NeedVerdict {
  readonly verdict: 'allowed' | 'denied' | 'unknown';
  /** A sentence without a full stop; empty where it is allowed. */
  readonly reason: string;
  /** The policy that denies. */
  readonly decider: Decider | undefined;
}

/** What a matrix of the unit says; without one the needs are judged one by one. */
export interface KnownReach {
  readonly boundsOf: (from: Workload, to: Workload) => ConnectionBounds;
  /** To all addresses outside the cluster, as far as the policies tell them apart. */
  readonly outside: (from: Workload) => readonly ConnectionBounds[];
}

/** Judges a need of a unit. */
export function judgeNeed(unit: Unit, need: DeclaredNeed, reach: KnownReach | undefined): NeedVerdict {
  const { from, to } = need;
  if (from.kind === 'kubelet') return ALLOWED;
  if (to.kind === 'host') return from.kind === 'pods' ? judgeOutside(need, to, from.workload, reach) : unknown(NO_PODS);
  if (from.kind === 'controller') return judgeFromAnyone(unit, need, to.workload);
  const source = { kind: 'pods', unit, workload: from.workload } as const;
  const target = { kind: 'pods', unit, workload: to.workload } as const;
  const bounds = reach?.boundsOf(from.workload, to.workload) ?? judgeConnection(source, target).bounds;
  const verdict = within(bounds, wantedBy(need));
  if (verdict === 'allowed') return ALLOWED;
  if (verdict === 'unknown' && need.doubt !== undefined) return unknown(need.doubt);
  if (need.port === undefined || need.protocol === undefined) return unknown('the port of the Pods is not known');
  const side = decidingSide(answerFor(judgeConnection(source, target), need.protocol, need.port), verdict);
  return weaken({ verdict, reason: side?.reason ?? '', decider: side?.deciders[0] }, need);
}

/** The connections that a need asks for: one port, or all of the protocol where the port is not known. */
export function wantedBy({ protocol, port }: Pick<DeclaredNeed, 'protocol' | 'port'>): ConnectionSet {
  if (protocol === undefined) return ALL_CONNECTIONS;
  return connectionsOf(protocol, port === undefined ? ALL_PORTS : portRange(port));
}

/** What is perhaps not needed is not called denied. */
function weaken(judged: NeedVerdict, need: DeclaredNeed): NeedVerdict {
  const doubt = need.doubt ?? (isOwn(need) ? 'a workload that is told of itself need not call itself' : undefined);
  if (judged.verdict !== 'denied' || doubt === undefined) return judged;
  return unknown(`${doubt}; where it is needed, ${judged.reason}`);
}

function isOwn({ from, to }: DeclaredNeed): boolean {
  return from.kind === 'pods' && to.kind === 'pods' && from.workload === to.workload;
}

const NO_PODS = 'the unit shows no Pods behind it';

/** Where a name outside leads to is not known: only what is open, or closed, to all addresses is decided. */
function judgeOutside(
  need: DeclaredNeed,
  { isInCluster }: HostTargetOutside,
  from: Workload,
  reach: KnownReach | undefined,
): NeedVerdict {
  if (isInCluster) return unknown(NO_PODS);
  const verdicts = new Set(reach?.outside(from).map((bounds) => within(bounds, wantedBy(need))));
  const [verdict] = verdicts;
  if (verdict === 'allowed' && verdicts.size === 1) return ALLOWED;
  if (verdict !== 'denied' || verdicts.size > 1) return unknown('which addresses the name stands for is not known');
  return weaken(
    { verdict, reason: 'no policy lets it out to addresses outside the cluster', decider: undefined },
    need,
  );
}

const ALLOWED: NeedVerdict = { verdict: 'allowed', reason: '', decider: undefined };

function unknown(reason: string): NeedVerdict {
  return { verdict: 'unknown', reason, decider: undefined };
}

function within({ sure, possible }: ConnectionBounds, wanted: ConnectionSet): NeedVerdict['verdict'] {
  if (isEmptySet(subtractConnections(wanted, sure))) return 'allowed';
  return isEmptySet(intersectConnections(wanted, possible)) ? 'denied' : 'unknown';
}

function decidingSide({ egress, ingress }: Answer, verdict: 'denied' | 'unknown'): SideAnswer | undefined {
  const wanted = verdict === 'denied' ? 'no' : 'unknown';
  return [egress, ingress].find((side) => side?.allowed === wanted) ?? egress ?? ingress;
}

/**
 * No manifest of the unit says which Pods serve an Ingress or a route, and whether they share the network of their nodes: only what everybody may
 * open is certainly open to it.
 */
function judgeFromAnyone(unit: Unit, need: DeclaredNeed, workload: Workload): NeedVerdict {
  const world = policyWorldOf(unit);
  const policies: NetworkPolicy[] = [];
  const parts = world.policiesIn(workload.namespace).flatMap((known) => {
    const isolates = isolation(known, workload, 'ingress');
    if (isolates === 'no' || known.ingress === undefined) return [];
    policies.push(known.policy);
    const sure = known.ingress.rules
      .map(({ rule, ports }) => {
        const isEveryone = rule.peers.length === 0 && !rule.peersOpen;
        return restrict(portsAt(ports, workload), isEveryone ? 'yes' : 'unknown').sure;
      })
      .reduce(unionConnections, NO_CONNECTIONS);
    return [{ isolates, bounds: { sure, possible: ALL_CONNECTIONS } }];
  });
  const overriding = world.overriding(workload.namespace);
  const isOverridden = overriding !== undefined;
  const bounds = combineBounds(parts, { isOpen: world.open !== undefined, isOnHost: true, isOverridden });
  if (within(bounds, wantedBy(need)) === 'allowed') return ALLOWED;
  const [policy = overriding] = policies;
  return unknown(
    policy === undefined
      ? 'there may be policies that no manifest shows'
      : `\`${describeResource(policy)}\` does not let everybody in, and which Pods the controller has is not known`,
  );
}

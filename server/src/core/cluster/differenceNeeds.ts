import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { type ConnectionSet, hasConnection, NO_CONNECTIONS, unionConnections } from './connectionSet.ts';
import { type DeclaredNeed, declaredNeedsOf, type NeedEvidence } from './declaredNeeds.ts';
import { workloadName } from './differenceConnections.ts';
import { objectKey, type UnitGroup } from './differenceUnits.ts';
import { judgeSide } from './policy.ts';
import { policyWorldOf } from './policyWorld.ts';
import { answerFor, type Decider, isolatingSpan, judgeConnection } from './reach.ts';

/** What the manifests still say is needed, and the change takes away for certain. */
export interface LostNeed {
  /** Who needs it: `shop/Deployment/web`, `Ingress/shop`. */
  readonly from: string;
  /** `shop/Deployment/orders`. */
  readonly to: string;
  /** `TCP 8080`. */
  readonly port: string;
  /** As the manifests are after the change. */
  readonly evidence: NeedEvidence;
  readonly unit: Unit;
  /** A sentence without a full stop. */
  readonly reason: string;
  /** The policies that deny it now. */
  readonly deciders: readonly Pick<Decider, 'policy' | 'at'>[];
  readonly source: Workload | undefined;
  readonly target: Workload;
}

/** Needs that were met before a change and certainly are not after it, although the manifests still declare them. */
export function lostNeeds(group: UnitGroup, clusterDomain?: string): readonly LostNeed[] {
  const before = needsByKey(group.before, clusterDomain);
  const after = needsByKey(group.after, clusterDomain);
  return [...before].flatMap(([key, known]): readonly LostNeed[] => {
    const met = known.filter(isMet);
    const [first] = met;
    if (first === undefined || met.length !== known.length) return [];
    const now = after.get(key);
    if (now === undefined) return lostBackend(first, group);
    return lostTarget(first, now, group) ?? lostByPolicies(now);
  });
}

/** A need in the unit that declares it. */
interface KnownNeed {
  readonly unit: Unit;
  readonly need: DeclaredNeed;
}

/** By what declares them, wherever it stands. The kubelet reaches the Pods of its node whatever policies say. */
function needsByKey(units: readonly Unit[], clusterDomain?: string): ReadonlyMap<string, readonly KnownNeed[]> {
  const found = new Map<string, KnownNeed[]>();
  for (const unit of units) {
    for (const need of declaredNeedsOf(unit, clusterDomain).all) {
      if (need.from.kind === 'kubelet') continue;
      const { kind, resource, name, text } = need.evidence;
      const from = need.from.kind === 'pods' ? workloadName(need.from.workload) : '';
      const key = JSON.stringify([kind, objectKey(resource), name, text, from]);
      const list = found.get(key);
      if (list === undefined) found.set(key, [{ unit, need }]);
      else list.push({ unit, need });
    }
  }
  return found;
}

/** Whether a need certainly is met: there are Pods, and policies let the connection through. */
function isMet({ unit, need }: KnownNeed): boolean {
  return need.to.kind === 'pods' && need.doubt === undefined && judge(unit, need)?.allowed === 'yes';
}

interface Verdict {
  readonly allowed: 'yes' | 'no' | 'unknown';
  readonly reason: string;
  readonly deciders: LostNeed['deciders'];
}

function judge(unit: Unit, { from, to, protocol, port }: DeclaredNeed): Verdict | undefined {
  if (to.kind !== 'pods' || protocol === undefined || port === undefined) return undefined;
  const target = { kind: 'pods', unit, workload: to.workload } as const;
  if (from.kind !== 'pods') return judgeAnybody(unit, to.workload, (set) => hasConnection(set, protocol, port));
  const connection = judgeConnection({ kind: 'pods', unit, workload: from.workload }, target);
  const answer = answerFor(connection, protocol, port);
  const denying = [answer.egress, answer.ingress].flatMap((side) => (side?.allowed === 'no' ? side : []));
  return {
    allowed: answer.allowed,
    reason: denying.map(({ reason }) => reason).join('; '),
    deciders: denying.flatMap(({ deciders }) => deciders),
  };
}

/**
 * Whether anybody at all may connect. Who serves an Ingress is not known, so that only a workload that its policies close for
 * everybody is certainly out of reach, and only one that none of them isolates certainly in reach.
 */
function judgeAnybody(unit: Unit, workload: Workload, holds: (set: ConnectionSet) => boolean): Verdict {
  const stranger = { kind: 'pods', workload } as const;
  const { parts, overriding, open } = judgeSide(policyWorldOf(unit), workload, 'ingress', stranger);
  if (overriding !== undefined || open !== undefined) return { allowed: 'unknown', reason: '', deciders: [] };
  const isolating = parts.filter(({ isolates }) => isolates === 'yes');
  if (parts.length === 0) return { allowed: 'yes', reason: '', deciders: [] };
  const ports = parts.flatMap(({ rules }) => rules.map((rule) => rule.ports.possible));
  const isOpen = parts.some(({ known }) => known.ingress?.open === true);
  const somebody = isOpen || holds(ports.reduce(unionConnections, NO_CONNECTIONS));
  // A rule for the port lets somebody in, if only those whom it names.
  if (somebody || isolating.length === 0)
    return { allowed: isolating.length === parts.length && !isOpen ? 'yes' : 'unknown', reason: '', deciders: [] };
  return {
    allowed: 'no',
    reason: 'its policies let nobody in on this port',
    deciders: isolating.map(({ known: { policy } }) => ({ policy, at: isolatingSpan(policy, 'ingress') })),
  };
}

/** The Pods are there still, and policies keep the connection from all of them. */
function lostByPolicies(now: readonly KnownNeed[]): readonly LostNeed[] {
  const verdicts = now.map(({ unit, need }) => judge(unit, need));
  const [first] = now;
  const [verdict] = verdicts;
  if (first === undefined || verdict === undefined) return [];
  const isCertain = now.every(({ need }) => need.doubt === undefined);
  if (!isCertain || !verdicts.every((one) => one?.allowed === 'no')) return [];
  return toLost(first, first.need.evidence, verdict.reason, verdict.deciders);
}

/** No Pods are behind the name any more. `undefined`: some are. */
function lostTarget(was: KnownNeed, now: readonly KnownNeed[], { after }: UnitGroup): readonly LostNeed[] | undefined {
  if (now.some(({ need }) => need.to.kind === 'pods')) return undefined;
  const [first] = now;
  const name = was.need.service?.name?.value;
  if (first === undefined || name === undefined || after.some(({ open }) => open !== undefined)) return [];
  const service = first.need.service;
  if (service === undefined && after.some(({ index }) => index.services(name).length > 0)) return [];
  if (service !== undefined && (service.opaque || service.selector === undefined || service.selector.open)) return [];
  const reason =
    service === undefined ? `there is no Service \`${name}\` any more` : `\`Service/${name}\` selects no Pods any more`;
  return toLost(was, first.need.evidence, reason, [], first.unit);
}

/** An Ingress or route that still names a Service which is gone. */
function lostBackend(was: KnownNeed, { after }: UnitGroup): readonly LostNeed[] {
  const { evidence, service } = was.need;
  const name = service?.name?.value;
  if (evidence.kind !== 'ingress' && evidence.kind !== 'route') return [];
  if (name === undefined || after.some(({ open }) => open !== undefined)) return [];
  if (after.some(({ index }) => index.services(name).length > 0)) return [];
  const key = objectKey(evidence.resource);
  for (const unit of after) {
    for (const resource of unit.index.named(evidence.resource.kind, evidence.resource.name?.value ?? '')) {
      const at = resource.opaque || objectKey(resource) !== key ? undefined : backendTo(resource, name);
      if (at === undefined || (resource.type !== 'ingress' && resource.type !== 'route')) continue;
      const { start, end } = at;
      const now = { ...evidence, resource, file: resource.file, start, end };
      return toLost(was, now, `there is no Service \`${name}\` any more`, [], unit);
    }
  }
  return [];
}

function backendTo(resource: Resource, name: string) {
  if (resource.type === 'ingress') return resource.backends.find(({ service }) => service?.value === name)?.service;
  if (resource.type === 'route') return resource.backends.find((backend) => backend.name?.value === name)?.name;
  return undefined;
}

function toLost(
  { need, unit: own }: KnownNeed,
  evidence: NeedEvidence,
  reason: string,
  deciders: LostNeed['deciders'],
  unit: Unit = own,
): readonly LostNeed[] {
  const { from, to, protocol, port } = need;
  if (to.kind !== 'pods') return [];
  const who =
    from.kind === 'pods'
      ? workloadName(from.workload)
      : from.kind === 'controller'
        ? describeResource(from.resource)
        : '';
  return [
    {
      from: who,
      to: workloadName(to.workload),
      port: `${protocol ?? 'TCP'} ${port ?? '?'}`,
      evidence,
      unit,
      reason,
      deciders,
      source: from.kind === 'pods' ? from.workload : undefined,
      target: to.workload,
    },
  ];
}

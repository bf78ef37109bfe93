import { type DeclaredNeed, declaredNeedsOf } from '../../cluster/declaredNeeds.ts';
import { belongsTogether, nearestTo } from '../../cluster/lookup.ts';
import { takenBy } from '../../cluster/policy.ts';
import { type End, matchRulePeers } from '../../cluster/policyPeers.ts';
import { portsAt, readRulePorts } from '../../cluster/policyPorts.ts';
import { selectPolicyPods } from '../../cluster/policySelection.ts';
import { hasPort } from '../../cluster/portIntervals.ts';
import { answerFor, judgeConnection, type SideAnswer } from '../../cluster/reach.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import { newMemo, remember, type UnitMemo } from '../../cluster/unitMemo.ts';
import type { Direction, NetworkPolicy } from '../../k8s/networkPolicy.ts';
import type { Protocol } from '../../k8s/ports.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';

/** A declared connection between two workloads that one side's policies certainly deny. */
export interface DeniedNeed {
  readonly need: DeclaredNeed;
  readonly from: Workload;
  readonly to: Workload;
  readonly protocol: Protocol;
  readonly port: number;
  readonly direction: Direction;
  /** The policies that isolate that side's Pods. */
  readonly policies: readonly NetworkPolicy[];
  /** Of these, the one to speak of. */
  readonly policy: NetworkPolicy;
}

/** What a policy takes part in keeping from what the manifests say is needed: each connection once. */
export function deniedNeedsOf(unit: Unit, policy: NetworkPolicy, clusterDomain: string): readonly DeniedNeed[] {
  const { from, to } = declaredNeedsOf(unit, clusterDomain);
  const denied = remember(
    unit.index.derive(memo),
    unit,
    clusterDomain,
    () => new Map<Workload, readonly DeniedNeed[]>(),
  );
  const deniedFrom = (asker: Workload) => {
    const known = denied.get(asker) ?? groupsOf(from(asker)).flatMap((group) => judgeGroup(unit, group));
    denied.set(asker, known);
    return known;
  };
  const found: DeniedNeed[] = [];
  for (const workload of selectPolicyPods(unit.index, policy).matched) {
    const callers = to(workload).flatMap((need) => (need.from.kind === 'pods' ? [need.from.workload] : []));
    const own = [
      ...deniedFrom(workload).filter(({ direction }) => direction === 'egress'),
      ...[...new Set(callers)].flatMap(deniedFrom).filter((one) => one.direction === 'ingress' && one.to === workload),
    ];
    for (const one of own)
      if (one.policies.includes(policy) && !found.some((other) => isSame(other, one))) found.push(one);
  }
  return found;
}

function memo(): UnitMemo<Map<Workload, readonly DeniedNeed[]>> {
  return newMemo();
}

/** Of several places that declare one connection, the first is enough. */
function isSame(one: DeniedNeed, other: DeniedNeed): boolean {
  const isEqual = (key: 'from' | 'to' | 'protocol' | 'port' | 'direction') => one[key] === other[key];
  return isEqual('from') && isEqual('to') && isEqual('protocol') && isEqual('port') && isEqual('direction');
}

interface Known extends Pick<DeniedNeed, 'need' | 'from' | 'to' | 'protocol' | 'port'> {}

/** The needs of one place and one workload: what a connection leads to, one of these or the other. */
function groupsOf(needs: readonly DeclaredNeed[]): readonly (readonly DeclaredNeed[])[] {
  const groups = new Map<string, DeclaredNeed[]>();
  const numbers = new Map<object, number>();
  const numberOf = (one: object) => numbers.get(one) ?? numbers.set(one, numbers.size).size - 1;
  for (const need of needs) {
    if (need.from.kind !== 'pods') continue;
    const { resource, start } = need.evidence;
    const key = `${numberOf(need.from.workload)} ${numberOf(resource)} ${start}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [need]);
    else group.push(need);
  }
  return [...groups.values()];
}

/** Fails for certain: whichever of the Pods behind the host it is, the connection is denied. */
function judgeGroup(unit: Unit, group: readonly DeclaredNeed[]): readonly DeniedNeed[] {
  const known = group.flatMap((need) => knownNeed(need) ?? []);
  const certain = known.find(({ need }) => need.doubt === undefined);
  if (certain === undefined || known.length !== group.length) return [];
  // A program that is told of its own Service does not connect to it by that.
  if (known.some(({ from, to }) => from === to)) return [];
  const answers = known.map(({ from, to, protocol, port }) => {
    const connection = judgeConnection({ kind: 'pods', workload: from, unit }, { kind: 'pods', workload: to, unit });
    return answerFor(connection, protocol, port);
  });
  if (!answers.every(({ allowed }) => allowed === 'no')) return [];
  const answer = answers[known.indexOf(certain)];
  return [answer?.egress, answer?.ingress].flatMap((side) => (side && denialBy(unit, certain, side)) ?? []);
}

function knownNeed(need: DeclaredNeed): Known | undefined {
  const { from, to, protocol, port } = need;
  if (from.kind !== 'pods' || to.kind !== 'pods' || protocol === undefined || port === undefined) return undefined;
  return { need, from: from.workload, to: to.workload, protocol, port };
}

function denialBy(unit: Unit, known: Known, { allowed, direction, deciders }: SideAnswer): DeniedNeed | undefined {
  const { from, to, protocol, port } = known;
  if (allowed !== 'no' || !isOneCopy(unit, from, to)) return undefined;
  const [subject, other] = direction === 'egress' ? [from, to] : [to, from];
  const policies = deciders.map(({ policy }) => policy);
  const policy = speakingPolicy(unit, policies, subject);
  const end: End = { kind: 'pods', workload: other };
  const destination = { workload: to, protocol, port };
  if (policy === undefined || mayBeAllowedBeside(unit, subject, direction, end, destination)) return undefined;
  return { ...known, direction, policies, policy };
}

/** Loose manifests hold an application once per variant: both ends have to be of the same. */
function isOneCopy(unit: Unit, from: Workload, to: Workload): boolean {
  return belongsTogether(from, to, unit) && isNearest(unit, from, to) && isNearest(unit, to, from);
}

function isNearest(unit: Unit, one: NetworkPolicy | Workload, other: Workload): boolean {
  const twins = unit.index
    .named(other.kind, other.name?.value ?? '')
    .filter(({ namespace }) => sameNamespace(namespace, other.namespace) !== 'no');
  return nearestTo(one, twins, unit).includes(other);
}

/** Of the policies that isolate a workload, the one that was written to let something through to it, and stands near. */
export function speakingPolicy(
  unit: Unit,
  policies: readonly NetworkPolicy[],
  subject: Workload,
): NetworkPolicy | undefined {
  const near = policies.filter((policy) => belongsTogether(policy, subject, unit) && isNearest(unit, policy, subject));
  const own = near.filter(({ podSelector }) => (podSelector?.requirements.length ?? 0) > 0);
  const hasRules = ({ ingress, egress }: NetworkPolicy) =>
    (ingress?.rules.length ?? 0) + (egress?.rules.length ?? 0) > 0;
  return own.find(hasRules) ?? own[0] ?? near.find(hasRules) ?? near[0];
}

/** Whether a policy of no written namespace, of another unit, may be applied to the same place and allow a connection. */
export function mayBeAllowedBeside(
  unit: Unit,
  subject: Workload,
  direction: Direction,
  other: End | undefined,
  destination: Destination,
): boolean {
  return unit.others.some((index) =>
    [...index.ofType('networkPolicy')].some(
      (policy) =>
        unit.writtenIn(policy.file).length === 0 &&
        takenBy(policy, subject) !== 'no' &&
        mayAllow(unit, policy, direction, other, destination),
    ),
  );
}

/** Whether a rule of a policy lets a connection through, or may, whichever Pods the policy takes and isolates. */
export function mayAllow(
  unit: Unit,
  policy: NetworkPolicy,
  direction: Direction,
  other: End | undefined,
  { workload, protocol, port }: Destination,
): boolean {
  const list = policy[direction];
  if (policy.opaque || list?.open === true) return true;
  return (list?.rules ?? []).some((rule) => {
    if (!hasPort(portsAt(readRulePorts(rule), workload).possible[protocol], port)) return false;
    return other === undefined || matchRulePeers(unit, policy, rule, other) !== 'no';
  });
}

/** Pods, and the port of theirs that is meant. */
export interface Destination {
  readonly workload: Workload;
  readonly protocol: Protocol;
  readonly port: number;
}

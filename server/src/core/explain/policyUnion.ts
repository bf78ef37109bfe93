import { declaredNeedsOf } from '../cluster/declaredNeeds.ts';
import { isolationBy, takenBy } from '../cluster/policy.ts';
import { selectPeerPods } from '../cluster/policySelection.ts';
import { type PolicyWorld, policyWorldOf } from '../cluster/policyWorld.ts';
import { answerSide, judgeConnection } from '../cluster/reach.ts';
import { type Direction, isolates, type NetworkPolicy, type PolicyPeer } from '../k8s/networkPolicy.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import { deniedNeedsOf } from '../rules/shared/deniedNeeds.ts';
import { type ExplainContext, linkResource, linkSome, nearby, plural } from './context.ts';
import { linkTo } from './link.ts';
import { isOnHost } from './policyFacts.ts';
import { peerText, portText } from './policyText.ts';

/**
 * What finally comes in to a policy's Pods, or goes out of them, by all policies that isolate them: port by port, from whom,
 * and which policy lets it. A line for each group of Pods with the same policies, two at most.
 */
export function unionLines(
  policy: NetworkPolicy,
  pods: readonly Workload[],
  direction: Direction,
  { unit }: ExplainContext,
): readonly string[] {
  const world = policyWorldOf(unit);
  if (isolates(policy, direction) === false) return [];
  const groups = new Map<string, { readonly isolators: Isolators; readonly pods: Workload[] }>();
  for (const workload of pods) {
    if (isOnHost(workload) || workload.opaque) continue;
    const isolators = isolatorsOf(world, workload, direction);
    if (isolators.sure.length === 0) continue;
    const key = [...isolators.sure, ...isolators.possible]
      .map((one) => world.policies.findIndex((known) => known.policy === one))
      .join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { isolators, pods: [workload] });
    else group.pods.push(workload);
  }
  const all = [...groups.values()];
  const isAlone = all.every(({ isolators: { sure, possible } }) => sure.length === 1 && possible.length === 0);
  const isWhole =
    world.open === undefined && all.every(({ pods: [pod] }) => world.overriding(pod?.namespace) === undefined);
  if (all.length > 0 && isAlone && isWhole && all[0]?.isolators.sure[0] === policy)
    return [
      `no other policy here isolates these Pods for ${direction}: nothing else ${direction === 'ingress' ? 'comes in' : 'goes out'}`,
    ];
  return all.slice(0, MAX_GROUPS).map(({ isolators, pods: own }) => {
    const whose = all.length === 1 ? '' : ` for ${linkSome(own, 2)}`;
    return `${direction === 'ingress' ? 'all that comes in' : 'all that goes out'}${whose}: ${unionText(world, policy, isolators, own, direction)}`;
  });
}

const MAX_GROUPS = 2;
const MAX_PORTS = 4;

interface Isolators {
  readonly sure: readonly NetworkPolicy[];
  readonly possible: readonly NetworkPolicy[];
}

function isolatorsOf(world: PolicyWorld, workload: Workload, direction: Direction): Isolators {
  const sure: NetworkPolicy[] = [];
  const possible: NetworkPolicy[] = [];
  for (const known of world.policiesIn(workload.namespace)) {
    const verdict = isolationBy(known, takenBy(known.policy, workload), direction);
    if (verdict === 'yes') sure.push(known.policy);
    else if (verdict === 'unknown') possible.push(known.policy);
  }
  return { sure: nearby(workload, sure, world.unit), possible };
}

function unionText(
  world: PolicyWorld,
  policy: NetworkPolicy,
  { sure, possible }: Isolators,
  [pod]: readonly Workload[],
  direction: Direction,
): string {
  const { unit } = world;
  const byPort = new Map<string, Set<string>>();
  for (const one of sure) {
    for (const rule of one[direction]?.rules ?? []) {
      const written = rule.ports.map(portText);
      const ports = written.length === 0 && !rule.portsOpen ? ['every port'] : written;
      const by =
        one === policy ? '' : ` (by ${linkTo(one.name?.value ?? '?', { file: one.file, offset: rule.start })})`;
      const peers =
        rule.peers.length === 0 && !rule.peersOpen ? ['anyone'] : rule.peers.map((peer) => whoIs(one, peer, unit));
      for (const port of ports) {
        const list = byPort.get(port) ?? new Set();
        byPort.set(port, list);
        for (const peer of peers) list.add(`${peer}${by}`);
      }
    }
  }
  // Ports with the same peers stand together: `UDP 53, TCP 53`.
  const byPeers = new Map<string, string[]>();
  for (const [port, peers] of byPort) {
    const key = listed([...peers]);
    byPeers.set(key, [...(byPeers.get(key) ?? []), port]);
  }
  const word = direction === 'ingress' ? 'from' : 'to';
  const texts = [...byPeers].map(([peers, ports]) => `${ports.join(', ')} ${word} ${peers}`);
  const more = texts.length > MAX_PORTS ? [`${plural(texts.length - MAX_PORTS, 'more port')}`] : [];
  const overriding = world.overriding(pod?.namespace);
  const doubt =
    possible.length > 0
      ? `perhaps more, by ${linkSome(possible)}`
      : overriding !== undefined
        ? `${linkResource(overriding)} may decide otherwise`
        : world.open !== undefined
          ? 'there may be more policies'
          : 'nothing else';
  return texts.length === 0 && doubt === 'nothing else'
    ? 'nothing'
    : [...texts.slice(0, MAX_PORTS), ...more, doubt].join('; ');
}

/** The workloads that a peer takes here, else its own words. */
function whoIs(policy: NetworkPolicy, peer: PolicyPeer, unit: ExplainContext['unit']): string {
  const { matched, possible } = selectPeerPods(unit, policy, peer);
  return matched.length === 0 || possible.length > 0 || matched.length > MAX_NAMED ? peerText(peer) : linkSome(matched);
}

const MAX_NAMED = 3;

function listed(items: readonly string[]): string {
  return items.length > MAX_NAMED
    ? `${items.slice(0, MAX_NAMED).join(', ')} and ${items.length - MAX_NAMED} more`
    : items.join(', ');
}

/**
 * The declared connections of a policy's Pods that it takes part in denying, each with the place that declares it; that there
 * is none, where some are declared. `isCut`: at least one is denied.
 */
export function needLines(
  policy: NetworkPolicy,
  pods: readonly Workload[],
  { unit, settings }: ExplainContext,
): { readonly isCut: boolean; readonly lines: readonly string[] } {
  const denied = deniedNeedsOf(unit, policy, settings.clusterDomain);
  if (denied.length > 0) {
    const texts = denied.slice(0, MAX_NEEDS).map(({ from, to, protocol, port, need: { evidence } }) => {
      const at = linkTo(evidence.name === '' ? evidence.text : evidence.name, {
        file: evidence.file,
        offset: evidence.start,
      });
      return `${linkResource(from)} → ${linkResource(to)} on ${protocol} ${port} (${at})`;
    });
    const more = denied.length > MAX_NEEDS ? ` and ${denied.length - MAX_NEEDS} more` : '';
    return { isCut: true, lines: [`keeps from what is declared: ${texts.join('; ')}${more}`] };
  }
  const kept = (['ingress', 'egress'] as const).flatMap((direction) =>
    isolates(policy, direction) === true
      ? pods.flatMap((workload) => countKept(workload, direction, { unit, settings }))
      : [],
  );
  return {
    isCut: false,
    lines: kept.length === 0 ? [] : [`lets through what is declared: ${plural(kept.length, 'connection')}`],
  };
}

const MAX_NEEDS = 2;

/** The certain needs of a workload in a direction that are certainly allowed on its side. */
function countKept(
  workload: Workload,
  direction: Direction,
  { unit, settings }: Pick<ExplainContext, 'unit' | 'settings'>,
): readonly string[] {
  const needs = declaredNeedsOf(unit, settings.clusterDomain);
  const own = direction === 'ingress' ? needs.to(workload) : needs.from(workload);
  const kept = own.flatMap(({ from, to, protocol, port, doubt }) => {
    if (
      from.kind !== 'pods' ||
      to.kind !== 'pods' ||
      protocol === undefined ||
      port === undefined ||
      doubt !== undefined
    )
      return [];
    const connection = judgeConnection(
      { kind: 'pods', workload: from.workload, unit },
      { kind: 'pods', workload: to.workload, unit },
    );
    const side = connection[direction];
    const isKept = side !== undefined && answerSide(side, protocol, port).allowed === 'yes';
    return isKept ? [`${describeResource(from.workload)} ${describeResource(to.workload)} ${protocol} ${port}`] : [];
  });
  return [...new Set(kept)];
}

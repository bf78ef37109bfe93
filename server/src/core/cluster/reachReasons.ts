import { formatIpAddress } from '../k8s/ipAddress.ts';
import type { Ternary } from '../k8s/labels.ts';
import type { Direction, NetworkPolicy, PolicyPeer } from '../k8s/networkPolicy.ts';
import type { Protocol } from '../k8s/ports.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { type ConnectionSet, connectionsText, hasConnection } from './connectionSet.ts';
import { namespaceManifests } from './namespaces.ts';
import { whyPodsUnknown } from './podMatch.ts';
import type { PolicyPart, RulePart, Side } from './policy.ts';
import { type End, matchPeer, onHost } from './policyPeers.ts';
import { sameNamespace } from './selection.ts';

/** Why one side allows a connection, denies it, or cannot tell: a sentence without a full stop. */
export function explainSide(side: Side, allowed: Ternary, protocol: Protocol, port: number): string {
  const holds = (set: ConnectionSet) => hasConnection(set, protocol, port);
  if (allowed === 'yes') return whyAllowed(side, holds);
  if (allowed === 'no') return whyDenied(side, holds, `${protocol} ${port}`);
  return whyUnknown(side, holds);
}

/** `Deployment/web`, or the address. */
export function describeEnd(end: End): string {
  return end.kind === 'pods' ? describeResource(end.workload) : formatIpAddress(end.address);
}

function whyAllowed({ direction, subject, parts }: Side, holds: (set: ConnectionSet) => boolean): string {
  const own = `\`${describeResource(subject)}\``;
  if (parts.length === 0) return `no policy isolates ${own} for ${direction}`;
  const certain = parts.filter(({ isolates }) => isolates === 'yes');
  const rules = (certain.length > 0 ? certain : parts).flatMap(({ known, rules: all }) =>
    all.filter(({ bounds }) => holds(bounds.sure)).map((rule) => describeRule(known.policy, rule)),
  );
  const text = listed(rules);
  const verb = rules.length === 1 ? 'lets' : 'let';
  return `${text} ${verb} it ${direction === 'ingress' ? 'in' : 'out'}`;
}

function whyDenied({ direction, subject, parts, other }: Side, holds: (set: ConnectionSet) => boolean, what: string) {
  const certain = parts.filter(({ isolates }) => isolates === 'yes');
  const names = listed(certain.map(({ known }) => `\`${describeResource(known.policy)}\``));
  const verb = certain.length === 1 ? 'isolates' : 'isolate';
  const [preposition, goal] = direction === 'ingress' ? ['from', 'in'] : ['to', 'out'];
  const head = `${names} ${verb} \`${describeResource(subject)}\` for ${direction}, and no rule lets ${what} ${preposition} \`${describeEnd(other)}\` ${goal}`;
  const near = certain.flatMap(({ known, rules }) =>
    rules.flatMap((rule) => nearMiss(known.policy, rule, direction, holds)),
  );
  return near[0] === undefined ? head : `${head}; ${near[0]}`;
}

/** A rule that half fits. */
function nearMiss(
  policy: NetworkPolicy,
  part: RulePart,
  direction: Direction,
  holds: (set: ConnectionSet) => boolean,
): readonly string[] {
  const rule = describeRule(policy, part);
  if (part.peers === 'yes') return [`${rule} takes this peer, but only ${connectionsText(part.ports.possible)}`];
  const { peers } = part.known.rule;
  if (peers.length === 0 || !holds(part.ports.sure)) return [];
  return [`${rule} allows this port, but ${direction === 'ingress' ? 'from' : 'to'} other peers`];
}

function whyUnknown(side: Side, holds: (set: ConnectionSet) => boolean): string {
  const { overriding, subject, other, open, parts } = side;
  if (overriding !== undefined)
    return `\`${describeResource(overriding)}\` may decide otherwise: policies of this kind are not evaluated`;
  const isCertain = parts.some(({ isolates }) => isolates === 'yes');
  for (const part of parts) {
    // A policy that may be absent matters where it could deny, or could be the one that allows.
    const why = isCertain ? whyPerhapsAllows(part, side, holds) : whyPerhapsIsolates(part, side);
    if (why !== undefined) return why;
  }
  for (const workload of [subject, ...(other.kind === 'pods' ? [other.workload] : [])]) {
    const verdict = onHost(workload);
    const name = describeResource(workload);
    if (verdict === 'yes')
      return `\`${name}\` is on the host network, where it depends on the network plugin what policies do`;
    if (verdict === 'unknown') return `whether \`${name}\` is on the host network is not decided`;
  }
  if (open !== undefined) return `there may be more policies: ${open}`;
  return 'it is not decided';
}

function whyPerhapsIsolates({ known, isolates }: PolicyPart, { subject, direction }: Side): string | undefined {
  if (isolates === 'yes') return undefined;
  const { policy, doubt } = known;
  const name = `\`${describeResource(policy)}\``;
  const own = `\`${describeResource(subject)}\``;
  if (doubt !== undefined) return `${name} may isolate ${own}: ${doubt}`;
  if (sameNamespace(policy.namespace, subject.namespace) === 'unknown')
    return `whether ${name} and ${own} are in one namespace is not decided`;
  const taken = whyPodsUnknown(policy.podSelector, subject);
  if (taken !== undefined) return `whether ${name} takes ${own} is not decided: ${taken}`;
  return `whether ${name} isolates for ${direction} is not decided`;
}

function whyPerhapsAllows(part: PolicyPart, side: Side, holds: (set: ConnectionSet) => boolean): string | undefined {
  const { known, rules, bounds } = part;
  if (!holds(bounds.possible)) return undefined;
  const doubt = whyPerhapsIsolates(part, side);
  if (doubt !== undefined) return doubt;
  for (const rule of rules) {
    if (!holds(rule.bounds.possible)) continue;
    const name = describeRule(known.policy, rule);
    if (rule.peers === 'unknown') return `${name}: ${whyPeersUnknown(known.policy, rule, side)}`;
    return `${name}: its ports at the destination are not decided`;
  }
  return `the rules of \`${describeResource(known.policy)}\` are not decided`;
}

function whyPeersUnknown(policy: NetworkPolicy, { known: { rule } }: RulePart, side: Side): string {
  const { other, unit } = side;
  if (rule.peersOpen) return 'its peers are not decided';
  const peer = rule.peers.find((one) => matchPeer(unit, policy, one, other) === 'unknown');
  return (peer && whyPeerUnknown(policy, peer, side)) ?? 'whether it takes this peer is not decided';
}

function whyPeerUnknown(policy: NetworkPolicy, peer: PolicyPeer, { other, unit }: Side): string | undefined {
  if (!peer.decided || other.kind === 'address') return undefined;
  const name = `\`${describeResource(other.workload)}\``;
  if (peer.ipBlock !== undefined)
    return `\`${peer.ipBlock.cidr?.value ?? 'its block'}\` may hold addresses of Pods, and whether a block counts for Pods is up to the network plugin`;
  const namespace = other.workload.namespace?.value;
  if (namespace === undefined) return `the namespace of ${name} is not written`;
  if (
    peer.namespaceSelector !== undefined &&
    matchPeer(unit, policy, { ...peer, podSelector: undefined }, other) === 'unknown' &&
    onHost(other.workload) === 'no'
  )
    return namespaceManifests(unit, namespace).length === 0
      ? `no manifest shows the labels of the namespace \`${namespace}\``
      : `the labels of the namespace \`${namespace}\` are not decided`;
  const taken = whyPodsUnknown(peer.podSelector, other.workload);
  if (taken !== undefined) return `whether it takes ${name} is not decided: ${taken}`;
  return onHost(other.workload) === 'no' ? undefined : `${name} is on the host network, where selectors need not count`;
}

function describeRule(policy: NetworkPolicy, { known }: RulePart): string {
  return `rule ${known.index + 1} of \`${describeResource(policy)}\``;
}

function listed(items: readonly string[]): string {
  const shown = items.length > 3 ? [...items.slice(0, 2), `${items.length - 2} more`] : items;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

import { NAMESPACE_NAME_LABEL } from '../cluster/namespaces.ts';
import { selectPeerPods } from '../cluster/policySelection.ts';
import type { Selection } from '../cluster/selection.ts';
import { type LabelSelector, selectorText } from '../k8s/labels.ts';
import type { Direction, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../k8s/networkPolicy.ts';
import { protocolOf } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { code } from './link.ts';
import { selectByPolicy } from './policyFacts.ts';

/** One rule in words: `` from Pods `app=web` on TCP 8080 ``. */
export function ruleText(rule: PolicyRule, direction: Direction): string {
  const word = direction === 'ingress' ? 'from' : 'to';
  const peers = rule.peers.map(peerText);
  if (rule.peersOpen) peers.push('peers that are templated');
  const ports = rule.ports.map(portText);
  if (rule.portsOpen) ports.push('ports that are templated');
  return `${word} ${peers.length === 0 ? 'anyone' : peers.join(' or ')} on ${ports.length === 0 ? 'every port' : ports.join(', ')}`;
}

/** Whom a peer means: `` Pods `app=web` of namespaces `team=a` ``. */
export function peerText(peer: PolicyPeer): string {
  if (!peer.decided) return 'a templated peer';
  if (peer.empty) return 'an empty peer, which the API server refuses';
  if (peer.ipBlock !== undefined) {
    const except = peer.ipBlock.except.map((cidr) => cidr?.value ?? '?');
    return `addresses ${code(peer.ipBlock.cidr?.value ?? '?')}${except.length > 0 ? ` without ${except.map(code).join(', ')}` : ''}`;
  }
  const { podSelector, namespaceSelector } = peer;
  const pods =
    podSelector === undefined || isEmpty(podSelector) ? 'every Pod' : `Pods ${code(selectorText(podSelector))}`;
  if (namespaceSelector === undefined) return `${pods} of the policy's namespace`;
  if (isEmpty(namespaceSelector)) return `${pods} of all namespaces`;
  const name = namedNamespace(namespaceSelector);
  return name === undefined
    ? `${pods} of namespaces ${code(selectorText(namespaceSelector))}`
    : `${pods} of namespace ${code(name)}`;
}

/** The one namespace that a selector takes by its name. */
export function namedNamespace({ requirements, open }: LabelSelector): string | undefined {
  const [only, ...others] = requirements;
  if (only === undefined || others.length > 0 || open || !only.decided || only.operator !== 'In') return undefined;
  return only.key.value === NAMESPACE_NAME_LABEL && only.values.length === 1 ? only.values[0]?.value : undefined;
}

/** `TCP 8080`, `` TCP `http` ``, `every UDP port`, `TCP 8000–8010`. */
export function portText(port: PolicyPort): string {
  if (!port.decided) return 'a templated port';
  const protocol = protocolOf(port) ?? '?';
  if (port.port === undefined) return `every ${protocol} port`;
  const end = port.endPort?.value === undefined ? '' : `–${port.endPort.value}`;
  const { value } = port.port;
  return `${protocol} ${typeof value === 'string' ? code(value) : (value ?? '?')}${end}`;
}

export function isEmpty(selector: { readonly requirements: readonly unknown[]; readonly open: boolean }): boolean {
  return selector.requirements.length === 0 && !selector.open;
}

/** The Pods whose ports a rule speaks of, and whether there may be receivers that no manifest shows. */
export interface Receivers extends Selection {
  /** Anyone, addresses, or Pods of namespaces that the manifests do not show. */
  readonly others: boolean;
}

/** For ingress the policy's own Pods, for egress those of the peers. */
export function findReceivers(policy: NetworkPolicy, rule: PolicyRule, direction: Direction, unit: Unit): Receivers {
  if (direction === 'ingress') return { ...selectByPolicy(policy, unit), others: false };
  const others =
    rule.peers.length === 0 ||
    rule.peersOpen ||
    rule.peers.some((peer) => peer.ipBlock !== undefined || peer.namespaceSelector !== undefined || !peer.decided);
  return { ...findPeers(policy, rule, unit), others };
}

/** The Pods of these manifests that the peers of a rule take. */
export function findPeers(policy: NetworkPolicy, rule: PolicyRule, unit: Unit): Selection {
  const selections = rule.peers.map((peer) => selectPeerPods(unit, policy, peer));
  return {
    matched: [...new Set(selections.flatMap(({ matched }) => matched))],
    possible: [...new Set(selections.flatMap(({ possible }) => possible))],
  };
}

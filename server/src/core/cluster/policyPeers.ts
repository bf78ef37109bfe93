import type { Cidr, IpAddress } from '../k8s/ipAddress.ts';
import { containsAddress, containsCidr, parseCidr } from '../k8s/ipAddress.ts';
import type { Ternary } from '../k8s/labels.ts';
import type { IpBlock, NetworkPolicy, PolicyPeer, PolicyRule } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { matchNamespace } from './namespaces.ts';
import { takesPods } from './podMatch.ts';
import { sameNamespace } from './selection.ts';

/** One end of a connection: the Pods of a workload, or an address outside the cluster. */
export type End = PodEnd | AddressEnd;

export interface PodEnd {
  readonly kind: 'pods';
  readonly workload: Workload;
}

export interface AddressEnd {
  readonly kind: 'address';
  readonly address: IpAddress;
}

/** Whether a rule's `from` or `to` takes an end; none written means everybody. */
export function matchRulePeers(unit: Unit, policy: NetworkPolicy, rule: PolicyRule, end: End): Ternary {
  let verdict: Ternary = rule.peersOpen ? 'unknown' : rule.peers.length === 0 ? 'yes' : 'no';
  for (const peer of rule.peers) {
    const one = matchPeer(unit, policy, peer, end);
    if (one === 'yes') return 'yes';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

/**
 * Whether a peer takes an end. Selectors take Pods alone, a block addresses: whether it counts for Pods whose addresses it
 * may hold is up to the network plugin.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
 */
export function matchPeer(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, end: End): Ternary {
  if (!peer.decided) return 'unknown';
  if (peer.ipBlock !== undefined) {
    if (end.kind === 'address') return matchBlock(peer.ipBlock, end.address);
    return mayHoldPods(peer.ipBlock) ? 'unknown' : 'no';
  }
  if (peer.podSelector === undefined && peer.namespaceSelector === undefined) return 'unknown';
  if (end.kind === 'address') return 'no';
  const { workload } = end;
  const near =
    peer.namespaceSelector === undefined
      ? sameNamespace(workload.namespace, policy.namespace)
      : matchNamespace(unit, peer.namespaceSelector, workload.namespace);
  if (near === 'no') return 'no';
  const taken = takesPods(peer.podSelector, workload);
  if (taken === 'no') return 'no';
  return near === 'yes' && taken === 'yes' && onHost(workload) === 'no' ? 'yes' : 'unknown';
}

/** Whether a block holds an address, its exceptions taken out. */
export function matchBlock({ cidr, except, decided }: IpBlock, address: IpAddress): Ternary {
  const outer = cidr?.value === undefined ? undefined : parseCidr(cidr.value);
  if (outer === undefined || !decided) return 'unknown';
  if (!containsAddress(outer, address)) return 'no';
  let verdict: Ternary = 'yes';
  for (const item of except) {
    const inner = item?.value === undefined ? undefined : parseCidr(item.value);
    if (inner === undefined) verdict = 'unknown';
    else if (containsAddress(inner, address)) return 'no';
  }
  return verdict;
}

/**
 * Whether Pods may have addresses of a block. Nobody knows a Pod's address before it runs, so a block of one address is for
 * a host; addresses of one node's own links are no Pod's.
 */
export function mayHoldPods({ cidr }: IpBlock): boolean {
  const block = cidr?.value === undefined ? undefined : parseCidr(cidr.value);
  if (block === undefined) return true;
  if (block.prefixLength === block.address.bytes.length * 8) return false;
  return !NO_POD_BLOCKS.some((own) => containsCidr(own, block));
}

/** Loopback, link-local and multicast (IANA special-purpose address registries). */
const NO_POD_BLOCKS: readonly Cidr[] = [
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  'fe80::/10',
  'ff00::/8',
].flatMap((text) => parseCidr(text) ?? []);

/**
 * Whether a workload's Pods share the network of their node, where Kubernetes leaves open what policies do.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods
 */
export function onHost({ template: { hostNetwork }, opaque }: Workload): Ternary {
  if (hostNetwork?.value === true) return 'yes';
  return opaque || (hostNetwork !== undefined && hostNetwork.value === undefined) ? 'unknown' : 'no';
}

import { containsStrictly, parseCidr } from '../k8s/ipAddress.ts';
import type { LabelSelector } from '../k8s/labels.ts';
import type { IpBlock, NetworkPolicy, PolicyPeer, PolicyPort } from '../k8s/networkPolicy.ts';
import { labelKeyFault, labelValueFault, portNameFault, portNumberFault } from '../k8s/validity.ts';

/**
 * Why the API server refuses a policy, as the end of "the API server refuses `X`: …"; `undefined` where it takes it, or
 * where that is not decided. What the cluster holds in place of a refused policy is unknown: nothing, or an older version.
 * Source: kubernetes pkg/apis/networking/validation/validation.go, `ValidateNetworkPolicySpec`.
 */
export function whyRefused(policy: NetworkPolicy): string | undefined {
  if (policy.apiVersion !== 'networking.k8s.io/v1') return `it has no version \`${policy.apiVersion}\` any more`;
  const types = policy.policyTypes?.items ?? [];
  const type = types.find((item) => item?.value !== undefined && item.value !== 'Ingress' && item.value !== 'Egress');
  if (type?.value !== undefined) return `\`${type.value}\` is no policy type`;
  if (types.length > 2) return 'it has more than two policy types';
  const rules = [...(policy.ingress?.rules ?? []), ...(policy.egress?.rules ?? [])];
  return (
    selectorFault(policy.podSelector) ??
    firstOf(rules, ({ peers, ports }) => firstOf(peers, peerFault) ?? firstOf(ports, portFault))
  );
}

function peerFault(peer: PolicyPeer): string | undefined {
  if (!peer.decided) return undefined;
  if (peer.empty) return 'a peer is empty';
  const selectors = peer.podSelector ?? peer.namespaceSelector;
  if (peer.ipBlock !== undefined && selectors !== undefined) return 'a peer has `ipBlock` and selectors';
  return (
    (peer.ipBlock && blockFault(peer.ipBlock)) ??
    selectorFault(peer.podSelector) ??
    selectorFault(peer.namespaceSelector)
  );
}

function blockFault({ cidr, except, decided }: IpBlock): string | undefined {
  if (!decided || (cidr !== undefined && cidr.value === undefined)) return undefined;
  const outer = cidr === undefined ? undefined : parseCidr(cidr.value);
  if (outer === undefined) return `\`${cidr?.value ?? ''}\` is no CIDR block`;
  return firstOf(except, (item) => {
    if (item?.value === undefined) return undefined;
    const inner = parseCidr(item.value);
    if (inner === undefined) return `\`${item.value}\` is no CIDR block`;
    return containsStrictly(outer, inner) ? undefined : `\`${item.value}\` is not inside \`${cidr?.value}\``;
  });
}

function portFault({ port, endPort, protocol, decided }: PolicyPort): string | undefined {
  if (!decided) return undefined;
  const name = protocol?.value;
  if (name !== undefined && name !== 'TCP' && name !== 'UDP' && name !== 'SCTP') return `\`${name}\` is no protocol`;
  if (typeof port?.value === 'string' && portNameFault(port.value) !== undefined)
    return `\`${port.value}\` is no port name`;
  if (typeof port?.value === 'number' && portNumberFault(port.value) !== undefined) return `${port.value} is no port`;
  if (endPort === undefined || endPort.value === undefined) return undefined;
  if (port === undefined || typeof port.value === 'string') return '`endPort` stands without a port number';
  if (port.value !== undefined && endPort.value < port.value) return '`endPort` is below `port`';
  return portNumberFault(endPort.value) === undefined ? undefined : `${endPort.value} is no port`;
}

function selectorFault(selector: LabelSelector | undefined): string | undefined {
  return firstOf(selector?.requirements ?? [], ({ key, values, decided }) => {
    if (!decided) return undefined;
    if (labelKeyFault(key.value) !== undefined) return `\`${key.value}\` is no label key`;
    const bad = values.find(({ value }) => labelValueFault(value) !== undefined);
    return bad && `\`${bad.value}\` is no label value`;
  });
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

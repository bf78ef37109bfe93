import { containsAddress, containsCidr, parseCidr } from '../../k8s/ipAddress.ts';
import { type LabelSelector, selectorText } from '../../k8s/labels.ts';
import type { IpBlock, PolicyPeer, PolicyPort, PolicyRule } from '../../k8s/networkPolicy.ts';

/**
 * Whether one rule of a policy allows all that another one of the same direction does, whatever the cluster holds. Says no
 * where a template writes a part of either.
 */
export function coversRule(wide: PolicyRule, narrow: PolicyRule): boolean {
  if (wide.peersOpen || wide.portsOpen || narrow.peersOpen || narrow.portsOpen) return false;
  const coversPeers =
    wide.peers.length === 0 ||
    (narrow.peers.length > 0 && narrow.peers.every((peer) => wide.peers.some((one) => coversPeer(one, peer))));
  const coversPorts =
    wide.ports.length === 0 ||
    (narrow.ports.length > 0 && narrow.ports.every((port) => wide.ports.some((one) => coversPort(one, port))));
  return coversPeers && coversPorts;
}

/** Whether a rule allows everything, from or to everybody. */
export function isEveryone({ peers, ports, peersOpen, portsOpen }: PolicyRule): boolean {
  return peers.length === 0 && ports.length === 0 && !peersOpen && !portsOpen;
}

/** Whether a peer takes all that another one takes. */
export function coversPeer(wide: PolicyPeer, narrow: PolicyPeer): boolean {
  if (!wide.decided || !narrow.decided || wide.empty || narrow.empty) return false;
  if (wide.ipBlock !== undefined || narrow.ipBlock !== undefined) {
    if (wide.ipBlock === undefined || narrow.ipBlock === undefined) return false;
    return coversBlock(wide.ipBlock, narrow.ipBlock);
  }
  const isReadable = [wide, narrow].every(
    ({ podSelector, namespaceSelector }) => (podSelector ?? namespaceSelector) !== undefined,
  );
  return isReadable && coversNamespaces(wide, narrow) && coversSelector(wide.podSelector, narrow.podSelector);
}

/** Whether an item of `ports` allows all that another one allows. */
export function coversPort(wide: PolicyPort, narrow: PolicyPort): boolean {
  if (![wide, narrow].every(isDecided) || protocolOf(wide) !== protocolOf(narrow)) return false;
  const [own, other] = [wide.port?.value, narrow.port?.value];
  if (own === undefined) return true;
  if (typeof own !== 'number' || typeof other !== 'number') return own === other;
  return own <= other && (narrow.endPort?.value ?? other) <= (wide.endPort?.value ?? own);
}

/** An absent `namespaceSelector` is the policy's own namespace, which only a selector of all namespaces surely takes. */
function coversNamespaces(wide: PolicyPeer, narrow: PolicyPeer): boolean {
  if (wide.namespaceSelector === undefined) return narrow.namespaceSelector === undefined;
  if (narrow.namespaceSelector === undefined)
    return !wide.namespaceSelector.open && wide.namespaceSelector.requirements.length === 0;
  return coversSelector(wide.namespaceSelector, narrow.namespaceSelector);
}

/** Whether every requirement of the wide selector is one of the narrow one, too. An absent selector takes everything. */
export function coversSelector(wide: LabelSelector | undefined, narrow: LabelSelector | undefined): boolean {
  if (wide === undefined) return true;
  if (wide.open || narrow?.open === true || wide.requirements.some(({ decided }) => !decided)) return false;
  const textOf = (requirement: LabelSelector['requirements'][number]) =>
    selectorText({ ...wide, requirements: [{ ...requirement, origin: 'matchExpressions' }] });
  const own = new Set((narrow?.requirements ?? []).filter(({ decided }) => decided).map(textOf));
  return wide.requirements.every((requirement) => own.has(textOf(requirement)));
}

function coversBlock(wide: IpBlock, narrow: IpBlock): boolean {
  const [outer, inner] = [wide, narrow].map((block) =>
    block.decided ? parseCidr(block.cidr?.value ?? '') : undefined,
  );
  if (outer === undefined || inner === undefined || !containsCidr(outer, inner)) return false;
  return wide.except.every((item) => {
    const hole = parseCidr(item?.value ?? '');
    if (hole === undefined) return false;
    if (!containsAddress(inner, hole.network) && !containsCidr(hole, inner)) return true;
    return narrow.except.some((own) => {
      const other = parseCidr(own?.value ?? '');
      return other !== undefined && containsCidr(other, hole);
    });
  });
}

function isDecided({ decided, port, endPort, protocol }: PolicyPort): boolean {
  return decided && [port, endPort, protocol].every((field) => field === undefined || field.value !== undefined);
}

function protocolOf({ protocol }: PolicyPort): string {
  return protocol?.value ?? 'TCP';
}

import { knownNamespaces, matchNamespace } from '../cluster/namespaces.ts';
import { selectPeerPods } from '../cluster/policySelection.ts';
import { type Cidr, containsCidr, containsStrictly, parseCidr } from '../k8s/ipAddress.ts';
import { selectorText } from '../k8s/labels.ts';
import type { Direction, IpBlock, NetworkPolicy, PolicyPeer, PolicyRule } from '../k8s/networkPolicy.ts';
import { type Card, gravest, OK, problem, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkSome, titleOf } from './context.ts';
import { code } from './link.ts';
import { isEmpty, peerText } from './policyText.ts';
import { opaqueVerdict } from './serviceFacts.ts';

export interface PeerPlace {
  readonly policy: NetworkPolicy;
  readonly rule: PolicyRule;
  readonly peer: PolicyPeer;
  readonly direction: Direction;
}

/** A peer by its `namespaceSelector`, its `podSelector`, or both. */
export function explainSelectorPeer(
  { policy, rule, peer, direction }: PeerPlace,
  field: 'namespaceSelector' | 'podSelector',
  context: ExplainContext,
): Card {
  const { settings, unit } = context;
  const selector = peer[field];
  const { matched, possible } = selectPeerPods(unit, policy, peer);
  const here = [`${direction === 'ingress' ? 'from' : 'to'} ${peerText(peer)}`];
  if (peer.namespaceSelector !== undefined) here.push(namespacesLine(peer, context));
  here.push(
    matched.length === 0 ? 'no workload of these manifests is certainly meant' : `Pods of ${linkSome(matched)}`,
  );
  if (possible.length > 0) here.push(`perhaps Pods of ${linkSome(possible)}: not decidable`);
  here.push(...readings({ policy, rule, peer, direction }, context));
  const text = selector === undefined ? '' : selectorText(selector);
  const isNamespace = field === 'namespaceSelector';
  return {
    title: `${titleOf(policy, settings)} · ${direction} peer, ${field} ${code(text === '' ? '{}' : text)}`,
    verdict: gravest([
      opaqueVerdict(policy),
      peerVerdict(peer),
      matched.length + possible.length === 0 ? unknown('no manifest here shows a Pod that is meant') : OK,
    ]),
    here,
    path: `a filter on the ${direction === 'ingress' ? 'source' : 'destination'} Pod`,
    watch: isNamespace
      ? [
          'beside a podSelector in one list item it means AND, as an item of its own OR: one dash decides',
          "it looks at labels of Namespace objects; a namespace's name counts only as `kubernetes.io/metadata.name`",
          'an empty selector takes all namespaces',
        ]
      : [
          "alone it looks in the policy's own namespace only; other namespaces need a namespaceSelector in the same item",
          'an empty selector is every Pod, an absent one depends on what stands beside it',
        ],
    verify: [isNamespace ? 'kubectl get ns --show-labels' : `${kubectl(policy, settings)} get pods --show-labels`],
    question: isNamespace
      ? {
          ask: 'How to select a namespace by name?',
          answer: '`matchLabels: {kubernetes.io/metadata.name: web}`; the API server sets that label.',
        }
      : { ask: 'Which namespace does a podSelector without namespaceSelector mean?', answer: "The policy's own." },
  };
}

/** An `ipBlock` peer. */
export function explainIpBlock(
  policy: NetworkPolicy,
  block: IpBlock,
  direction: Direction,
  context: ExplainContext,
): Card {
  const { settings } = context;
  const text = block.cidr?.value;
  const cidr = text === undefined ? undefined : parseCidr(text);
  const here: string[] = [];
  if (cidr !== undefined) here.push(`${code(text ?? '')}: ${reachText(cidr)}`);
  for (const except of block.except) {
    if (except?.value !== undefined) here.push(`without ${code(except.value)}`);
  }
  if (cidr !== undefined && cidr.prefixLength === 0)
    here.push(
      `all ${cidr.network.family === 4 ? 'IPv4 addresses, and no IPv6 address' : 'IPv6 addresses, and no IPv4 address'}`,
    );
  return {
    title: `${titleOf(policy, settings)} · ${direction} peer, ipBlock ${code(text ?? '?')}`,
    verdict: gravest([opaqueVerdict(policy), blockVerdict(block, cidr)]),
    here,
    path: 'compared with the address seen where the policy is enforced, perhaps after it was rewritten',
    watch: [
      'meant for addresses outside the cluster; whether Pod IPs match, and whether SNAT came first, is up to the implementation',
      "a Service's virtual IP usually never matches: it is rewritten before",
      'it cannot stand beside a selector in one item',
    ],
    verify: [`${kubectl(policy, settings)} exec POD -- wget -T3 -qO- http://ADDRESS`],
    question: { ask: 'Can it block one Pod by its IP?', answer: 'No: nothing denies, and Pod IPs change.' },
  };
}

function namespacesLine(peer: PolicyPeer, { unit }: ExplainContext): string {
  const selector = peer.namespaceSelector;
  if (selector === undefined) return '';
  if (isEmpty(selector)) return 'all namespaces';
  const names = [...knownNamespaces(unit)].sort();
  const verdictOf = (name: string) => matchNamespace(unit, selector, { value: name, start: 0, end: 0 });
  const sure = names.filter((name) => verdictOf(name) === 'yes');
  const possible = names.filter((name) => verdictOf(name) === 'unknown');
  const texts =
    sure.length === 0
      ? ['no namespace here for certain']
      : [`namespaces ${sure.slice(0, 4).map(code).join(', ')}${sure.length > 4 ? ' …' : ''}`];
  if (possible.length > 0)
    texts.push(
      `perhaps ${possible.slice(0, 4).map(code).join(', ')}${possible.length > 4 ? ' …' : ''} (labels not in these manifests)`,
    );
  return texts.join('; ');
}

/** Both readings of two neighbouring items, or of one item with both selectors. */
function readings({ policy, rule, peer }: PeerPlace, { unit }: ExplainContext): readonly string[] {
  const { podSelector, namespaceSelector } = peer;
  if (podSelector !== undefined && namespaceSelector !== undefined && !isEmpty(podSelector)) {
    return ['one item: both selectors must fit (AND); as two items either would do (OR)'];
  }
  const at = rule.peers.indexOf(peer);
  const neighbour = [rule.peers[at - 1], rule.peers[at + 1]].find(
    (other) =>
      other !== undefined &&
      other.ipBlock === undefined &&
      (other.podSelector === undefined) !== (podSelector === undefined) &&
      (other.namespaceSelector === undefined) !== (namespaceSelector === undefined),
  );
  if (neighbour === undefined) return [];
  const both: PolicyPeer = {
    ...peer,
    podSelector: podSelector ?? neighbour.podSelector,
    namespaceSelector: namespaceSelector ?? neighbour.namespaceSelector,
  };
  const joined = selectPeerPods(unit, policy, both).matched;
  return [
    `two items: either fits (OR); joined in one item (AND) they would mean ${joined.length === 0 ? 'no workload here for certain' : linkSome(joined)}`,
  ];
}

function peerVerdict(peer: PolicyPeer): Verdict {
  if (!peer.decided) return unknown('the peer is templated');
  return peer.ipBlock !== undefined ? problem('selectors beside an ipBlock are refused by the API server') : OK;
}

function blockVerdict(block: IpBlock, cidr: Cidr | undefined): Verdict {
  if (!block.decided || (block.cidr !== undefined && block.cidr.value === undefined)) return unknown('it is templated');
  if (cidr === undefined) return problem(`${code(block.cidr?.value ?? '')} is no CIDR`);
  for (const except of block.except) {
    if (except?.value === undefined) return unknown('an exception is templated');
    const inner = parseCidr(except.value);
    if (inner === undefined) return problem(`${code(except.value)} is no CIDR`);
    if (!containsStrictly(cidr, inner))
      return problem(`${code(except.value)} does not lie inside ${code(block.cidr?.value ?? '')}`);
  }
  return OK;
}

/** Private ranges of RFC 1918, RFC 6598 and RFC 4193. */
const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

function reachText(cidr: Cidr): string {
  const ranges = PRIVATE_RANGES.map(parseCidr).filter((range) => range !== undefined);
  if (ranges.some((range) => containsCidr(range, cidr)))
    return 'private addresses; clusters often take Pod and Service addresses from such ranges';
  if (ranges.some((range) => containsCidr(cidr, range))) return 'public and private addresses';
  return 'outside the private ranges';
}

import { knownNamespaces, matchNamespace } from '../cluster/namespaces.ts';
import { selectPeerPods } from '../cluster/policySelection.ts';
import { type Cidr, containsCidr, containsStrictly, parseCidr } from '../k8s/ipAddress.ts';
import { selectorText } from '../k8s/labels.ts';
import type { Direction, IpBlock, NetworkPolicy, PolicyPeer, PolicyRule } from '../k8s/networkPolicy.ts';
import { type Card, gravest, OK, problem, type Table, unknown, type Verdict } from './card.ts';
import { type ExplainContext, kubectl, linkSome, shellName, titleOf } from './context.ts';
import { code } from './link.ts';
import { hostNetworkText, isOnHost, selectByPolicy } from './policyFacts.ts';
import { isEmpty, namedNamespace, peerText } from './policyText.ts';
import { execLine } from './policyVerify.ts';
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
  if (peer.namespaceSelector !== undefined) here.push(...namespacesLine(peer, context));
  if (matched.length > 0) here.push(`takes Pods of ${linkSome(matched)}`);
  if (possible.length > 0) here.push(`perhaps takes Pods of ${linkSome(possible)}: not decidable`);
  const isNobody = matched.length + possible.length === 0;
  if (isNobody && isClusterDns(peer)) here.push("these are the usual labels of the cluster's own DNS Pods");
  const onHost = matched.filter(isOnHost);
  if (onHost.length > 0)
    here.push(`${hostNetworkText(onHost)}: their address is that of a node, which a selector usually does not take`);
  const table = readings({ policy, rule, peer, direction }, context);
  const text = selector === undefined ? '' : selectorText(selector);
  const isNamespace = field === 'namespaceSelector';
  return {
    title: `${titleOf(policy, settings)} · ${direction} peer, ${field} ${code(text === '' ? '{}' : text)}`,
    verdict: gravest([
      opaqueVerdict(policy),
      peerVerdict(peer),
      isNobody && !isClusterDns(peer) ? unknown('no manifest here shows such a Pod') : OK,
    ]),
    here,
    ...(table === undefined ? {} : { table }),
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
    verify: verifyBlock(policy, cidr, direction, context),
    question: { ask: 'Can it block one Pod by its IP?', answer: 'No: nothing denies, and Pod IPs change.' },
  };
}

/** The namespaces of these manifests that a peer takes; nothing where its text says it already. */
function namespacesLine(peer: PolicyPeer, { unit }: ExplainContext): readonly string[] {
  const selector = peer.namespaceSelector;
  if (selector === undefined || isEmpty(selector) || namedNamespace(selector) !== undefined) return [];
  const names = [...knownNamespaces(unit)].sort();
  const verdictOf = (name: string) => matchNamespace(unit, selector, { value: name, start: 0, end: 0 });
  const sure = names.filter((name) => verdictOf(name) === 'yes');
  const possible = names.filter((name) => verdictOf(name) === 'unknown');
  const list = (some: readonly string[]) =>
    `${some.length === 1 ? 'namespace' : 'namespaces'} ${some.slice(0, 4).map(code).join(', ')}${some.length > 4 ? ', …' : ''}`;
  const lines = sure.length === 0 ? [] : [`takes ${list(sure)}`];
  if (possible.length > 0) lines.push(`perhaps takes ${list(possible)}, whose labels no manifest shows`);
  if (lines.length === 0) return ['no namespace of these manifests has these labels for certain'];
  return lines;
}

/**
 * Both readings of two neighbouring items, or of one item with both selectors: one hyphen tells them apart.
 * Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors
 */
function readings({ policy, rule, peer }: PeerPlace, { unit }: ExplainContext): Table | undefined {
  const { podSelector, namespaceSelector } = peer;
  const isOne = podSelector !== undefined && namespaceSelector !== undefined;
  const at = rule.peers.indexOf(peer);
  const neighbour = isOne ? peer : [rule.peers[at - 1], rule.peers[at + 1]].find((other) => isOtherHalf(peer, other));
  if (neighbour === undefined) return undefined;
  const pods = podSelector ?? neighbour.podSelector;
  const namespaces = namespaceSelector ?? neighbour.namespaceSelector;
  // A selector of every Pod beside that of namespaces adds nothing when both must fit.
  if (pods === undefined || namespaces === undefined || (isOne && isEmpty(pods))) return undefined;
  const both: PolicyPeer = { ...peer, podSelector: pods, namespaceSelector: namespaces };
  const either: readonly PolicyPeer[] = [
    { ...peer, podSelector: undefined, namespaceSelector: namespaces },
    { ...peer, podSelector: pods, namespaceSelector: undefined },
  ];
  const row = (reading: string, isWritten: boolean, peers: readonly PolicyPeer[]) => {
    const selections = peers.map((one) => selectPeerPods(unit, policy, one));
    const matched = [...new Set(selections.flatMap((selection) => selection.matched))];
    const possible = [...new Set(selections.flatMap((selection) => selection.possible))].filter(
      (workload) => !matched.includes(workload),
    );
    const found = matched.length > 0 ? linkSome(matched) : possible.length > 0 ? '' : 'none';
    const perhaps = possible.length === 0 ? '' : `${found === '' ? '' : ', '}perhaps ${linkSome(possible)}`;
    return [`${reading}${isWritten ? ' — as written' : ''}`, peers.map(peerText).join(', or '), `${found}${perhaps}`];
  };
  return {
    head: ['reading', 'lets through', 'Pods here'],
    rows: [row('one item (AND)', isOne, [both]), row('two items (OR)', !isOne, either)],
  };
}

/** The same for the first peer of a rule that can be read both ways. */
export function readingsOfRule(place: Omit<PeerPlace, 'peer'>, context: ExplainContext): Table | undefined {
  for (const peer of place.rule.peers) {
    const table = peer.decided && peer.ipBlock === undefined ? readings({ ...place, peer }, context) : undefined;
    if (table !== undefined) return table;
  }
  return undefined;
}

function isOtherHalf(peer: PolicyPeer, other: PolicyPeer | undefined): boolean {
  return (
    other?.decided === true &&
    other.ipBlock === undefined &&
    (other.podSelector === undefined) !== (peer.podSelector === undefined) &&
    (other.namespaceSelector === undefined) !== (peer.namespaceSelector === undefined)
  );
}

/** The Pods of the cluster's DNS, which belong to the cluster and to no manifest here. */
function isClusterDns({ podSelector, namespaceSelector }: PolicyPeer): boolean {
  if (podSelector === undefined || namespaceSelector === undefined) return false;
  return podSelector.requirements.some(
    ({ key, values }) => key.value === 'k8s-app' && values.some(({ value }) => value === 'kube-dns'),
  );
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

/** A call to an address of the block, from Pods that the policy governs; connections from outside cannot be made by kubectl. */
function verifyBlock(
  policy: NetworkPolicy,
  cidr: Cidr | undefined,
  direction: Direction,
  context: ExplainContext,
): readonly string[] {
  const show = `${kubectl(policy, context.settings)} describe netpol ${shellName(policy.name)}`;
  const [client] = selectByPolicy(policy, context.unit).matched;
  if (direction === 'ingress' || client === undefined || cidr === undefined) return [show];
  return [show, `${execLine(client, context)} wget -T3 -qO- http://ADDRESS   # one of the block; a drop is a timeout`];
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

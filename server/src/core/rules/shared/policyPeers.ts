import { findNearest } from '../../base/editDistance.ts';
import type { Span } from '../../base/span.ts';
import { standsNear, weigh } from '../../cluster/locality.ts';
import { knownNamespaces, matchNamespace } from '../../cluster/namespaces.ts';
import { findNearMiss, type NearMiss } from '../../cluster/nearMiss.ts';
import { type External, isInDoubt, whyMoreMayExist } from '../../cluster/openWorld.ts';
import { selectPeerPods, selectsNothing } from '../../cluster/policySelection.ts';
import { sameNamespace, selectWorkloadsWhere } from '../../cluster/selection.ts';
import type { Field } from '../../k8s/field.ts';
import { type LabelSelector, requirementText, selectorText } from '../../k8s/labels.ts';
import {
  type Direction,
  isolates,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyRule,
} from '../../k8s/networkPolicy.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Related } from '../rule.ts';

export interface PlacedPeer {
  readonly direction: Direction;
  readonly rule: PolicyRule;
  readonly peer: PolicyPeer;
  readonly index: number;
}

/** The peers that count: those of directions that the policy isolates, or may isolate. */
export function* peersOf(policy: NetworkPolicy): Iterable<PlacedPeer> {
  for (const direction of ['ingress', 'egress'] as const) {
    if (isolates(policy, direction) === false) continue;
    for (const rule of policy[direction]?.rules ?? []) {
      for (const [index, peer] of rule.peers.entries()) yield { direction, rule, peer, index };
    }
  }
}

/** Two neighbours in a list of peers, one with only a `namespaceSelector`, the other with only a `podSelector`. */
export interface SplitPeer {
  readonly pods: PolicyPeer;
  readonly podSelector: LabelSelector;
  readonly namespaces: PolicyPeer;
  readonly namespaceSelector: LabelSelector;
  /**
   * `slip`: the Pods are in the selected namespaces and not in the policy's own, so one peer was meant. `unclear`: nothing
   * shows where they are. `sensible`: some are in the policy's own namespace.
   */
  readonly reading: 'slip' | 'unclear' | 'sensible';
}

/**
 * The neighbour that a peer was perhaps to be one with. `undefined` where the `podSelector` takes the whole namespace, and where
 * "either" is a sensible reading of a longer list.
 */
export function findSplitPeer(unit: Unit, policy: NetworkPolicy, { rule, index }: PlacedPeer): SplitPeer | undefined {
  for (const neighbour of [index - 1, index + 1]) {
    const split = toSplit(rule.peers[index], rule.peers[neighbour]);
    if (split === undefined) continue;
    const { pods, namespaces, podSelector } = split;
    if (podSelector.open || podSelector.requirements.length === 0) continue;
    const merged = { ...namespaces, podSelector };
    const isInNamespaces = selectPeerPods(unit, policy, merged).matched.length > 0;
    if (selectsNothing(unit, (resources) => selectPeerPods(unit, policy, pods, resources)))
      return { ...split, reading: isInNamespaces ? 'slip' : 'unclear' };
    const isHere = selectPeerPods(unit, policy, pods).matched.length > 0;
    if (isHere && isInNamespaces && rule.peers.length === 2) return { ...split, reading: 'sensible' };
  }
  return undefined;
}

/**
 * The one namespace that a peer looks into: the policy's own, or what its `namespaceSelector` takes. Not decided where
 * that takes several, or where the labels of a namespace are not known.
 */
export function namespaceOfPeer(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer): Field<string> {
  const selector = peer.namespaceSelector;
  if (selector === undefined) return policy.namespace;
  const here: Span = { start: selector.start, end: selector.end };
  let taken: string | undefined;
  for (const name of knownNamespaces(unit)) {
    const verdict = matchNamespace(unit, selector, { value: name, ...here });
    if (verdict === 'unknown' || (verdict === 'yes' && taken !== undefined)) return { undecided: 'change', ...here };
    if (verdict === 'yes') taken = name;
  }
  return taken === undefined ? { undecided: 'change', ...here } : { value: taken, ...here };
}

/** The workloads that a selector takes in other namespaces, which all say where they are. */
export function selectElsewhere(unit: Unit, selector: LabelSelector, namespace: Field<string>): readonly Workload[] {
  return selectWorkloadsWhere(unit.index, selector, (workload) =>
    sameNamespace(workload.namespace, namespace) === 'no' ? 'yes' : 'no',
  ).matched;
}

/**
 * Whether manifests show who lives in a namespace, so that what they lack there is missing. `other` is where it was
 * found instead: a namespace with workloads of the same names is another environment, which need not be complete.
 */
export function isShown(unit: Unit, namespace: Field<string>, other?: Workload): boolean {
  let found = false;
  for (const workload of unit.index.ofType('workload')) {
    if (sameNamespace(workload.namespace, namespace) !== 'yes') continue;
    if (other === undefined) return true;
    found = true;
    if (workload.name?.value === undefined) continue;
    const twins = unit.index.named(workload.kind, workload.name.value);
    if (twins.some((twin) => twin.namespace?.value === other.namespace?.value)) return false;
  }
  return found;
}

/** What a name is a typo of; names with a part more (`shop`, `shop-dev`) are others on purpose. */
export function findSlip<T>(name: string, candidates: Iterable<T>, nameOf: (candidate: T) => string): T | undefined {
  const parts = (text: string) => text.split(/[-._/]/).length;
  const comparable = [...candidates].filter((candidate) => parts(nameOf(candidate)) === parts(name));
  return findNearest(name, comparable, nameOf);
}

interface EmptySelector {
  readonly unit: Unit;
  readonly policy: NetworkPolicy;
  readonly selector: LabelSelector;
  /** Where it looks for Pods. */
  readonly namespace: Field<string>;
  readonly external: External;
  /** Workloads that it perhaps takes. */
  readonly doubts: readonly Workload[];
}

export interface PolicySlip {
  readonly miss: NearMiss;
  /** Nothing that may be what is missing stands near. */
  readonly isSure: boolean;
}

/** What a selector of a policy that takes nothing was probably to take. */
export function findPolicySlip(about: EmptySelector): PolicySlip | undefined {
  const { unit, policy, selector, namespace, external, doubts } = about;
  const miss = findNearMiss(unit.index, selector, namespace, policy.file);
  const weight = miss === undefined ? 'none' : weigh(unit, policy.file, miss.workload, doubts, selector);
  if (miss === undefined || weight === 'none') return undefined;
  const isOpen = whyMoreMayExist(unit, namespace, external) !== undefined;
  // Where more may exist, the same value under another key may well be what other Pods have.
  if (isOpen && miss.differs === 'key') return undefined;
  const isShownHere = !isOpen || standsNear(unit, policy.file, miss.workload);
  return { miss, isSure: weight === 'full' && isShownHere && !isInDoubt(unit, policy, namespace, external) };
}

/** "no Pod in namespace `shop` has the label `app=web`, so …", or the same as far as manifests show it. */
export function describeMissingPods(
  namespace: Field<string>,
  selector: LabelSelector,
  consequence: string,
  isSure: boolean,
): string {
  const place = describePlace(namespace);
  const labels = describeLabels(selector);
  return isSure
    ? `no Pod ${place} ${labels}, so ${consequence}`
    : `no manifest here shows a Pod ${place} that ${labels}`;
}

/** `in namespace \`shop\``, or `in the policy's namespace` where that is not written. */
export function describePlace(namespace: Field<string>): string {
  return namespace?.value === undefined ? "in the policy's namespace" : `in namespace \`${namespace.value}\``;
}

/** "has the label `app=web`", "matches `app in (web,api),!old`": what a selector of some requirements asks of a Pod. */
function describeLabels(selector: LabelSelector): string {
  const texts = selector.requirements.map((requirement) => `\`${requirementText(requirement)}\``);
  const isPlain = selector.requirements.every(({ origin }) => origin !== 'matchExpressions');
  if (!isPlain) return `matches \`${selectorText(selector)}\``;
  return texts.length === 1 ? `has the label ${texts[0]}` : `has the labels ${texts.join(' and ')}`;
}

/** `; did you mean …?` */
export function askNearMiss({ requirement, differs, actual }: NearMiss): string {
  const value = requirement.values[0]?.value ?? '';
  const meant = differs === 'value' ? `${requirement.key.value}=${actual.value}` : `${actual.value}=${value}`;
  return `; did you mean \`${meant}\`?`;
}

/** The scalar that differs. */
export function spanOfNearMiss({ requirement, differs }: NearMiss): Span {
  const value = requirement.values[0];
  return differs === 'value' && value !== undefined ? value : requirement.key;
}

/** The label of the near workload. */
export function relateNearMiss({ workload, requirement, differs, actual }: NearMiss): Related {
  const value = requirement.values[0]?.value ?? '';
  const label = differs === 'value' ? `${requirement.key.value}=${actual.value}` : `${actual.value}=${value}`;
  const { start, end } = actual;
  return {
    file: workload.file,
    start,
    end,
    message: `the Pods of \`${describeResource(workload)}\` have \`${label}\``,
  };
}

/** Where a selector that takes nothing is marked: at its first value, else its first key. */
export function spanOfSelector(selector: LabelSelector): Span {
  const [first] = selector.requirements;
  return first?.values[0] ?? first?.key ?? selector;
}

/**
 * Whether a selector is certain, and asks for a label that Pods must have. One that only keeps Pods out (`!tier`) is a
 * net for the rest, and there need not be any.
 */
export function isDecidedSelector(selector: LabelSelector | undefined): selector is LabelSelector {
  if (selector === undefined || selector.open) return false;
  const isPositive = selector.requirements.some(({ operator }) => operator === 'In' || operator === 'Exists');
  return isPositive && selector.requirements.every(({ decided }) => decided);
}

function toSplit(a: PolicyPeer | undefined, b: PolicyPeer | undefined): Omit<SplitPeer, 'reading'> | undefined {
  if (a === undefined || b === undefined || !a.decided || !b.decided) return undefined;
  const [pods, namespaces] = a.podSelector === undefined ? [b, a] : [a, b];
  const { podSelector } = pods;
  const { namespaceSelector } = namespaces;
  if (podSelector === undefined || pods.namespaceSelector !== undefined || pods.ipBlock !== undefined) return undefined;
  if (namespaceSelector === undefined || namespaces.podSelector !== undefined || namespaces.ipBlock !== undefined)
    return undefined;
  return { pods, podSelector, namespaces, namespaceSelector };
}

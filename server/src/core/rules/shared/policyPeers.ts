import { findNearest } from '../../base/editDistance.ts';
import type { Span } from '../../base/span.ts';
import { knownNamespaces, matchNamespace } from '../../cluster/namespaces.ts';
import type { NearMiss } from '../../cluster/nearMiss.ts';
import { selectPeerPods, selectsNothing } from '../../cluster/policySelection.ts';
import { sameNamespace, selectWorkloadsWhere } from '../../cluster/selection.ts';
import type { Field } from '../../k8s/field.ts';
import { type LabelSelector, requirementText } from '../../k8s/labels.ts';
import {
  type Direction,
  isolates,
  type NetworkPolicy,
  type PolicyPeer,
  type PolicyRule,
} from '../../k8s/networkPolicy.ts';
import { describeResource } from '../../k8s/resource.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import type { Fix, Related } from '../rule.ts';

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
  /** `yes`: the Pods are in the selected namespaces and not in the policy's own, so one peer was meant. */
  readonly isSlip: boolean;
}

/**
 * The neighbour that a peer was probably to be one with. `undefined` where "either" is a sensible reading: the Pods
 * exist in the policy's own namespace, or the `podSelector` takes all of it.
 */
export function findSplitPeer(unit: Unit, policy: NetworkPolicy, { rule, index }: PlacedPeer): SplitPeer | undefined {
  for (const neighbour of [index - 1, index + 1]) {
    const split = toSplit(rule.peers[index], rule.peers[neighbour]);
    if (split === undefined) continue;
    const { pods, namespaces, podSelector } = split;
    if (podSelector.open || podSelector.requirements.length === 0) continue;
    if (!selectsNothing(unit, (resources) => selectPeerPods(unit, policy, pods, resources))) continue;
    const merged = { ...namespaces, podSelector };
    const isSlip = selectPeerPods(unit, policy, merged).matched.length > 0;
    return { ...split, isSlip };
  }
  return undefined;
}

/** The only namespace, besides the unknown ones, that a `namespaceSelector` takes; the policy's own where there is none. */
export function namespaceOfPeer(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer): Field<string> {
  const selector = peer.namespaceSelector;
  if (selector === undefined) return policy.namespace;
  const here: Span = { start: selector.start, end: selector.end };
  const taken = [...knownNamespaces(unit)].filter(
    (value) => matchNamespace(unit, selector, { value, ...here }) !== 'no',
  );
  const [only, another] = taken;
  if (only === undefined || another !== undefined) return { undecided: 'change', ...here };
  return { value: only, ...here };
}

/** The workloads that a selector takes in other namespaces, which all say where they are. */
export function selectElsewhere(unit: Unit, selector: LabelSelector, namespace: Field<string>): readonly Workload[] {
  return selectWorkloadsWhere(unit.index, selector, (workload) =>
    sameNamespace(workload.namespace, namespace) === 'no' ? 'yes' : 'no',
  ).matched;
}

/** Whether manifests show workloads in a namespace. */
export function hasWorkloads(unit: Unit, namespace: Field<string>): boolean {
  for (const workload of unit.index.ofType('workload')) {
    if (sameNamespace(workload.namespace, namespace) === 'yes') return true;
  }
  return false;
}

/** The namespace that a name is a typo of; names with a part more (`shop`, `shop-dev`) are others on purpose. */
export function findNamespaceSlip(name: string, names: Iterable<string>): string | undefined {
  const parts = name.split('-').length;
  const comparable = [...names].filter((other) => other.split('-').length === parts);
  return findNearest(name, comparable, (other) => other);
}

/** `in namespace \`shop\``, or `in the policy's namespace` where that is not written. */
export function describePlace(namespace: Field<string>): string {
  return namespace?.value === undefined ? "in the policy's namespace" : `in namespace \`${namespace.value}\``;
}

/** `the label \`app=web\``: what a selector of some requirements asks for. */
export function describeLabels({ requirements }: LabelSelector): string {
  const texts = requirements.map((requirement) => `\`${requirementText(requirement)}\``);
  return texts.length === 1 ? `the label ${texts[0]}` : `the labels ${texts.join(', ')}`;
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

/** Writes what the near workload has. */
export function fixNearMiss(file: string, miss: NearMiss): Fix {
  const { requirement, differs, actual } = miss;
  const { start, end } = spanOfNearMiss(miss);
  const written = differs === 'value' ? (requirement.values[0]?.value ?? '') : requirement.key.value;
  const isKey = differs === 'key' && requirement.origin !== 'matchExpressions';
  return {
    title: `Change \`${written}\` to \`${actual.value}\``,
    safe: false,
    edits: [
      { file, edit: { kind: isKey ? 'replace-key' : 'replace-scalar', span: { start, end }, value: actual.value } },
    ],
  };
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

/** Whether a selector is certain, and asks for something. */
export function isDecidedSelector(selector: LabelSelector | undefined): selector is LabelSelector {
  if (selector === undefined || selector.open || selector.requirements.length === 0) return false;
  return selector.requirements.every(({ decided }) => decided);
}

function toSplit(a: PolicyPeer | undefined, b: PolicyPeer | undefined): Omit<SplitPeer, 'isSlip'> | undefined {
  if (a === undefined || b === undefined || !a.decided || !b.decided) return undefined;
  const [pods, namespaces] = a.podSelector === undefined ? [b, a] : [a, b];
  const { podSelector } = pods;
  const { namespaceSelector } = namespaces;
  if (podSelector === undefined || pods.namespaceSelector !== undefined || pods.ipBlock !== undefined) return undefined;
  if (namespaceSelector === undefined || namespaces.podSelector !== undefined || namespaces.ipBlock !== undefined)
    return undefined;
  return { pods, podSelector, namespaces, namespaceSelector };
}

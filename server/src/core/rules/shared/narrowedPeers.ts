import type { Span } from '../../base/span.ts';
import { NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { mayMatchExternalPods } from '../../cluster/openWorld.ts';
import { peerScope } from '../../cluster/policySelection.ts';
import { matchWorkload } from '../../cluster/selection.ts';
import { isUndecided } from '../../k8s/field.ts';
import type { LabelSelector, Requirement, Ternary } from '../../k8s/labels.ts';
import type { NetworkPolicy, PolicyPeer } from '../../k8s/networkPolicy.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { OriginMapping, OriginNode } from '../../sources/origin.ts';
import type { Unit } from '../../sources/unit.ts';
import { findPair, findValue, type YamlPair } from '../../yaml/node.ts';
import type { RuleContext } from '../rule.ts';
import { isDecidedSelector, type PlacedPeer } from './policyPeers.ts';

/** A peer that a kustomization's labels have narrowed until it no longer takes the Pods that it was written for. */
export interface NarrowedPeer {
  /** The selector before the labels were added. */
  readonly written: LabelSelector;
  /** What the labels made of it, or replaced. */
  readonly added: readonly [Requirement, ...Requirement[]];
  /** The `matchLabels` of the peer as it is built, and their key. */
  readonly matchLabels: OriginMapping;
  readonly key: Span;
  /** A workload that it was written for. */
  readonly workload: Workload | undefined;
  /** The namespace that it looks into, where it names one. */
  readonly namespace: string | undefined;
}

/**
 * Labels of a kustomization (`commonLabels`, `labels` with `includeSelectors`) are put into the `matchLabels` of peers as well
 * (kustomize, api/internal/konfig/builtinpluginconsts/commonlabels.go). Told of where that is certainly wrong: no Pod of the
 * unit was meant, but one that exists beside it or one in a namespace that the unit has no part in, and those lack the label.
 */
export function findNarrowedPeer(
  { unit, settings }: RuleContext,
  policy: NetworkPolicy,
  placed: PlacedPeer,
): NarrowedPeer | undefined {
  const { peer } = placed;
  const { podSelector: selector } = peer;
  if (unit.kind !== 'kustomization' || unit.open !== undefined) return undefined;
  if (!peer.decided || peer.ipBlock !== undefined || !isDecidedSelector(selector)) return undefined;
  const pair = findMatchLabels(unit, policy, placed);
  if (pair?.value.kind !== 'mapping') return undefined;
  const { key, value: matchLabels }: { readonly key: Span; readonly value: OriginMapping } = {
    ...pair,
    value: pair.value,
  };
  const [first, ...more] = selector.requirements.filter(({ values: [value] }) =>
    matchLabels.pairs.some((label) => value !== undefined && label.value.start === value.start && isLabel(label.value)),
  );
  if (first === undefined) return undefined;
  const added = [first, ...more] as const;
  const requirements = selector.requirements.flatMap((requirement) =>
    added.includes(requirement) ? replacedBy(unit, requirement, matchLabels) : [requirement],
  );
  const written = { ...selector, requirements };
  if (mayMatchExternalPods(settings.external, selector)) return undefined;
  const before = { ...peer, podSelector: written };
  if (workloadsOf(unit).some((workload) => isTaken(unit, policy, before, workload) !== 'no')) return undefined;
  const outside = [...workloadsOutside(unit, policy)];
  if (outside.some((workload) => isTaken(unit, policy, peer, workload) !== 'no')) return undefined;
  const workload = outside.find(
    (other) => other.namespace?.value !== undefined && isTaken(unit, policy, before, other) === 'yes',
  );
  if (workload === undefined && !looksElsewhere(unit, policy, peer)) return undefined;
  return { written, added, matchLabels, key, workload, namespace: namespaceNamedBy(peer.namespaceSelector) };
}

function isTaken(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer, workload: Workload): Ternary {
  const inScope = peerScope(unit, policy, peer)(workload.namespace);
  if (inScope === 'no' || peer.podSelector === undefined) return inScope;
  const taken = matchWorkload(peer.podSelector, workload);
  return taken === 'yes' ? inScope : taken;
}

function workloadsOf(unit: Unit): readonly Workload[] {
  return [...unit.index.ofType('workload')];
}

/**
 * The workloads that may run beside the unit, as they are built there. Units that hold the policy too are other versions of this
 * one.
 */
function* workloadsOutside(unit: Unit, policy: NetworkPolicy): Iterable<Workload> {
  const versions = new Set(unit.siblings.unitsOf(policy.file).map(({ id }) => id));
  const seen = new Set<string>();
  for (const index of unit.others) {
    for (const written of index.ofType('workload')) {
      for (const other of unit.siblings.unitsOf(written.file)) {
        if (versions.has(other.id) || seen.has(other.id)) continue;
        seen.add(other.id);
        yield* workloadsOf(other);
      }
    }
  }
}

/** Whether a peer looks into namespaces in which the unit certainly has nothing. */
function looksElsewhere(unit: Unit, policy: NetworkPolicy, peer: PolicyPeer): boolean {
  if (peer.namespaceSelector === undefined || peer.namespaceSelector.requirements.length === 0) return false;
  const inScope = peerScope(unit, policy, peer);
  return [policy, ...workloadsOf(unit)].every(
    ({ namespace }) => namespace !== undefined && !isUndecided(namespace) && inScope(namespace) === 'no',
  );
}

function namespaceNamedBy(selector: LabelSelector | undefined): string | undefined {
  const named = selector?.requirements.find(({ key }) => key.value === NAMESPACE_NAME_LABEL);
  return named?.operator === 'In' && named.values.length === 1 ? named.values[0]?.value : undefined;
}

function findMatchLabels(unit: Unit, policy: NetworkPolicy, placed: PlacedPeer): YamlPair | undefined {
  const { direction, rule, index } = placed;
  const rules = findValue(findValue(unit.rootOf(policy), 'spec'), direction);
  const at = policy[direction]?.rules.indexOf(rule) ?? -1;
  const own = rules?.kind === 'sequence' ? rules.items[at] : undefined;
  const peers = findValue(own, direction === 'ingress' ? 'from' : 'to');
  const peer = peers?.kind === 'sequence' ? peers.items[index] : undefined;
  return findPair(findValue(peer, 'podSelector'), 'matchLabels');
}

/** Whether a value is that of a label in a kustomization. */
function isLabel({ origin }: OriginNode): boolean {
  return origin?.kind === 'kustomization' && origin.exact && origin.by === undefined;
}

/** What a label has replaced, as a requirement; none where it was added. */
function replacedBy(unit: Unit, requirement: Requirement, { pairs }: OriginMapping): readonly Requirement[] {
  const pair = pairs.find(({ value }) => value.start === requirement.values[0]?.start);
  const base = pair?.value.origin?.base;
  if (base === undefined) return [];
  const text = unit.siblings.texts.read(base.file)?.slice(base.start, base.end);
  if (text === undefined) return [{ ...requirement, decided: false }];
  const value = text.replace(/^(['"])(.*)\1$/, '$2');
  return [{ ...requirement, values: [{ value, start: base.start, end: base.end }] }];
}

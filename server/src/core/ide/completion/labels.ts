import type { Span } from '../../base/span.ts';
import { knownNamespaces, NAMESPACE_NAME_LABEL } from '../../cluster/namespaces.ts';
import { peerScope } from '../../cluster/policySelection.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import {
  type LabelEntry,
  type LabelSelector,
  matchSelector,
  readLabelSelector,
  readSelectorMap,
  type Ternary,
} from '../../k8s/labels.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Workload } from '../../k8s/workload.ts';
import { findValue, type YamlNode } from '../../yaml/node.ts';
import { type Asker, nearness, nearnessAnywhere } from './asker.ts';
import type { Candidate } from './items.ts';
import { MARKER } from './place.ts';
import type { LabelSlot } from './slot.ts';

/** A set of labels that a selector may ask for, and whose they are. */
interface Carrier {
  readonly labels: readonly LabelEntry[];
  readonly owner: string;
  readonly rank: number;
}

/** The label keys, or the values of a key, that can stand in a selector, because something has them. */
export function labelCandidates(asker: Asker, slot: LabelSlot): readonly Candidate[] {
  const selector = selectorAt(asker, slot);
  const carriers = carriersOf(asker, slot).map((carrier) => ({ ...carrier, rank: rankIn(selector, carrier) }));
  return slot.part === 'key' ? keys(asker, slot, carriers) : values(asker, slot, carriers);
}

function keys(asker: Asker, slot: LabelSlot, carriers: readonly Carrier[]): readonly Candidate[] {
  const taken = asker.place.atKey ? siblingKeys(asker) : new Set<string>();
  const found = new Map<string, { rank: number; values: Set<string>; owners: Set<string> }>();
  for (const { labels, owner, rank } of carriers) {
    for (const { key, value } of labels) {
      if (taken.has(key.value)) continue;
      const known = found.get(key.value) ?? { rank, values: new Set(), owners: new Set() };
      if (value !== undefined) known.values.add(value.value);
      known.owners.add(owner);
      known.rank = Math.min(known.rank, rank);
      found.set(key.value, known);
    }
  }
  return [...found].map(([text, { rank, values: seen, owners }]) => ({
    text,
    kind: 'key',
    rank,
    detail: `label of ${listShort(owners)}`,
    documentation:
      seen.size === 0 ? undefined : `${slot.of === 'namespaces' ? 'Values' : 'Values here'}: ${listShort(seen, 5)}`,
  }));
}

function values(asker: Asker, slot: LabelSlot, carriers: readonly Carrier[]): readonly Candidate[] {
  const key = keyAt(asker, slot);
  if (key === undefined) return [];
  const taken = siblingItems(asker);
  const found = new Map<string, { rank: number; owners: Set<string> }>();
  for (const { labels, owner, rank } of carriers) {
    for (const { key: own, value } of labels) {
      if (own.value !== key || value === undefined || value.value === '' || taken.has(value.value)) continue;
      const known = found.get(value.value) ?? { rank, owners: new Set() };
      known.owners.add(owner);
      known.rank = Math.min(known.rank, rank);
      found.set(value.value, known);
    }
  }
  return [...found].map(([text, { rank, owners }]) => ({
    text,
    kind: 'label',
    rank,
    detail: `${key} of ${listShort(owners)}`,
  }));
}

function listShort(texts: ReadonlySet<string>, most = 2): string {
  const shown = [...texts].slice(0, most).join(', ');
  return texts.size > most ? `${shown} and ${texts.size - most} more` : shown;
}

function carriersOf(asker: Asker, { of }: LabelSlot): readonly Carrier[] {
  switch (of) {
    case 'pods':
      return podsOf(asker, (workload) => nearness(asker, workload));
    case 'own': {
      const own = [asker.own, asker.built].find(
        (view) => view?.type === 'workload' && view.template.labels !== undefined,
      );
      return own?.type === 'workload' ? [podOf(own, 0)] : [];
    }
    case 'peer': {
      const inScope = peerScopeAt(asker);
      return podsOf(asker, (workload) => {
        const verdict = inScope(workload);
        if (verdict === 'no') return undefined;
        return nearnessAnywhere(asker, workload) + (verdict === 'yes' ? 0 : UNSURE);
      });
    }
    case 'services':
      return [...asker.unit.index.ofType('service')].map((service) => ({
        labels: service.labels?.entries ?? [],
        owner: describeResource(service),
        rank: nearnessAnywhere(asker, service),
      }));
    case 'namespaces':
      return namespacesOf(asker);
  }
}

function podsOf(asker: Asker, rankOf: (workload: Workload) => number | undefined): readonly Carrier[] {
  const found: Carrier[] = [];
  for (const workload of asker.unit.index.ofType('workload')) {
    const rank = rankOf(workload);
    if (rank !== undefined) found.push(podOf(workload, rank));
  }
  return found;
}

function podOf(workload: Workload, rank: number): Carrier {
  return { labels: workload.template.labels?.entries ?? [], owner: describeResource(workload), rank };
}

/** What is only possible comes after all that is certain, and what does not fit after both. */
const UNSURE = 500;
const UNFIT = 1000;

/** Which namespaces the peer that is being typed looks into. */
function peerScopeAt(asker: Asker): (workload: Workload) => Ternary {
  const { own, unit, namespace } = asker;
  const peer = asker.place.steps.findLast((step) => step.kind === 'item' && hasKey(step.item, 'podSelector'));
  const selector = peer?.kind === 'item' ? readLabelSelector(findValue(peer.item, 'namespaceSelector')) : undefined;
  if (selector === undefined || own?.type !== 'networkPolicy') {
    return (workload) => sameNamespace(asker.namespace, workload.namespace);
  }
  const typed = { podSelector: undefined, podSelectorKey: undefined, ipBlock: undefined, empty: false, decided: true };
  const inScope = peerScope(unit, { ...own, namespace }, { ...typed, ...HERE, namespaceSelector: selector });
  return (workload) => inScope(workload.namespace);
}

function namespacesOf(asker: Asker): readonly Carrier[] {
  const { unit } = asker;
  const found: Carrier[] = [];
  const manifests = [unit.index, ...unit.others].flatMap((index) => [...index.namespaces]);
  for (const manifest of manifests)
    found.push({
      labels: manifest.labels?.entries ?? [],
      owner: describeResource(manifest),
      rank: nearnessAnywhere(asker, manifest),
    });
  for (const name of knownNamespaces(unit)) {
    const entry = { key: { value: NAMESPACE_NAME_LABEL, ...HERE }, value: { value: name, ...HERE } };
    found.push({ labels: [entry], owner: 'every namespace', rank: name === asker.namespace?.value ? 0 : 1 });
  }
  return found;
}

const HERE: Span = { start: 0, end: 0 };

/** Those that fit what else the selector asks for come before all others. */
function rankIn(selector: LabelSelector, { labels, rank }: Carrier): number {
  const fits = matchSelector(selector, { entries: labels, open: false, ...HERE }) !== 'no';
  return fits ? rank : rank + UNFIT;
}

/** The selector at the place, without what is being typed. */
function selectorAt({ place }: Asker, { depth }: LabelSlot): LabelSelector {
  const node = nodeAfter(place, depth);
  const isMap = !hasKey(node, 'matchLabels') && !hasKey(node, 'matchExpressions');
  const selector = isMap ? readSelectorMap(node) : readLabelSelector(node);
  const requirements = (selector?.requirements ?? []).filter(
    ({ key, values: written }) => key.value !== MARKER && !written.some(({ value }) => value === MARKER),
  );
  return { requirements, open: false, nullKeys: [], ...HERE };
}

function nodeAfter({ steps, root }: Asker['place'], depth: number): YamlNode {
  const step = steps[depth - 1];
  return step === undefined ? root : step.kind === 'item' ? step.item : step.pair.value;
}

function hasKey(node: YamlNode, name: string): boolean {
  return node.kind === 'mapping' && node.pairs.some((pair) => pair.name === name);
}

/** The key whose value is being typed. */
function keyAt({ place: { names, steps } }: Asker, { depth }: LabelSlot): string | undefined {
  if (names[depth] !== 'matchExpressions') return names.at(-1);
  const item = steps[depth + 1];
  const key = item?.kind === 'item' ? findValue(item.item, 'key') : undefined;
  return key?.kind === 'scalar' ? key.text : undefined;
}

function siblingKeys({ place }: Asker): ReadonlySet<string> {
  const last = place.steps.at(-1);
  if (last?.kind !== 'key') return new Set();
  return new Set(last.mapping.pairs.flatMap(({ name }) => name ?? []));
}

function siblingItems({ place }: Asker): ReadonlySet<string> {
  const last = place.steps.at(-1);
  if (last?.kind !== 'item') return new Set();
  return new Set(last.sequence.items.flatMap((item) => (item.kind === 'scalar' ? item.text : [])));
}

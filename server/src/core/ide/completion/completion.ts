import { basename } from '../../base/path.ts';
import { isKustomizationFile } from '../../sources/kustomization.ts';
import { findValue, type YamlNode } from '../../yaml/node.ts';
import type { PlaceRequest } from '../locate.ts';
import { type Asker, askersAt } from './asker.ts';
import { hostCandidates, hostEdit, hostSlotAt } from './hosts.ts';
import { type Candidate, MAX_ITEMS, mergeCandidates, toItem, type ValueCompletion } from './items.ts';
import { labelCandidates } from './labels.ts';
import { gatewayCandidates, namespaceCandidates, scaleCandidates, serviceCandidates } from './objects.ts';
import { type TypedPlace, typedPlaces } from './place.ts';
import { portCandidates } from './ports.ts';
import { type Slot, slotOf } from './slot.ts';

export type { CandidateKind, ValueCompletion } from './items.ts';

export interface CompletionRequest extends PlaceRequest {
  /** The id of the one unit to look in, where the file is part of it. */
  readonly view?: string | undefined;
  readonly clusterDomain: string;
  /** The character that made the editor ask by itself; `undefined` where a word is being typed, or a person asked. */
  readonly trigger?: string | undefined;
}

/** Characters after which an editor should ask, because a value begins or goes on behind them. */
export const TRIGGERS: readonly string[] = [' ', '"', "'", ':', '.', '/', '-', '='];

export interface ValueCompletions {
  readonly items: readonly ValueCompletion[];
  /** There are more than a list can show. */
  readonly more: boolean;
}

/**
 * The values that can stand at a place that refers to something: labels, ports, names and hosts that the units of the file
 * really have, the nearest first. Nothing elsewhere: what keys and values a schema knows is for others to say.
 */
export function completeValues(request: CompletionRequest): ValueCompletions {
  const { folder, path, text, offset } = request;
  if (isKustomizationFile(basename(path))) return NOTHING;
  for (const place of typedPlaces(text, offset, folder.chartOf(path) !== undefined)) {
    const slot = slotOf(groupOf(place.root), kindOf(place.root), place);
    if (slot === undefined) continue;
    const found = slot.kind === 'host' ? completeHost(request, place) : completeSlot(request, place, slot);
    if (found.items.length > 0) return found;
  }
  return NOTHING;
}

const NOTHING: ValueCompletions = { items: [], more: false };

function completeSlot(request: CompletionRequest, place: TypedPlace, slot: Slot): ValueCompletions {
  const { folder, path, text, offset, view, trigger } = request;
  if (!isAskedFor(trigger, place)) return NOTHING;
  const askers = askersAt(folder, path, offset, place, view);
  const found = fitting(place.typed.before, mergeCandidates(askers.flatMap((asker) => candidatesFor(asker, slot))));
  const items = found.slice(0, MAX_ITEMS).map((candidate) => toItem(place, text, candidate));
  return { items, more: found.length > MAX_ITEMS };
}

function completeHost(request: CompletionRequest, place: TypedPlace): ValueCompletions {
  const { folder, path, text, offset, view, trigger, clusterDomain } = request;
  const slot = hostSlotAt(place);
  if (slot === undefined) return NOTHING;
  if (trigger === ':' && (slot.part !== 'port' || slot.typed !== '')) return NOTHING;
  if (trigger !== undefined && BEFORE_VALUE.has(trigger) && place.typed.before !== '') return NOTHING;
  const askers = askersAt(folder, path, offset, place, view);
  const found = fitting(slot.typed, mergeCandidates(hostCandidates(askers, slot, clusterDomain)));
  const items = found.slice(0, MAX_ITEMS).map((candidate): ValueCompletion => {
    const { text: label, kind, detail, documentation } = candidate;
    const { span, newText } = hostEdit(place, text, offset, slot, label);
    const filterText = place.needsSpace ? ` ${label}` : label;
    return { label, kind, detail, documentation, span, newText, filterText };
  });
  return { items, more: found.length > MAX_ITEMS };
}

const BEFORE_VALUE: ReadonlySet<string> = new Set([' ', '"', "'"]);

/** Whether a character that made the editor ask begins or goes on with a value here. */
function isAskedFor(trigger: string | undefined, { typed, needsSpace }: TypedPlace): boolean {
  if (trigger === undefined) return true;
  if (BEFORE_VALUE.has(trigger)) return typed.before === '';
  if (trigger === ':' || trigger === '=') return false;
  return typed.before !== '' || (needsSpace && trigger === '-');
}

/** Where there are more than a list can show, those that have what is typed in them. */
function fitting(typed: string, candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length <= MAX_ITEMS) return candidates;
  const wanted = typed.toLowerCase();
  return candidates.filter(({ text }) => text.toLowerCase().includes(wanted));
}

function candidatesFor(asker: Asker, slot: Slot): readonly Candidate[] {
  switch (slot.kind) {
    case 'label':
      return labelCandidates(asker, slot);
    case 'target-port':
    case 'backend-port':
    case 'probe-port':
    case 'policy-port':
    case 'monitor-port':
      return portCandidates(asker, slot);
    case 'service':
      return serviceCandidates(asker);
    case 'namespace':
      return namespaceCandidates(asker);
    case 'scale-kind':
    case 'scale-version':
    case 'scale-name':
      return scaleCandidates(asker, slot.kind);
    case 'gateway':
    case 'listener':
      return gatewayCandidates(asker, slot.kind);
    case 'host':
      return [];
  }
}

function groupOf(root: YamlNode): string {
  const version = scalarText(findValue(root, 'apiVersion'));
  return version.includes('/') ? version.slice(0, version.indexOf('/')) : '';
}

function kindOf(root: YamlNode): string {
  return scalarText(findValue(root, 'kind'));
}

function scalarText(node: YamlNode | undefined): string {
  return node?.kind === 'scalar' ? node.text : '';
}

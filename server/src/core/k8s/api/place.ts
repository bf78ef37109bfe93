import type { Span } from '../../base/span.ts';
import { effectivePairs, findPair, isNull, type YamlNode } from '../../yaml/node.ts';
import type { Refusal, RefusalReason } from './refusal.ts';

/**
 * A field of an object that is being validated: what stands there, and how the API server names it. Reading goes on
 * below an absent field, so validators need no conditions: `child(child(root, 'spec'), 'ports')`.
 */
export interface Place {
  /** `undefined` where nothing is written. */
  readonly node: YamlNode | undefined;
  /** `spec.ports[0].port`; empty for the object itself. */
  readonly path: string;
  /** Where to point: the value; where it is absent, the key or start of the nearest thing above that is written. */
  readonly span: Span;
  /** Nothing is written here, and yet something may stand here: what is above is a template's, or of a wrong type. */
  readonly open?: true;
}

/** Takes what a validator finds; a validator never stops at the first fault. */
export type Report = (refusal: Refusal) => void;

export type Validator = (object: Place, report: Report) => void;

/** The place of a whole object. */
export function rootPlace(root: YamlNode): Place {
  const kind = findPair(root, 'kind')?.value;
  return { node: root, path: '', span: kind ?? root };
}

/** The field `name` below a place. */
export function child(place: Place, name: string): Place {
  return below(place, name, place.path === '' ? name : `${place.path}.${name}`);
}

/** The entry `key` of a map: `data[key]`. */
export function entry(place: Place, key: string): Place {
  return below(place, key, `${place.path}[${key}]`);
}

/** The items of a list; none where it is absent, no list, or written by a template. */
export function items(place: Place): readonly Place[] {
  if (place.node?.kind !== 'sequence') return [];
  return place.node.items.map((node, index) => ({ node, path: `${place.path}[${index}]`, span: pointAt(node) }));
}

/** The entries of a map whose keys are known, each with the span of its key. */
export function entries(
  place: Place,
): readonly { readonly key: string; readonly keySpan: Span; readonly value: Place }[] {
  const { node, path } = place;
  if (node?.kind !== 'mapping' || node.pairs.length === 0) return [];
  const found = [];
  for (const { name, key, value } of effectivePairs(node)) {
    if (name === undefined || key.unknown !== undefined) continue;
    const span = isNull(value) ? key : pointAt(value);
    found.push({ key: name, keySpan: key, value: { node: value, path: `${path}[${name}]`, span } });
  }
  return found;
}

/** Certainly nothing is written, or null: the API server treats both alike. */
export function isAbsent(place: Place): boolean {
  return isNull(place.node) && place.open === undefined;
}

/**
 * Whether all that stands at a place is what the cluster would get. Where not (a template writes it, or parts of it),
 * nothing definite may be said about what is missing there.
 */
export function isDecided(place: Place): boolean {
  const { node } = place;
  if (node === undefined) return place.open === undefined;
  if (node.unknown !== undefined) return false;
  if (node.kind !== 'mapping') return true;
  return node.pairs.every(({ merge, value, name }) => name !== undefined && (!merge || value.unknown === undefined));
}

/** The text of a decided string, else `undefined`. */
export function stringAt(place: Place): string | undefined {
  const value = scalarAt(place);
  return typeof value === 'string' ? value : undefined;
}

/** The value of a decided integer, else `undefined`. */
export function integerAt(place: Place): number | undefined {
  const value = scalarAt(place);
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

export function booleanAt(place: Place): boolean | undefined {
  const value = scalarAt(place);
  return typeof value === 'boolean' ? value : undefined;
}

/** Reports a fault of a place, pointing at its value. */
export function refuse(report: Report, place: Place, reason: RefusalReason, message: string): void {
  const { node, path, span } = place;
  const text = node?.kind === 'scalar' ? { text: node.text.slice(0, MOST_TEXT) } : {};
  report({ field: path, reason, message, start: span.start, end: span.end, ...text });
}

/** More of a text says nothing about what it is. */
const MOST_TEXT = 80;

function scalarAt({ node }: Place): unknown {
  return node?.kind === 'scalar' && node.unknown === undefined ? node.value : undefined;
}

function below(place: Place, name: string, path: string): Place {
  const pair = findPair(place.node, name);
  if (pair === undefined) {
    const isClosed = isAbsent(place) || (place.node?.kind === 'mapping' && isDecided(place));
    return isClosed
      ? { node: undefined, path, span: place.span }
      : { node: undefined, path, span: place.span, open: true };
  }
  return { node: pair.value, path, span: isNull(pair.value) ? pair.key : pointAt(pair.value, pair.key) };
}

/** A scalar itself; of a collection its key, or its first key: a squiggle never covers a block. */
function pointAt(node: YamlNode, key?: YamlNode): Span {
  if (node.kind === 'scalar') return node;
  if (key !== undefined) return key;
  const first = node.kind === 'mapping' ? node.pairs[0]?.key : node.items[0];
  return first ?? node;
}

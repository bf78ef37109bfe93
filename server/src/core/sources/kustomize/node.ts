import type { Span } from '../../base/span.ts';
import type { ScalarStyle, ScalarValue, YamlMapping, YamlPair, YamlScalar, YamlSequence } from '../../yaml/node.ts';
import { isPlain, type Origin, PLAIN } from '../origin.ts';
import { finalValue, needsQuotes, type Tag } from './scalar.ts';

export type { Origin, Place } from '../origin.ts';

/**
 * Nodes that a build changes in place, where they belong to the object that is changed alone ({@link own}): objects share what
 * they have in common. They have the shape of parsed nodes ({@link YamlScalar} and so on), so what reads those reads these once
 * {@link settle} has run.
 */
export type BuildNode = BuildScalar | BuildMapping | BuildSequence;

export interface BuildScalar extends YamlScalar {
  text: string;
  style: ScalarStyle;
  value: ScalarValue;
  tag: Tag;
  start: number;
  end: number;
  unknown?: 'template' | 'odd';
  /** Written as an alias: `start`–`end` is the alias, this the value that it stands for, in the same file. */
  aliasOf?: Span;
  /** An explicit null of the base that a merge leaves alone. */
  kept?: boolean;
  origin?: Origin;
}

export interface BuildMapping extends YamlMapping {
  pairs: BuildPair[];
  flow: boolean;
  start: number;
  end: number;
  unknown?: 'template' | 'odd';
  origin?: Origin;
  owner: Owner | undefined;
  [PLAIN]: BuildPair[] | undefined;
}

export interface BuildSequence extends YamlSequence {
  items: BuildNode[];
  flow: boolean;
  start: number;
  end: number;
  unknown?: 'template' | 'odd';
  origin?: Origin;
  owner: Owner | undefined;
  [PLAIN]: BuildNode[] | undefined;
}

/** Who may change a collection in place: a copy of an object. */
export type Owner = symbol;

export interface BuildPair extends YamlPair {
  name: string | undefined;
  key: BuildScalar;
  value: BuildNode;
}

/** Where new nodes belong. */
export interface NewPlace extends Span {
  readonly origin?: Origin | undefined;
}

export function newScalar(text: string, tag: Tag, place: NewPlace, style: ScalarStyle = 'plain'): BuildScalar {
  const { start, end } = place;
  const node: BuildScalar = { kind: 'scalar', value: null, text, style, tag, start, end };
  if (place.origin !== undefined) node.origin = place.origin;
  return node;
}

export function newMapping(place: NewPlace): BuildMapping {
  const { start, end } = place;
  const node: BuildMapping = {
    kind: 'mapping',
    flow: false,
    pairs: [],
    start,
    end,
    owner: undefined,
    [PLAIN]: undefined,
  };
  if (place.origin !== undefined) node.origin = place.origin;
  return node;
}

export function newSequence(place: NewPlace, items: BuildNode[] = []): BuildSequence {
  const { start, end } = place;
  const node: BuildSequence = {
    kind: 'sequence',
    flow: false,
    items,
    start,
    end,
    owner: undefined,
    [PLAIN]: undefined,
  };
  if (place.origin !== undefined) node.origin = place.origin;
  return node;
}

/** A string node as kustomize makes it from a value of a map. */
export function newString(text: string, place: NewPlace): BuildScalar {
  return newScalar(text, 'str', place, text.includes('\n') ? 'literal' : 'plain');
}

export function copyNode(node: BuildNode): BuildNode {
  switch (node.kind) {
    case 'scalar':
      return copyScalar(node);
    case 'sequence':
      return sequenceLike(node, node.items.map(copyNode), undefined);
    case 'mapping':
      return copyMapping(node);
  }
}

/** Spelled out for speed, like all copies here: V8 spreads objects of several shapes slowly, and into larger ones. */
export function copyScalar(node: BuildScalar): BuildScalar {
  const { kind, value, text, style, tag, start, end, unknown, aliasOf, kept, origin } = node;
  const made: BuildScalar = { kind, value, text, style, tag, start, end };
  if (unknown !== undefined) made.unknown = unknown;
  if (aliasOf !== undefined) made.aliasOf = aliasOf;
  if (kept !== undefined) made.kept = kept;
  if (origin !== undefined) made.origin = origin;
  return made;
}

export function copyMapping(node: BuildMapping): BuildMapping {
  const pairs = node.pairs.map(({ name, key, value }) => ({
    name,
    key: copyScalar(key),
    value: copyNode(value),
    merge: false,
  }));
  return mappingLike(node, pairs, undefined);
}

function mappingLike(node: BuildMapping, pairs: BuildPair[], owner: Owner | undefined): BuildMapping {
  const made = newMapping(node);
  made.flow = node.flow;
  made.pairs = pairs;
  made.owner = owner;
  if (node.unknown !== undefined) made.unknown = node.unknown;
  return made;
}

function sequenceLike(node: BuildSequence, items: BuildNode[], owner: Owner | undefined): BuildSequence {
  const made = newSequence(node, items);
  made.flow = node.flow;
  made.owner = owner;
  if (node.unknown !== undefined) made.unknown = node.unknown;
  return made;
}

/**
 * A collection of which its owner may change the list in place: itself, or a copy that shares what stands in it, pairs too
 * ({@link replaceMember}).
 */
export function own<T extends BuildMapping | BuildSequence>(node: T, owner: Owner): T;
export function own(node: BuildMapping | BuildSequence, owner: Owner): BuildNode {
  if (node.owner === owner) return node;
  return node.kind === 'sequence'
    ? sequenceLike(node, node.items.slice(), owner)
    : mappingLike(node, node.pairs.slice(), owner);
}

/** What stands under `name`, as a mapping that the owner of `node` may change in place; `undefined` where it is none. */
export function ownMember(node: BuildMapping, name: string, owner: Owner): BuildMapping | undefined {
  const old = memberOf(node, name);
  if (old?.kind !== 'mapping') return undefined;
  const value = own(old, owner);
  if (value !== old) replaceMember(node, name, value);
  return value;
}

/** Puts another value in the place of what stands under `name`, if anything does. */
export function replaceMember(node: BuildMapping | undefined, name: string, value: BuildNode): void {
  if (node !== undefined) replaceAt(node, indexOf(node, name), value);
}

/** The same at the place of a pair, which may be shared: another one takes it. */
export function replaceAt({ pairs }: BuildMapping, index: number, value: BuildNode): void {
  const pair = pairs[index];
  if (pair !== undefined) pairs[index] = { name: pair.name, key: pair.key, value, merge: false };
}

/** The place of the first pair of this name; -1 where there is none. */
export function indexOf({ pairs }: BuildMapping, name: string): number {
  let index = 0;
  for (const { key } of pairs) {
    if (key.text === name) return index;
    index++;
  }
  return -1;
}

/** The text that names a field, before resolution: `yes:` is `yes` to kustomize. */
export function keyOf(pair: BuildPair): string {
  return pair.key.text;
}

/** The first pair of this name, as kustomize finds it. */
export function pairOf(node: BuildNode | undefined, name: string): BuildPair | undefined {
  if (node?.kind !== 'mapping') return undefined;
  for (const pair of node.pairs) if (pair.key.text === name) return pair;
  return undefined;
}

export function memberOf(node: BuildNode | undefined, name: string): BuildNode | undefined {
  return pairOf(node, name)?.value;
}

/** The value at a path of field names. */
export function valueAt(node: BuildNode | undefined, ...path: readonly string[]): BuildNode | undefined {
  let found = node;
  for (const name of path) found = memberOf(found, name);
  return found;
}

/** The unresolved text of a scalar; empty for everything else, null included. */
export function textOf(node: BuildNode | undefined): string {
  return node?.kind === 'scalar' && node.tag !== 'null' ? node.text : '';
}

/** The unresolved text of a scalar, of a null too (`null`, `~`). */
export function rawTextOf(node: BuildNode | undefined): string {
  return node?.kind === 'scalar' ? node.text : '';
}

export function isMissing(node: BuildNode | undefined): node is undefined {
  return node === undefined || (node.kind === 'scalar' && node.tag === 'null');
}

export function isTaggedNull(node: BuildNode | undefined): boolean {
  return node?.kind === 'scalar' && node.tag === 'null';
}

export function isEmpty(node: BuildNode | undefined): boolean {
  if (node === undefined) return true;
  if (node.kind === 'scalar') return node.tag === 'null';
  return node.kind === 'mapping' ? node.pairs.length === 0 : node.items.length === 0;
}

/** Removes the first pair of this name and returns its value. */
export function clearField(node: BuildMapping, name: string): BuildNode | undefined {
  const index = indexOf(node, name);
  if (index < 0) return undefined;
  return node.pairs.splice(index, 1)[0]?.value;
}

/**
 * Sets a field as kustomize does: no value or null takes the field away; a value that replaces another gets the quotes of
 * the old one, which decide with the type what leaves (`"1"` patched with `2` is text).
 */
export function setField(
  node: BuildMapping,
  name: string,
  value: BuildNode | undefined,
  key?: BuildScalar,
): BuildNode | undefined {
  if (value === undefined || (value.kind === 'scalar' && value.tag === 'null' && value.kept !== true)) {
    clearField(node, name);
    return undefined;
  }
  quoteOldWords(value);
  const index = indexOf(node, name);
  const old = node.pairs[index]?.value;
  if (old === undefined) {
    const { start, end, origin } = value;
    node.pairs.push({ name, key: key ?? newScalar(name, '', { start, end, origin }), value, merge: false });
    return value;
  }
  if (value === old) return value;
  inheritStyle(value, old);
  replaceAt(node, index, value);
  return value;
}

/** A scalar with another text, which keeps its quotes. */
export function withText(node: BuildScalar, text: string, tag: Tag): BuildScalar {
  const { kind, value, style, start, end, unknown, origin } = node;
  const made: BuildScalar = { kind, value, text, style, tag, start, end };
  if (unknown !== undefined) made.unknown = unknown;
  if (origin !== undefined) made.origin = origin;
  return made;
}

function quoteOldWords(value: BuildNode): void {
  if (value.kind !== 'scalar' || value.style !== 'plain' || (value.tag !== 'str' && value.tag !== '')) return;
  if (!value.text.includes('\n') && needsQuotes(value.text)) value.style = 'double';
}

/** Styles of collections are not kept; where kinds differ the new one becomes plain. */
function inheritStyle(value: BuildNode, old: BuildNode): void {
  if (value.kind === 'scalar') value.style = old.kind === 'scalar' ? old.style : 'plain';
}

/** Finds the mapping under `name`, or makes an empty one. `undefined` when something else stands there. */
export function mappingAt(node: BuildMapping, name: string, place: NewPlace): BuildMapping | undefined {
  const pair = pairOf(node, name);
  if (pair === undefined) {
    const made = newMapping(place);
    node.pairs.push({ name, key: newScalar(name, '', place), value: made, merge: false });
    return made;
  }
  if (pair.value.kind === 'mapping') return pair.value;
  if (!isTaggedNull(pair.value)) return undefined;
  const made = newMapping(place);
  replaceMember(node, name, made);
  return made;
}

type Refuse = (node: BuildNode, message: string) => void;

/**
 * Gives every scalar and key the value that leaves the build. Tells what the real one would refuse to write. What objects share
 * may be settled again: a collection without origins and refusals is gone through once.
 */
export function settle(root: BuildNode, refuse: Refuse): void {
  settleNode(root, true, refuse);
}

/** Returns whether the node is plain ({@link isPlain}) and nothing in it is refused. */
function settleNode(node: BuildNode, isRoot: boolean, refuse: Refuse): boolean {
  if (node.kind === 'scalar') return settleScalar(node, refuse) && node.origin === undefined;
  if (isPlain(node)) return true;
  let plain = node.origin === undefined;
  if (node.kind === 'mapping') {
    if (!settleKeys(node, isRoot, refuse)) plain = false;
    for (let at = node.pairs.length - 1; at >= 0; at--) {
      const pair = node.pairs[at];
      if (pair !== undefined && !settleNode(pair.value, false, refuse)) plain = false;
    }
    node[PLAIN] = plain ? node.pairs : undefined;
  } else {
    for (let at = node.items.length - 1; at >= 0; at--) {
      const item = node.items[at];
      if (item !== undefined && !settleNode(item, false, refuse)) plain = false;
    }
    node[PLAIN] = plain ? node.items : undefined;
  }
  return plain;
}

function settleKeys({ pairs }: BuildMapping, isRoot: boolean, refuse: Refuse): boolean {
  let plain = true;
  const seen = new Set<string>();
  for (const pair of pairs) {
    if (!settleKey(pair, isRoot, refuse) || pair.key.origin !== undefined) plain = false;
    if (seen.has(pair.key.text)) {
      refuse(pair.key, `the key \`${pair.key.text}\` stands twice`);
      plain = false;
    }
    seen.add(pair.key.text);
  }
  return plain;
}

/** Returns whether the value can be written. */
function settleScalar(node: BuildScalar, refuse: Refuse): boolean {
  const value = finalValue(node.tag, node.text, node.style);
  const isPlaceholder = node.text.includes('${') || node.text.includes('{{');
  if (isPlaceholder) node.unknown = 'template';
  else if (node.unknown === 'template') delete node.unknown;
  node.value = value === undefined ? node.text : value;
  if (!isPlaceholder && value === undefined) {
    refuse(node, `\`${node.text}\` is not of the type of the value that it replaced`);
    return false;
  }
  if (typeof value !== 'number' || Number.isFinite(value)) return true;
  refuse(node, `\`${node.text}\` has no JSON form`);
  return false;
}

/** Returns whether the key can be written. */
function settleKey(pair: BuildPair, isRoot: boolean, refuse: Refuse): boolean {
  const { key } = pair;
  const isText = key.tag === 'str' || (key.tag === '' && typeof finalValue('', key.text, key.style) === 'string');
  key.value = key.text;
  pair.name = key.text;
  if (isText || isRoot) return true;
  refuse(key, `the key \`${key.text}\` is not text, which kustomize cannot write`);
  return false;
}

import { splitPath } from './fieldSpec.ts';
import {
  type BuildMapping,
  type BuildNode,
  isMissing,
  memberOf,
  type NewPlace,
  newMapping,
  newScalar,
  newSequence,
  pairOf,
  rawTextOf,
} from './node.ts';
import { toRegExp } from './selectors.ts';

/** A place that a value can be read from and put in. */
export interface Slot {
  readonly get: () => BuildNode;
  readonly set: (node: BuildNode) => void;
}

/** Cuts `spec.containers.[name=a.b].image` at its dots; brackets keep theirs, and are dropped where they hold no `=`. */
export function splitFieldPath(path: string): readonly string[] {
  const parts = splitPath(path, '.');
  const result: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part);
      continue;
    }
    let whole = part;
    while (at < parts.length - 1) {
      at++;
      const next = parts[at] ?? '';
      whole += `.${next}`;
      if (next.endsWith(']')) break;
    }
    result.push(whole.includes('=') ? whole : whole.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return result;
}

/** The value at a path; list items by number, `-` for the last, or `[name=value]`. */
export function lookUp(root: BuildNode | undefined, path: readonly string[]): BuildNode | undefined {
  let node = root;
  for (const raw of path) {
    const part = raw.trim();
    if (part === '') continue;
    if (isMissing(node)) return undefined;
    if (/^\d+$/.test(part)) node = node.kind === 'sequence' ? node.items[Number(part)] : undefined;
    else if (part === '-') node = node.kind === 'sequence' ? node.items.at(-1) : undefined;
    else if (isListPart(part)) node = findItem(node, part);
    else node = memberOf(node, part);
  }
  return node;
}

function isListPart(part: string): boolean {
  return part.startsWith('[') && part.endsWith(']');
}

function readListPart(part: string): { name: string; value: string } | undefined {
  const match = /^\[([^=]*)=(.*)\]$/s.exec(part);
  return match === null ? undefined : { name: match[1] ?? '', value: match[2] ?? '' };
}

function findItem(node: BuildNode, part: string): BuildNode | undefined {
  const match = readListPart(part);
  if (match === undefined || node.kind !== 'sequence') return undefined;
  if (match.name === '') return node.items.find((item) => rawTextOf(item) === match.value);
  return node.items.find((item) => {
    const value = memberOf(item, match.name);
    return value !== undefined && rawTextOf(value) === match.value;
  });
}

type Kind = BuildNode['kind'];

/**
 * All places that a path with `*`, numbers and `[name=pattern]` leads to; with `create`, what is missing is made, the
 * last part as that kind (kyaml, PathMatcher). A sentence where the path cannot be followed.
 */
export function findFields(
  root: BuildMapping,
  path: readonly string[],
  create: Kind | undefined,
  place: NewPlace,
): readonly Slot[] | string {
  return follow({ get: () => root, set: () => undefined }, path, create, place);
}

function follow(
  slot: Slot,
  path: readonly string[],
  create: Kind | undefined,
  place: NewPlace,
): readonly Slot[] | string {
  const [part, ...rest] = path;
  if (part === undefined) return [slot];
  const node = slot.get();
  if (/^\d+$/.test(part)) return followIndex(node, Number(part), rest, create, place);
  if (isListPart(part)) return followMatch(node, part, rest, create, place);
  if (part === '*') {
    if (isMissing(node)) return [];
    if (node.kind !== 'sequence') return '`*` stands for the items of a list, and there is none';
    return collect(
      node.items.map((_, index) => itemSlot(node, index)),
      rest,
      create,
      place,
    );
  }
  return followName(node, part, rest, create, place);
}

function collect(
  slots: readonly Slot[],
  rest: readonly string[],
  create: Kind | undefined,
  place: NewPlace,
): readonly Slot[] | string {
  const found: Slot[] = [];
  for (const slot of slots) {
    const inner = follow(slot, rest, create, place);
    if (typeof inner === 'string') return inner;
    found.push(...inner);
  }
  return found;
}

function itemSlot(list: BuildNode & { kind: 'sequence' }, index: number): Slot {
  return {
    get: () => list.items[index] ?? list,
    set: (node) => {
      list.items[index] = node;
    },
  };
}

function followName(
  node: BuildNode,
  name: string,
  rest: readonly string[],
  create: Kind | undefined,
  place: NewPlace,
): readonly Slot[] | string {
  if (isMissing(node)) return [];
  if (node.kind !== 'mapping') return `\`${name}\` is sought in something that is no mapping`;
  let pair = pairOf(node, name);
  if (pair === undefined) {
    if (create === undefined) return [];
    pair = {
      name,
      key: newScalar(name, '', place),
      value: makeNode(kindOfNext(rest[0], create), place),
      merge: false,
    };
    node.pairs.push(pair);
  }
  const found = pair;
  const slot: Slot = {
    get: () => found.value,
    set: (value) => {
      found.value = value;
    },
  };
  return follow(slot, rest, create, place);
}

function kindOfNext(next: string | undefined, last: Kind): Kind {
  if (next === undefined) return last;
  return isListPart(next) || /^\d+$/.test(next) ? 'sequence' : 'mapping';
}

function makeNode(kind: Kind, place: NewPlace): BuildNode {
  if (kind === 'mapping') return newMapping(place);
  return kind === 'sequence' ? newSequence(place) : newScalar('', '', place);
}

function followIndex(
  node: BuildNode,
  index: number,
  rest: readonly string[],
  create: Kind | undefined,
  place: NewPlace,
): readonly Slot[] | string {
  if (!isMissing(node) && node.kind !== 'sequence') return `item ${index} is sought in something that is no list`;
  const list = isMissing(node) ? undefined : node;
  if (list !== undefined && list.items.length === index && create !== undefined) {
    list.items.push(makeNode(kindOfNext(rest[0], create), place));
  }
  if (list === undefined || list.items.length <= index) {
    return `the list has no item ${index}, only ${list?.items.length ?? 0}`;
  }
  return follow(itemSlot(list, index), rest, create, place);
}

function followMatch(
  node: BuildNode,
  part: string,
  rest: readonly string[],
  create: Kind | undefined,
  place: NewPlace,
): readonly Slot[] | string {
  const match = readListPart(part);
  if (match === undefined) return `\`${part}\` is written \`[name=value]\``;
  if (isMissing(node)) return [];
  if (node.kind !== 'sequence') return `\`${part}\` is sought in something that is no list`;
  const pattern = toRegExp(match.value);
  if (pattern === undefined) return `\`${match.value}\` is no regular expression`;
  const slots: Slot[] = [];
  for (const [index, item] of node.items.entries()) {
    const value = match.name === '' ? item : memberOf(item, match.name);
    if (value !== undefined && pattern.test(rawTextOf(value).trim())) slots.push(itemSlot(node, index));
  }
  const found = match.name === '' ? slots : collect(slots, rest, create, place);
  if (typeof found === 'string' || found.length > 0 || create === undefined) return found;
  const value = newScalar(match.value, '', place);
  if (match.name === '') node.items.push(value);
  else {
    const made = newMapping(place);
    made.pairs.push({ name: match.name, key: newScalar(match.name, '', place), value, merge: false });
    node.items.push(made);
  }
  return match.name === ''
    ? [itemSlot(node, node.items.length - 1)]
    : follow(itemSlot(node, node.items.length - 1), rest, create, place);
}

import type { Span } from '../../base/span.ts';
import { effectivePairs, type YamlNode } from '../../yaml/node.ts';
import type { Changing } from './fieldSpec.ts';
import {
  type BuildMapping,
  type BuildNode,
  copyNode,
  copyScalar,
  indexOf,
  memberOf,
  newMapping,
  newScalar,
  newSequence,
  type Origin,
  type Owner,
  own,
  rawTextOf,
  replaceAt,
} from './node.ts';
import { finalValue, formatNumber } from './scalar.ts';

export interface JsonOperation {
  readonly op: string;
  readonly path: string;
  readonly from: string | undefined;
  /** `undefined` is an absent value, which `add` and `replace` take for null. */
  readonly value: BuildNode | undefined;
  readonly place: BuildNode;
}

/** Reads the list of operations; a sentence when it is none. */
export function readOperations(root: BuildNode | undefined): readonly JsonOperation[] | string {
  if (root === undefined || (root.kind === 'scalar' && root.tag === 'null')) return [];
  if (root.kind !== 'sequence') return 'a JSON patch is a list of operations';
  const operations: JsonOperation[] = [];
  for (const item of root.items) {
    if (item.kind !== 'mapping') return 'an operation of a JSON patch is a mapping with `op` and `path`';
    const from = memberOf(item, 'from');
    operations.push({
      op: rawTextOf(memberOf(item, 'op')),
      path: rawTextOf(memberOf(item, 'path')),
      from: from === undefined ? undefined : rawTextOf(from),
      value: memberOf(item, 'value'),
      place: item,
    });
  }
  return operations;
}

/**
 * Applies the operations as evanphx/json-patch v4 does: `replace` may name a field that is not there, indices may be
 * negative. The object passes through JSON, which makes times text and numbers as Go writes them. A sentence when it fails.
 */
export function applyOperations(
  object: Changing,
  operations: readonly JsonOperation[],
): { readonly place: BuildNode; readonly message: string } | undefined {
  const passed = passThroughJson(object.root, object.owner);
  if ('fault' in passed) return { place: passed.fault, message: 'the object has no JSON form' };
  if (passed.node.kind === 'mapping') object.root = own(passed.node, object.owner);
  for (const operation of operations) {
    const message = applyOne({ root: object.root, owner: object.owner }, operation);
    if (message !== undefined) return { place: operation.place, message };
  }
  return undefined;
}

/** A tree and who may change it; the root is its own. */
interface Changed {
  readonly root: BuildMapping;
  readonly owner: Owner;
}

function applyOne(root: Changed, { op, path, from, value, place }: JsonOperation): string | undefined {
  const made = () => (value === undefined ? newScalar('null', 'null', place) : copyNode(value));
  switch (op) {
    case 'add':
      return change(root, path, (container, key) => addTo(container, key, made()));
    case 'replace':
      return change(root, path, (container, key) => replaceIn(container, key, made()));
    case 'remove':
      return change(root, path, (container, key) => removeFrom(container, key));
    case 'test':
      return change(root, path, (container, key) => {
        const found = getFrom(container, key);
        if (typeof found === 'string') return found;
        return isEqual(found, value === undefined ? undefined : made()) ? undefined : `the test of \`${path}\` fails`;
      });
    case 'copy':
    case 'move':
      return transfer(root, op, from, path);
    default:
      return `\`${op}\` is no operation of a JSON patch`;
  }
}

function transfer(root: Changed, op: string, from: string | undefined, path: string): string | undefined {
  if (from === undefined) return `\`${op}\` needs \`from\``;
  const source = findContainer(root, from);
  if (source === undefined) return `nothing stands at \`${from}\``;
  const found = getFrom(source.container, source.key);
  if (typeof found === 'string') return found;
  if (op === 'move') {
    const message = removeFrom(source.container, source.key);
    if (message !== undefined) return message;
  }
  const node = found ?? newScalar('null', 'null', root.root);
  return change(root, path, (container, key) => addTo(container, key, op === 'copy' ? copyNode(node) : node));
}

type Container = Exclude<BuildNode, { kind: 'scalar' }>;

function change(
  root: Changed,
  path: string,
  act: (container: Container, key: string) => string | undefined,
): string | undefined {
  const found = findContainer(root, path);
  return found === undefined ? `nothing stands on the way to \`${path}\`` : act(found.container, found.key);
}

/** The collection that holds what a path leads to; it and all on the way may be changed in place. */
function findContainer({ root, owner }: Changed, path: string): { container: Container; key: string } | undefined {
  const parts = path.split('/');
  if (parts.length < 2) return undefined;
  let container: Container = root;
  for (const part of parts.slice(1, -1)) {
    const key = decode(part);
    const next = getFrom(container, key);
    if (next === undefined || typeof next === 'string' || next.kind === 'scalar') return undefined;
    const changed = own(next, owner);
    replaceIn(container, key, changed);
    container = changed;
  }
  return { container, key: decode(parts.at(-1) ?? '') };
}

function decode(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

function getFrom(container: Container, key: string): BuildNode | undefined | string {
  if (container.kind === 'mapping') return memberOf(container, key);
  const index = toIndex(key, container.items.length, container.items.length);
  return typeof index === 'string' ? index : container.items[index];
}

/** The index below `limit`; negative ones count from `length`. */
function toIndex(key: string, length: number, limit: number): number | string {
  if (!/^[-+]?\d+$/.test(key)) return `\`${key}\` is no index of a list`;
  const index = Number(key);
  if (index >= limit || index < -length) return `the list has no item ${key}`;
  return index < 0 ? index + length : index;
}

function addTo(container: Container, key: string, value: BuildNode): string | undefined {
  if (container.kind === 'mapping') return setPair(container, key, value);
  if (key === '-') {
    container.items.push(value);
    return undefined;
  }
  const index = toIndex(key, container.items.length + 1, container.items.length + 1);
  if (typeof index === 'string') return index;
  container.items.splice(index, 0, value);
  return undefined;
}

function replaceIn(container: Container, key: string, value: BuildNode): string | undefined {
  if (container.kind === 'mapping') return setPair(container, key, value);
  const index = toIndex(key, container.items.length, container.items.length);
  if (typeof index === 'string') return index;
  container.items[index] = value;
  return undefined;
}

function setPair(container: BuildMapping, key: string, value: BuildNode): undefined {
  const index = indexOf(container, key);
  if (index < 0) container.pairs.push({ name: key, key: newScalar(key, 'str', value), value, merge: false });
  else replaceAt(container, index, value);
  return undefined;
}

function removeFrom(container: Container, key: string): string | undefined {
  if (container.kind === 'mapping') {
    const index = indexOf(container, key);
    if (index < 0) return `there is no \`${key}\` to remove`;
    container.pairs.splice(index, 1);
    return undefined;
  }
  const index = toIndex(key, container.items.length, container.items.length);
  if (typeof index === 'string') return index;
  container.items.splice(index, 1);
  return undefined;
}

function isEqual(a: BuildNode | undefined, b: BuildNode | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'scalar' && b.kind === 'scalar') {
    return finalValue(a.tag, a.text, a.style) === finalValue(b.tag, b.text, b.style);
  }
  if (a.kind === 'sequence' && b.kind === 'sequence') {
    return a.items.length === b.items.length && a.items.every((item, index) => isEqual(item, b.items[index]));
  }
  if (a.kind !== 'mapping' || b.kind !== 'mapping' || a.pairs.length !== b.pairs.length) return false;
  return a.pairs.every(({ key, value }) => isEqual(value, memberOf(b, key.text)));
}

type Passed = { readonly node: BuildNode } | { readonly fault: BuildNode };

/** Makes every scalar what it is once written as JSON and read again; gives back the nodes that this leaves as they are. */
function passThroughJson(node: BuildNode, owner: Owner): Passed {
  if (node.kind === 'scalar') {
    const value = finalValue(node.tag, node.text, node.style);
    if (value === undefined) return { fault: node };
    const copy = copyScalar(node);
    restate(copy, value);
    const isSame =
      copy.text === node.text && copy.tag === node.tag && copy.style === node.style && copy.kept === node.kept;
    return { node: isSame ? node : copy };
  }
  if (node.kind === 'sequence') {
    let changed = node;
    for (const [index, item] of node.items.entries()) {
      const passed = passThroughJson(item, owner);
      if ('fault' in passed) return passed;
      if (passed.node === item) continue;
      changed = own(changed, owner);
      changed.items[index] = passed.node;
    }
    return { node: changed };
  }
  let changed = node;
  for (const [index, { key, value }] of node.pairs.entries()) {
    const passed = passThroughJson(value, owner);
    if ('fault' in passed) return passed;
    if (passed.node === value && key.tag === 'str') continue;
    changed = own(changed, owner);
    const text = copyScalar(key);
    text.tag = 'str';
    changed.pairs[index] = { name: undefined, key: text, value: passed.node, merge: false };
  }
  return { node: changed };
}

function restate(node: BuildNode & { kind: 'scalar' }, value: string | number | bigint | boolean | null): void {
  delete node.kept;
  if (typeof value === 'string') {
    if (node.text !== value) node.text = value;
    node.tag = 'str';
    node.style = value.includes('\n') ? 'literal' : 'plain';
    return;
  }
  node.style = 'plain';
  if (typeof value === 'number' || typeof value === 'bigint') {
    node.text = formatNumber(Number(value));
    node.tag = /[.e]/.test(node.text) ? 'float' : 'int';
  } else {
    node.text = String(value);
    node.tag = value === null ? 'null' : 'bool';
  }
}

/** Reads the values of a patch as sigs.k8s.io/yaml does (YAML 1.1), which is how JSON patches in YAML are read. */
export function toJsonTree(node: YamlNode, origin: Origin | undefined, locate: (span: Span) => Span): BuildNode {
  const { start, end } = locate(node);
  const made = { start, end, ...(origin === undefined ? {} : { origin }) };
  switch (node.kind) {
    case 'scalar': {
      const scalar = newScalar(node.text, 'str', made);
      if (node.unknown !== undefined) scalar.unknown = node.unknown;
      else restate(scalar, node.value);
      return scalar;
    }
    case 'sequence':
      return newSequence(
        made,
        node.items.map((item) => toJsonTree(item, origin, locate)),
      );
    case 'mapping': {
      const mapping = newMapping(made);
      for (const { name, key, value } of effectivePairs(node)) {
        mapping.pairs.push({
          name,
          key: newScalar(name ?? '', 'str', { ...locate(key), origin }),
          value: toJsonTree(value, origin, locate),
          merge: false,
        });
      }
      return mapping;
    }
  }
}

import {
  type BuildMapping,
  type BuildNode,
  type BuildSequence,
  indexOf,
  isTaggedNull,
  memberOf,
  type NewPlace,
  newMapping,
  newScalar,
  newSequence,
  type Owner,
  own,
  rawTextOf,
  replaceAt,
} from './node.ts';
import { type Gvk, gvkOf, isSelected } from './resource.ts';
import type { Tag } from './scalar.ts';

/** A place in objects of a kind that a transformer writes; lists on the way are gone through item by item. */
export interface FieldSpec extends Partial<Gvk> {
  readonly path: string;
  /** The path, cut. */
  readonly parts?: readonly string[];
  readonly create: boolean;
}

export interface FieldWriter {
  /** What to make where the field is missing and the spec says so. */
  readonly make?: 'mapping' | 'scalar';
  readonly tag?: Tag;
  /** Where made nodes belong. */
  readonly place: NewPlace;
  /** Gets the field's node, which it leaves as it is; what it returns takes its place. */
  readonly write: (node: BuildNode) => BuildNode | undefined;
  readonly refuse: (node: BuildNode, message: string) => void;
}

/** An object whose tree may be shared with others: what is written into it makes a root of its own. */
export interface Changing {
  root: BuildMapping;
  readonly owner: Owner;
}

/** Goes to the field of an object (kustomize: api/filters/fieldspec). */
export function visitField(object: Changing, spec: FieldSpec, writer: FieldWriter): void {
  if (isSpecFor(object.root, spec)) visitPath(object, spec, writer);
}

/** The same where it is known that the spec is for this object. */
export function visitPath(object: Changing, spec: FieldSpec, writer: FieldWriter): void {
  const root = visit(
    object.root,
    { parts: spec.parts ?? splitPath(spec.path, '/'), create: spec.create, writer, owner: object.owner },
    0,
  );
  if (root.kind === 'mapping') object.root = root;
}

/** Whether the spec is for objects of this kind. */
export function isSpecFor(root: BuildMapping, spec: FieldSpec): boolean {
  const { kind = '', group = '', version = '' } = spec;
  if (kind !== '' && rawTextOf(memberOf(root, 'kind')) !== kind) return false;
  return (group === '' && version === '') || isSelected(gvkOf(root), spec);
}

/** Cuts a path; a backslash keeps the delimiter: `metadata/annotations/a.io\/b`. */
export function splitPath(path: string, delimiter: string): readonly string[] {
  if (!path.includes('\\')) {
    const plain = path.split(delimiter);
    return plain.length > 1 && plain[0] === '' ? plain.slice(1) : plain;
  }
  let parts = path.split(delimiter);
  if (parts.length > 1 && parts[0] === '') parts = parts.slice(1);
  const result: string[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last?.endsWith('\\')) result[result.length - 1] = last.slice(0, -1) + delimiter + part;
    else result.push(part);
  }
  return result;
}

interface Visit {
  readonly parts: readonly string[];
  readonly create: boolean;
  readonly writer: FieldWriter;
  readonly owner: Owner;
}

/** Returns what stands in place of the node: itself where nothing was written. */
function visit(node: BuildNode, way: Visit, at: number): BuildNode {
  if (at === way.parts.length) return way.writer.write(node) ?? node;
  if (isTaggedNull(node)) return node;
  if (node.kind === 'sequence') return visitItems(node, way, at);
  if (node.kind === 'mapping') return visitPair(node, way, at);
  way.writer.refuse(node, `kustomize expects a mapping or list here, on the way to \`${way.parts.join('/')}\``);
  return node;
}

function visitItems(node: BuildSequence, way: Visit, at: number): BuildNode {
  let changed = node;
  for (const [index, item] of node.items.entries()) {
    const replaced = visit(item, way, at);
    if (replaced === item) continue;
    changed = own(changed, way.owner);
    changed.items[index] = replaced;
  }
  return changed;
}

function visitPair(node: BuildMapping, way: Visit, at: number): BuildNode {
  const { parts, create, writer, owner } = way;
  const part = parts[at] ?? '';
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  if (name === '' || name === '*') {
    const message = name === '' ? 'a path has an empty part' : '`*` stands for nothing in the path of a field';
    writer.refuse(node, `${message}: \`${parts.join('/')}\``);
    return node;
  }
  const isLast = at === parts.length - 1;
  const mayMake = create && writer.make !== undefined && !isList;
  const make = isList ? 'sequence' : mayMake ? (isLast ? writer.make : 'mapping') : undefined;
  const index = indexOf(node, name);
  const old = node.pairs[index]?.value;
  if (old === undefined && (!mayMake || make === undefined)) return node;
  let value = old;
  if (value === undefined) value = makeNode(make ?? 'mapping', '', writer);
  else if (isTaggedNull(value) && make !== undefined) {
    value = makeNode(make, isLast && make === 'scalar' ? (writer.tag ?? '') : '', writer, value);
  }
  value = visit(value, way, at + 1);
  if (value === old) return node;
  const changed = own(node, owner);
  if (index >= 0) replaceAt(changed, index, value);
  else changed.pairs.push({ name, key: newScalar(name, '', writer.place), value, merge: false });
  return changed;
}

function makeNode(
  make: 'mapping' | 'scalar' | 'sequence',
  tag: Tag,
  { place }: FieldWriter,
  old?: BuildNode,
): BuildNode {
  if (make === 'mapping') return newMapping(old ?? place);
  if (make === 'sequence') return newSequence(old ?? place);
  return newScalar(old?.kind === 'scalar' ? old.text : '', tag, old ?? place);
}

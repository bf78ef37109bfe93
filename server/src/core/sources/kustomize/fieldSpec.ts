import {
  type BuildMapping,
  type BuildNode,
  isTaggedNull,
  memberOf,
  type NewPlace,
  newMapping,
  newScalar,
  newSequence,
  pairOf,
  rawTextOf,
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
  /** Gets the field's node; what it returns takes its place. */
  readonly write: (node: BuildNode) => BuildNode | undefined;
  readonly refuse: (node: BuildNode, message: string) => void;
}

/** Goes to the field of an object (kustomize: api/filters/fieldspec). */
export function visitField(root: BuildMapping, spec: FieldSpec, writer: FieldWriter): void {
  if (isSpecFor(root, spec)) visit(root, spec.parts ?? splitPath(spec.path, '/'), 0, spec.create, writer);
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

function visit(
  node: BuildNode,
  path: readonly string[],
  at: number,
  create: boolean,
  writer: FieldWriter,
): BuildNode | undefined {
  const part = path[at];
  if (part === undefined) return writer.write(node);
  if (isTaggedNull(node)) return undefined;
  if (node.kind === 'sequence') {
    for (const [index, item] of node.items.entries()) {
      const replaced = visit(item, path, at, create, writer);
      if (replaced !== undefined) node.items[index] = replaced;
    }
    return undefined;
  }
  if (node.kind === 'scalar') {
    writer.refuse(node, `kustomize expects a mapping or list here, on the way to \`${path.join('/')}\``);
    return undefined;
  }
  visitPair(node, path, at, create, writer);
  return undefined;
}

function visitPair(
  node: BuildMapping,
  path: readonly string[],
  at: number,
  create: boolean,
  writer: FieldWriter,
): void {
  const part = path[at] ?? '';
  const isList = part.endsWith('[]');
  const name = isList ? part.slice(0, -2) : part;
  if (name === '' || name === '*') {
    const message = name === '' ? 'a path has an empty part' : '`*` stands for nothing in the path of a field';
    writer.refuse(node, `${message}: \`${path.join('/')}\``);
    return;
  }
  const isLast = at === path.length - 1;
  const mayMake = create && writer.make !== undefined && !isList;
  const make = isList ? 'sequence' : mayMake ? (isLast ? writer.make : 'mapping') : undefined;
  let pair = pairOf(node, name);
  if (pair === undefined) {
    if (!mayMake || make === undefined) return;
    const key = newScalar(name, '', writer.place);
    pair = { name, key, value: makeNode(make, '', writer), merge: false };
    node.pairs.push(pair);
  } else if (isTaggedNull(pair.value) && make !== undefined) {
    pair.value = makeNode(make, isLast && make === 'scalar' ? (writer.tag ?? '') : '', writer, pair.value);
  }
  const replaced = visit(pair.value, path, at + 1, create, writer);
  if (replaced !== undefined) pair.value = replaced;
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

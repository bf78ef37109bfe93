import type { BuiltResource } from '../../sources/kustomize/build.ts';
import { type BuildNode, memberOf, textOf, valueAt } from '../../sources/kustomize/node.ts';
import type { OriginNode } from '../../sources/origin.ts';
import { findValue, isNull, type YamlNode, type YamlScalar } from '../../yaml/node.ts';

/** One field that differs between two trees; a side without it is `undefined`. */
export interface FieldDifference {
  /** `spec.template.spec.containers[web].image`; items are named where they have names. */
  readonly path: string;
  readonly before: OriginNode | undefined;
  readonly after: OriginNode | undefined;
}

/** One object that differs between two builds. */
export interface ObjectDifference {
  readonly kind: 'changed' | 'added' | 'removed';
  readonly object: BuiltResource;
  /** Of a changed object. */
  readonly fields: readonly FieldDifference[];
}

/** What differs between two builds with the same cache, in the order of `after`; objects that are gone come last. */
export function compareBuilds(
  before: readonly BuiltResource[],
  after: readonly BuiltResource[],
): readonly ObjectDifference[] {
  const old = new Map<string, BuiltResource[]>();
  for (const object of before) {
    const key = keyOf(object);
    const known = old.get(key);
    if (known === undefined) old.set(key, [object]);
    else known.push(object);
  }
  const found: ObjectDifference[] = [];
  for (const object of after) {
    const candidates = old.get(keyOf(object)) ?? [];
    const same = candidates.findIndex(({ root }) => root === object.root || nameOf(root) === nameOf(object.root));
    const [twin] = candidates.splice(Math.max(same, 0), 1);
    if (twin === undefined) found.push({ kind: 'added', object, fields: [] });
    else {
      const fields = compareTrees(twin.root, object.root);
      if (fields.length > 0) found.push({ kind: 'changed', object, fields });
    }
  }
  const gone = new Set([...old.values()].flat());
  return [
    ...found,
    ...before
      .filter((object) => gone.has(object))
      .map((object): ObjectDifference => ({ kind: 'removed', object, fields: [] })),
  ];
}

/** `Deployment/web` */
export function describeObject({ root }: Pick<BuiltResource, 'root'>): string {
  return `${textOf(memberOf(root, 'kind'))}/${nameOf(root)}`;
}

/** The fields in which two trees differ, as deep as both have them. */
export function compareTrees(before: OriginNode, after: OriginNode): readonly FieldDifference[] {
  const found: FieldDifference[] = [];
  compare(before, after, '', found);
  return found;
}

/** A step of a path into the item of a list. */
export function itemStep(item: YamlNode, index: number): string {
  const name = findValue(item, 'name');
  return `[${name?.kind === 'scalar' && name.text !== '' ? name.text : index}]`;
}

/** Objects that come from one place are versions of each other. */
function keyOf({ file, root }: BuiltResource): string {
  return `${file}:${root.origin?.file ?? ''}:${root.start}:${textOf(memberOf(root, 'kind'))}`;
}

function nameOf(root: BuildNode): string {
  return textOf(valueAt(root, 'metadata', 'name'));
}

function compare(before: OriginNode, after: OriginNode, path: string, found: FieldDifference[]): void {
  if (before === after) return;
  if (before.kind === 'mapping' && after.kind === 'mapping') {
    const join = (name: string) => joinName(path, name);
    for (const { name = '', value } of before.pairs) {
      const other = findValue(after, name);
      if (other !== undefined) compare(value, other, join(name), found);
      else if (!isNull(value))
        for (const [inner, node] of leaves(join(name), value))
          found.push({ path: inner, before: node, after: undefined });
    }
    for (const { name = '', value } of after.pairs) {
      if (findValue(before, name) !== undefined) continue;
      for (const [inner, node] of leaves(join(name), value))
        found.push({ path: inner, before: undefined, after: node });
    }
  } else if (before.kind === 'sequence' && after.kind === 'sequence') {
    compareItems(before.items, after.items, path, found);
  } else if (before.kind !== 'scalar' || after.kind !== 'scalar' || !isSame(before, after)) {
    found.push({ path, before, after });
  }
}

/** A few scalars that come or go together are told one by one, more as a whole; an item's name stands in its path. */
function leaves(path: string, node: OriginNode): readonly (readonly [string, OriginNode])[] {
  const pairs = node.kind === 'mapping' ? node.pairs.filter(({ name }) => name !== 'name') : [];
  const isShort = pairs.length > 0 && pairs.length <= MAX_LEAVES && pairs.every(({ value }) => value.kind === 'scalar');
  return isShort ? pairs.map(({ name = '', value }) => [joinName(path, name), value]) : [[path, node]];
}

/** `metadata.labels[app.kubernetes.io/name]`: a name with dots would read as several. */
function joinName(path: string, name: string): string {
  if (/[./]/.test(name)) return `${path}[${name}]`;
  return path === '' ? name : `${path}.${name}`;
}

const MAX_LEAVES = 3;

function compareItems(
  before: readonly OriginNode[],
  after: readonly OriginNode[],
  path: string,
  found: FieldDifference[],
): void {
  const old = new Map(before.map((item, index) => [itemStep(item, index), item]));
  for (const [index, item] of after.entries()) {
    const step = itemStep(item, index);
    const other = old.get(step);
    old.delete(step);
    if (other === undefined) {
      for (const [inner, node] of leaves(path + step, item))
        found.push({ path: inner, before: undefined, after: node });
    } else compare(other, item, path + step, found);
  }
  for (const [step, item] of old) found.push({ path: path + step, before: item, after: undefined });
}

function isSame(a: YamlScalar, b: YamlScalar): boolean {
  return a.value === b.value && a.unknown === b.unknown;
}

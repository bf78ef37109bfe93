import type { Span } from '../base/span.ts';
import type { JsonObject } from '../k8s/api/defaults/draft.ts';
import { applyChange } from '../k8s/api/immutable/apply.ts';
import { findRefusals } from '../k8s/api/validate.ts';
import type { Resource } from '../k8s/resource.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { toJson } from '../yaml/json.ts';
import { findPair, type YamlNode } from '../yaml/node.ts';
import { objectKey, type UnitGroup } from './differenceUnits.ts';

/** An object that the API server does not take as it is now. */
export interface RefusedChange {
  /** `change`: the object alone is fine, but not as an update of what was applied before. */
  readonly kind: 'object' | 'change';
  readonly unit: Unit;
  readonly resource: Resource;
  /** As the API server names it: `spec.selector`. */
  readonly field: string;
  /** A sentence without a full stop. */
  readonly message: string;
  /** In the file of the object. */
  readonly at: Span;
}

/** The tree of an object, which no index keeps. */
export type TreeOf = (unit: Unit, resource: Resource) => YamlNode | undefined;

export interface ObjectTrees {
  readonly before: TreeOf;
  readonly after: TreeOf;
}

/**
 * What the API server refuses now and did not refuse before: objects with faults, and changes of what may not be changed, as
 * when the old manifests were applied and the new ones are applied over them. Nothing is said of what templates shape.
 */
export function findRefusedChanges({ before, after }: UnitGroup, trees: ObjectTrees): readonly RefusedChange[] {
  const old = objectsByKey(before);
  const now = objectsByKey(after);
  return [...now].flatMap(([key, objects]) =>
    objects.flatMap(({ unit, resource }): readonly RefusedChange[] => {
      const root = resource.opaque ? undefined : trees.after(unit, resource);
      if (root === undefined || findPair(root, 'kind') === undefined) return [];
      const oldRoots = (old.get(key) ?? []).map((was) =>
        was.resource.opaque ? undefined : trees.before(was.unit, was.resource),
      );
      const isOne = objects.length === 1 && oldRoots.length === 1;
      const faults = faultsOf(unit, resource, root, oldRoots);
      return [...faults, ...(isOne ? changesOf(unit, resource, root, oldRoots[0]) : [])];
    }),
  );
}

interface Placed {
  readonly unit: Unit;
  readonly resource: Resource;
}

function objectsByKey(units: readonly Unit[]): ReadonlyMap<string, readonly Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const unit of units) {
    for (const resource of unit.index.all) {
      const key = objectKey(resource);
      const list = found.get(key);
      if (list === undefined) found.set(key, [{ unit, resource }]);
      else list.push({ unit, resource });
    }
  }
  return found;
}

function faultsOf(
  unit: Unit,
  resource: Resource,
  root: YamlNode,
  old: readonly (YamlNode | undefined)[],
): readonly RefusedChange[] {
  const refusals = findRefusals(root);
  if (refusals.length === 0) return [];
  const known = new Set(
    old
      .flatMap((was) => (was === undefined ? [] : findRefusals(was)))
      .map(({ field, message }) => `${field} ${message}`),
  );
  return refusals.flatMap(({ field, message, start, end }) =>
    known.has(`${field} ${message}`) ? [] : [{ kind: 'object', unit, resource, field, message, at: { start, end } }],
  );
}

function changesOf(
  unit: Unit,
  resource: Resource,
  root: YamlNode,
  old: YamlNode | undefined,
): readonly RefusedChange[] {
  if (old === undefined || !isDecided(old) || !isDecided(root)) return [];
  const [was, now] = [objectOf(old), objectOf(root)];
  if (was === undefined || now === undefined || textOf(was) === textOf(now)) return [];
  const refusals = applyChange(was, now)?.refusals ?? [];
  const own = new Set(findRefusals(root).map(({ field }) => field));
  return refusals.flatMap(({ field, message, isCertain }) =>
    !isCertain || own.has(field)
      ? []
      : [{ kind: 'change', unit, resource, field, message, at: placeOf(root, field) ?? headSpan(resource) }],
  );
}

/** Without templates and keys that cannot be told. */
function isDecided(node: YamlNode): boolean {
  switch (node.kind) {
    case 'scalar':
      return node.unknown === undefined;
    case 'sequence':
      return node.unknown === undefined && node.items.every(isDecided);
    case 'mapping':
      return (
        node.unknown === undefined && node.pairs.every(({ name, value }) => name !== undefined && isDecided(value))
      );
  }
}

function objectOf(root: YamlNode): JsonObject | undefined {
  return root.kind === 'mapping' ? (toJson(root) as JsonObject) : undefined;
}

function textOf(object: JsonObject): string {
  return JSON.stringify(object, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** The innermost part of a field (`spec.ports[0].port`) that is written. */
function placeOf(root: YamlNode, field: string): Span | undefined {
  let node: YamlNode | undefined = root;
  let at: Span | undefined;
  for (const step of field.match(/[^.[\]]+/g) ?? []) {
    const pair: { key: YamlNode; value: YamlNode } | undefined = findPair(node, step);
    const next: YamlNode | undefined =
      pair?.value ?? (node?.kind === 'sequence' && /^\d+$/.test(step) ? node.items[Number(step)] : undefined);
    if (next === undefined) break;
    at = pair?.key ?? next;
    node = next;
  }
  return at === undefined ? undefined : { start: at.start, end: at.end };
}

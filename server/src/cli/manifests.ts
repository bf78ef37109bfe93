import type { JsonObject } from '../core/k8s/api/defaults/draft.ts';
import type { Refusal } from '../core/k8s/api/refusal.ts';
import { findRefusals } from '../core/k8s/api/validate.ts';
import type { ResourceBase } from '../core/k8s/resourceBase.ts';
import { ResourceIndex } from '../core/sources/resourceIndex.ts';
import type { Unit } from '../core/sources/unit.ts';
import { type JsonValue, toJson } from '../core/yaml/json.ts';
import { findValue, type YamlDocument, type YamlNode } from '../core/yaml/node.ts';
import { parseYaml } from '../core/yaml/parse.ts';
import type { Loaded } from './load.ts';

/** The trees of objects, which the index does not keep: each file is read again once. */
export function createTrees({ textOf }: Loaded): (unit: Unit, resource: ResourceBase) => YamlNode | undefined {
  const documents = new Map<string, readonly YamlDocument[]>();
  return (unit, resource) => {
    const built = unit.rootOf(resource as Parameters<Unit['rootOf']>[0]);
    if (built !== undefined) return built;
    const read = documents.get(resource.file) ?? parseYaml(textOf(resource.file)).documents;
    documents.set(resource.file, read);
    const document = read.find(({ start, end }) => start <= resource.start && resource.end <= end);
    if (document?.start === resource.start && document.end === resource.end) return document.root;
    const items = findValue(document?.root, 'items');
    return items?.kind === 'sequence' ? items.items.find(({ start }) => start === resource.start) : document?.root;
  };
}

/** An object as JSON; what a template writes is `"unknown"`. `undefined` where it is no object. */
export function knownJson(root: YamlNode | undefined): JsonObject | undefined {
  if (root?.kind !== 'mapping') return undefined;
  const value: JsonValue = toJson(withoutTemplates(root));
  return value as JsonObject;
}

function withoutTemplates(node: YamlNode): YamlNode {
  const { start, end } = node;
  switch (node.kind) {
    case 'scalar':
      return node.unknown === undefined
        ? node
        : { kind: 'scalar', value: 'unknown', text: 'unknown', style: 'plain', start, end };
    case 'sequence':
      return { ...node, items: node.items.map(withoutTemplates) };
    case 'mapping':
      return { ...node, pairs: node.pairs.map((pair) => ({ ...pair, value: withoutTemplates(pair.value) })) };
  }
}

/** An object that a cluster does not take. */
export interface RefusedObject {
  readonly unit: Unit;
  readonly resource: ResourceBase;
  readonly refusals: readonly Refusal[];
}

export interface Accepted {
  readonly index: ResourceIndex;
  readonly unitOf: ReadonlyMap<ResourceBase, Unit>;
  readonly refused: readonly RefusedObject[];
}

/** The objects of a set of units that take part in endpoints, without those that the API server refuses. */
export function acceptedObjects(
  units: readonly Unit[],
  treeOf: (unit: Unit, resource: ResourceBase) => YamlNode | undefined,
): Accepted {
  const index = new ResourceIndex();
  const unitOf = new Map<ResourceBase, Unit>();
  const refused: RefusedObject[] = [];
  for (const unit of units) {
    for (const resource of unit.index.all) {
      unitOf.set(resource, unit);
      const isWanted = resource.type === 'service' || resource.type === 'workload' || resource.type === 'endpoints';
      const root = isWanted ? treeOf(unit, resource) : undefined;
      const refusals =
        root === undefined || resource.opaque || findValue(root, 'kind') === undefined
          ? []
          : [...findRefusals(root), ...generatedName(resource)];
      if (refusals.length === 0) index.add(resource);
      else refused.push({ unit, resource, refusals });
    }
  }
  return { index, unitOf, refused };
}

/** What has no name of its own can be created, but not applied. */
function generatedName({ generateName, name, kindSpan }: ResourceBase): readonly Refusal[] {
  if (!generateName || name !== undefined) return [];
  const message = '`kubectl apply` takes no generated names';
  return [{ field: 'metadata.generateName', reason: 'FieldValueRequired', message, ...kindSpan }];
}

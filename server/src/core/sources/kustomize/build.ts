import { accumulate, gather, readLayer } from './accumulate.ts';
import {
  type Accumulator,
  type Build,
  type BuildProblem,
  type KustomizeCache,
  type KustomizeFiles,
  type Layer,
  newAccumulator,
  newKustomizeCache,
  refuse,
  type UnknownPart,
} from './context.ts';
import { field } from './fields.ts';
import { nameSuffix } from './hash.ts';
import { DEFAULT_SCHEMA } from './merge.ts';
import { fixNameReferences } from './nameReferences.ts';
import { type BuildMapping, settle, textOf, valueAt } from './node.ts';
import { useOpenApi } from './openApi.ts';
import { sortResources } from './order.ts';
import { readBuildMetadata, writeNotes } from './provenance.ts';
import { type BuildResource, isGone, nameOf, restateMap, storeId, textMap } from './resource.ts';
import { addEntries, amend } from './transform.ts';
import { resolveVariables } from './variables.ts';

/** One object as kustomize would write it. */
export interface BuiltResource {
  /** The file that positions without an origin count in. */
  readonly file: string;
  /** The kustomization that brings the object in. */
  readonly kustomization: string;
  readonly root: BuildMapping;
  /** Something that cannot be evaluated may have changed any of its fields. */
  readonly opaque: boolean;
}

export interface KustomizeResult {
  /** In the order in which kustomize writes them. With problems, what could be built all the same. */
  readonly resources: readonly BuiltResource[];
  /** Why the real kustomize refuses the build; none when it does not. */
  readonly problems: readonly BuildProblem[];
  readonly unknown: readonly UnknownPart[];
  /** Every file that was read or would have been, had it been there. */
  readonly files: ReadonlySet<string>;
}

/** Builds the kustomization in a folder as `kubectl kustomize` does (kustomize 5.7), without a network or plugins. Never throws on any text. */
export function buildKustomization(
  folder: string,
  files: KustomizeFiles,
  cache: KustomizeCache = newKustomizeCache(),
): KustomizeResult {
  const build: Build = {
    files,
    read: new Set(),
    problems: [],
    unknown: [],
    schema: { current: DEFAULT_SCHEMA },
    cache,
    metadata: undefined,
    gather,
  };
  const layer = readLayer(build, folder, undefined);
  const resources = layer === undefined ? [] : run(layer);
  return { resources, problems: build.problems, unknown: build.unknown, files: build.read };
}

function run(layer: Layer): readonly BuiltResource[] {
  const { build } = layer;
  useOpenApi(layer);
  build.metadata = readBuildMetadata(layer.root, layer.folder);
  const accumulator = newAccumulator();
  accumulate(layer, accumulator, []);
  const { config } = accumulator;
  addHashes(accumulator, layer);
  fixNameReferences(accumulator, layer, config);
  resolveVariables(accumulator, layer, config);
  dropLocal(accumulator);
  const sorted = sortResources(accumulator.resources, layer, field(layer.root, 'sortOptions'));
  accumulator.resources = [...sorted];
  labelAsManaged(accumulator, layer);
  for (const resource of accumulator.resources) finish(resource, layer);
  const isOpaque = build.unknown.some(({ touches }) => touches === 'all');
  return accumulator.resources.map(({ file, from, root, opaque }) => ({
    file,
    kustomization: from,
    root,
    opaque: opaque || isOpaque,
  }));
}

/** Gives generated objects their final names. */
function addHashes(accumulator: Accumulator, layer: Layer): void {
  for (const resource of accumulator.resources) {
    const suffix = resource.needsHash ? nameSuffix(resource.root) : undefined;
    const node = valueAt(resource.root, 'metadata', 'name');
    if (suffix === undefined || node === undefined) continue;
    storeId(resource);
    if (resource.opaque) {
      if (node.kind === 'scalar') node.unknown = 'odd';
      continue;
    }
    amend(layer, resource, node, `${nameOf(resource)}-${suffix}`, '', node);
  }
}

/** Objects for kustomize's own use are not written. */
function dropLocal(accumulator: Accumulator): void {
  accumulator.resources = accumulator.resources.filter((resource) => {
    if (isGone(resource)) return false;
    const local = textMap(resource.root, 'annotations').get('config.kubernetes.io/local-config');
    return local === undefined || local === 'false';
  });
}

/** The version that the label of `managedByLabel` names: that of kubectl 1.35. */
const VERSION = 'kustomize-v5.7.1';

function labelAsManaged(accumulator: Accumulator, layer: Layer): void {
  const option = layer.build.metadata?.managedBy;
  if (option?.kind !== 'scalar') return;
  const value = { ...option, value: VERSION };
  const pair = { name: 'app.kubernetes.io/managed-by', key: option, value };
  addEntries(accumulator, layer, [pair], [{ path: 'metadata/labels', create: true }]);
}

function finish(resource: BuildResource, layer: Layer): void {
  writeNotes(resource, layer);
  restateMap(resource.root, 'annotations');
  settle(resource.root, (node, message) => {
    const file = node.origin?.file ?? resource.file;
    refuse(layer, 'bad-value', { file, start: node.start, end: node.end }, message);
  });
}

/** The name of a built object, for messages and lists. */
export function builtName({ root }: BuiltResource): string {
  return textOf(valueAt(root, 'metadata', 'name'));
}

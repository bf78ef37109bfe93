import { accumulate, gather, readLayer } from './accumulate.ts';
import {
  type Accumulator,
  type Build,
  type BuildProblem,
  type BuildRemark,
  type BuiltResource,
  derive,
  type Finished,
  fileOf,
  type KustomizeCache,
  type KustomizeFiles,
  type Layer,
  newAccumulator,
  newKustomizeCache,
  type UnknownPart,
} from './context.ts';
import { field } from './fields.ts';
import { nameSuffix } from './hash.ts';
import { keep } from './kept.ts';
import { DEFAULT_SCHEMA } from './merge.ts';
import { fixNameReferences } from './nameReferences.ts';
import { copyScalar, ownMember, replaceMember, settle, valueAt } from './node.ts';
import { useOpenApi } from './openApi.ts';
import { sortResources } from './order.ts';
import { newPlan, runPlan } from './plan.ts';
import { readBuildMetadata, writeNotes } from './provenance.ts';
import {
  type BuildResource,
  copyResource,
  isGone,
  nameOf,
  ownMetadata,
  ownRoot,
  restateMap,
  seal,
  settledOf,
  storeId,
} from './resource.ts';
import { amend, entriesStep } from './transform.ts';
import { resolveVariables } from './variables.ts';

export type { BuiltResource } from './context.ts';

export interface KustomizeResult {
  /** In the order in which kustomize writes them. With problems, what could be built all the same. */
  readonly resources: readonly BuiltResource[];
  /** Why the real kustomize refuses the build; none when it does not. */
  readonly problems: readonly BuildProblem[];
  readonly unknown: readonly UnknownPart[];
  /** Lines that do nothing in this build, and deprecated fields. */
  readonly remarks: readonly BuildRemark[];
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
    remarks: [],
    schema: { current: DEFAULT_SCHEMA },
    cache,
    metadata: undefined,
    gather,
  };
  const layer = readLayer(build, folder, undefined);
  const resources = layer === undefined ? [] : run(layer);
  const { problems, unknown, remarks, read } = build;
  return { resources, problems, unknown, remarks, files: read };
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
  return finishAll(accumulator, layer);
}

/** Gives generated objects their final names. */
function addHashes(accumulator: Accumulator, { build }: Layer): void {
  accumulator.resources = accumulator.resources.map((resource) =>
    resource.needsHash ? derive(build.cache.hashed, resource, () => addHash(resource)) : resource,
  );
}

function addHash(resource: BuildResource): BuildResource {
  const suffix = nameSuffix(resource.root);
  const hashed = copyResource(resource);
  const node = valueAt(hashed.root, 'metadata', 'name');
  if (suffix === undefined || node?.kind !== 'scalar') return resource;
  storeId(hashed);
  const { start, end } = node;
  const name = resource.opaque
    ? Object.assign(copyScalar(node), { unknown: 'odd' as const })
    : amend(hashed, node, `${nameOf(hashed)}-${suffix}`, { file: fileOf(node, hashed), start, end });
  replaceMember(ownMember(ownRoot(hashed), 'metadata', hashed.owner), 'name', name);
  return seal(hashed);
}

/** Objects for kustomize's own use are not written. */
function dropLocal(accumulator: Accumulator): void {
  accumulator.resources = accumulator.resources.filter((resource) => !isGone(resource) && !settledOf(resource).isLocal);
}

/** The version that the label of `managedByLabel` names: that of kubectl 1.35. */
const VERSION = 'kustomize-v5.7.1';

function labelAsManaged(accumulator: Accumulator, layer: Layer): void {
  const option = layer.build.metadata?.managedBy;
  if (option?.kind !== 'scalar') return;
  const value = { ...option, value: VERSION };
  const pair = { name: 'app.kubernetes.io/managed-by', key: option, value };
  const step = entriesStep(layer, [pair], [{ path: 'metadata/labels', create: true }]);
  runPlan(accumulator, layer, newPlan(layer, [step]));
}

function finishAll(accumulator: Accumulator, layer: Layer): readonly BuiltResource[] {
  const { cache, metadata, problems, unknown } = layer.build;
  const isOpaque = unknown.some(({ touches }) => touches === 'all');
  const before = metadata === undefined ? cache.finished.get(layer.folder) : undefined;
  const finished = keep(before, accumulator.resources, (resource, old) => old ?? finish(resource, layer));
  cache.finished.set(layer.folder, finished);
  return finished.values.map(({ built, problems: own }) => {
    for (const problem of own) problems.push(problem);
    return isOpaque && !built.opaque ? { ...built, opaque: true, root: { ...built.root } } : built;
  });
}

/** The object with its annotations as they leave the build. An opaque one has a root of its own: views are known by roots. */
function withNotes(original: BuildResource, layer: Layer): BuildResource {
  const isNoted = layer.build.metadata !== undefined || valueAt(original.root, 'metadata', 'annotations') !== undefined;
  if (!isNoted && !original.opaque) return original;
  const resource = copyResource(original);
  ownMetadata(resource);
  writeNotes(resource, layer);
  restateMap(resource.root, 'annotations');
  return resource;
}

function finish(original: BuildResource, layer: Layer): Finished {
  const { opaque, file, from } = original;
  const resource = withNotes(original, layer);
  const problems: BuildProblem[] = [];
  settle(resource.root, ({ origin, start, end }, message) =>
    problems.push({ code: 'bad-value', message, file: origin?.file ?? file, start, end }),
  );
  return { built: { file, kustomization: from, root: resource.root, opaque }, problems };
}

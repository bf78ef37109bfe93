import { dirname, isInside, joinPath } from '../../base/path.ts';
import type { YamlNode } from '../../yaml/node.ts';
import { parseYaml } from '../../yaml/parse.ts';
import { buildKustomization } from '../kustomize/build.ts';
import { type KustomizeCache, newKustomizeCache } from '../kustomize/context.ts';
import { findKustomization } from './amendFolder.ts';
import { readApplicationSet } from './applicationSet.ts';
import { readApplication } from './argocd.ts';
import type { Deployment, DeploymentSource, GitOpsObject, KustomizeSource } from './deployment.ts';
import { at, groupOf, textAt } from './fields.ts';
import { readFluxKustomization } from './flux.ts';
import { collectSources, type FluxSources } from './fluxSources.ts';
import { readHelmRelease } from './helmRelease.ts';
import { relocateObject } from './relocate.ts';
import type { Repository } from './repository.ts';
import { substituteObject } from './substituteObject.ts';

/** Whether an object is one that {@link findDeployments} wants: it deploys something, or is the source of what is deployed. */
export function isGitOpsObject(root: YamlNode): boolean {
  const kind = textAt(root, 'kind') ?? '';
  switch (groupOf(root)) {
    case 'argoproj.io':
      return kind === 'Application' || kind === 'ApplicationSet';
    case 'kustomize.toolkit.fluxcd.io':
      return kind === 'Kustomization';
    case 'helm.toolkit.fluxcd.io':
      return kind === 'HelmRelease';
    case 'source.toolkit.fluxcd.io':
      return true;
    default:
      return kind === 'ArtifactGenerator' && groupOf(root) === 'source.extensions.fluxcd.io';
  }
}

const MENTION = /\b(?:argoproj|toolkit\.fluxcd|extensions\.fluxcd)\.io\//;

/** The objects of a file that {@link findDeployments} wants; most files are told by a look at their text. */
export function parseGitOpsObjects(file: string, text: string): readonly GitOpsObject[] {
  if (!MENTION.test(text)) return [];
  const { documents } = parseYaml(text, { wanted: (document) => MENTION.test(document) });
  return documents.flatMap(({ root }) => (root !== undefined && isGitOpsObject(root) ? [{ file, root }] : []));
}

/**
 * What the repository's Applications, Flux Kustomizations and HelmReleases deploy. Such an object is itself often deployed by
 * another one, which may patch it, give it a namespace and replace its variables: it counts as it is after that, once for each
 * way on which it is deployed, and as written only where nothing of the repository deploys it.
 */
export function findDeployments(
  objects: readonly GitOpsObject[],
  repository: Repository,
  cache: DeploymentCache = newDeploymentCache(),
): readonly Deployment[] {
  const written = objects.filter(
    ({ file, root }) => isGitOpsObject(root) && isComplete(root) && !isInChart(file, repository),
  );
  const run: Run = {
    repository,
    cache,
    sources: collectSources(written),
    written: byFile(written),
    used: new Map(),
  };
  const contained = new Set<string>();
  for (const object of written) {
    const own = keyOf(object);
    for (const deployment of readObject(object, run)) {
      for (const child of childrenOf(deployment, run)) if (keyOf(child) !== own) contained.add(keyOf(child));
    }
  }
  const found: Deployment[] = [];
  const reached = new Set<string>();
  for (const object of written) {
    if (contained.has(keyOf(object))) continue;
    for (const variant of asBuilt(object, run)) follow(variant, run, [], reached, found);
  }
  // Objects that deploy each other in a circle have no beginning.
  for (const object of written) {
    if (contained.has(keyOf(object)) && !reached.has(keyOf(object))) follow(object, run, [], reached, found);
  }
  cache.built.clear();
  for (const [key, built] of run.used) cache.built.set(key, built);
  return found;
}

/** What was built last: kept for as long as a folder is, it saves all builds whose files are as they were. */
export interface DeploymentCache {
  readonly kustomize: KustomizeCache;
  readonly built: Map<string, BuiltFolder>;
}

/** `memory`: where builds of the same folder are kept. */
export function newDeploymentCache(
  memory: { readonly cache: KustomizeCache } = { cache: newKustomizeCache() },
): DeploymentCache {
  return {
    get kustomize() {
      return memory.cache;
    },
    built: new Map(),
  };
}

interface BuiltFolder {
  readonly source: BuildSource;
  readonly objects: readonly GitOpsObject[];
  /** Of the objects, as the build left them. */
  readonly roots: readonly YamlNode[];
  /** Every file that was asked for, with its text then. */
  readonly read: ReadonlyMap<string, string | undefined>;
}

type BuildSource = Pick<KustomizeSource, 'folder' | 'kustomization'>;

/**
 * Whether what {@link findDeployments} found still holds after texts changed that only builds read: they are made again, and
 * give the objects that they gave.
 */
export function areObjectsSame(
  changed: ReadonlySet<string>,
  repository: Repository,
  { built, kustomize }: DeploymentCache,
): boolean {
  const made = new Map<string, BuiltFolder>();
  for (const [key, known] of built) {
    if (![...changed].some((path) => known.read.has(path))) continue;
    const again = build(known.source, repository, kustomize);
    if (!isEqual(again, known)) return false;
    made.set(key, again);
  }
  for (const [key, again] of made) built.set(key, again);
  return true;
}

/** Builds of several deployments may take turns in the cache: then equal objects are not always the same. */
function isEqual({ roots, read }: BuiltFolder, known: BuiltFolder): boolean {
  if (roots.length !== known.roots.length || read.size !== known.read.size) return false;
  for (const path of read.keys()) if (!known.read.has(path)) return false;
  return roots.every((root, index) => root === known.roots[index] || print(root) === print(known.roots[index]));
}

function print(root: YamlNode | undefined): string {
  return JSON.stringify(root, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)) ?? '';
}

interface Run {
  readonly repository: Repository;
  readonly cache: DeploymentCache;
  readonly sources: FluxSources;
  readonly written: ReadonlyMap<string, readonly GitOpsObject[]>;
  /** By folder and text of its kustomization. */
  readonly used: Map<string, BuiltFolder>;
}

const MAX_DEPTH = 12;

/** Ways multiply where what deploys is deployed on several of them. */
const MAX_DEPLOYMENTS = 5000;

function follow(
  object: GitOpsObject,
  run: Run,
  above: readonly string[],
  reached: Set<string>,
  found: Deployment[],
): void {
  const key = keyOf(object);
  reached.add(key);
  for (const deployment of readObject(object, run)) {
    found.push(deployment);
    if (above.length >= MAX_DEPTH || found.length >= MAX_DEPLOYMENTS) continue;
    for (const child of childrenOf(deployment, run)) {
      if (keyOf(child) !== key && !above.includes(keyOf(child))) follow(child, run, [...above, key], reached, found);
    }
  }
}

function readObject(object: GitOpsObject, run: Run): readonly Deployment[] {
  const { repository, sources } = run;
  switch (textAt(object.root, 'kind')) {
    case 'Application':
      return [readApplication(object, repository, '')];
    case 'ApplicationSet':
      return readApplicationSet(object, repository);
    case 'Kustomization':
      return [readFluxKustomization(object, repository, sources)];
    case 'HelmRelease':
      return [readHelmRelease(object, repository, sources)];
    default:
      return [];
  }
}

/** Whether an object says what it deploys: what does not is a patch, which its kustomization's build takes in. */
function isComplete(root: YamlNode): boolean {
  const spec = at(root, 'spec');
  const needed = {
    Application: ['source', 'sources', 'sourceHydrator'],
    ApplicationSet: ['generators'],
    HelmRelease: ['chart', 'chartRef'],
    Kustomization: ['sourceRef'],
  };
  const fields = Object.entries(needed).find(([kind]) => kind === textAt(root, 'kind'))?.[1];
  return fields === undefined || fields.some((field) => at(spec, field) !== undefined);
}

function childrenOf({ sources, variables }: Deployment, run: Run): readonly GitOpsObject[] {
  return sources
    .flatMap((source) => contentOf(source, run))
    .map((object) => ({ file: object.file, root: substituteObject(object, variables).root }));
}

function contentOf(source: DeploymentSource, run: Run): readonly GitOpsObject[] {
  switch (source.kind) {
    case 'directory':
      return source.files.flatMap((file) => run.written.get(file) ?? []);
    case 'kustomize':
      return buildSource(source, run);
    case 'helm':
      return [];
  }
}

function buildSource(source: BuildSource, { repository, cache, used }: Run): readonly GitOpsObject[] {
  const key = `${source.folder}\n${source.kustomization?.text ?? ''}`;
  const known = used.get(key) ?? cache.built.get(key);
  if (known !== undefined && (used.has(key) || isCurrent(known, repository))) {
    used.set(key, known);
    return known.objects;
  }
  const made = build(source, repository, cache.kustomize);
  used.set(key, made);
  return made.objects;
}

function build(source: BuildSource, { readPart }: Repository, cache: KustomizeCache): BuiltFolder {
  const { folder, kustomization } = source;
  const texts = new Map<string, string | undefined>();
  const read = (path: string) => {
    if (path === kustomization?.path) return kustomization.text;
    const text = readPart(path);
    texts.set(path, text);
    return text;
  };
  const found = buildKustomization(folder, { read }, cache).resources.filter(
    ({ root, opaque }) => !opaque && isGitOpsObject(root),
  );
  const objects = found.map(({ file, root }) => ({
    file,
    root: kustomization === undefined ? root : relocateObject(root, kustomization),
  }));
  return { source, objects, roots: found.map(({ root }) => root), read: texts };
}

function isCurrent({ read }: BuiltFolder, { readPart }: Repository): boolean {
  for (const [path, text] of read) if (readPart(path) !== text) return false;
  return true;
}

/**
 * An object that nothing deploys as the outermost kustomization around it makes it; as written where there is none. One of
 * which builds read the file but make no object is a patch.
 */
function asBuilt(object: GitOpsObject, run: Run): readonly GitOpsObject[] {
  const { repository } = run;
  let variants: readonly GitOpsObject[] = [object];
  for (let folder = dirname(object.file); isInside(repository.root, folder); folder = dirname(folder)) {
    if (findKustomization(repository, folder) !== undefined) {
      const built = buildSource({ folder, kustomization: undefined }, run).filter(
        (other) => keyOf(other) === keyOf(object),
      );
      if (built.length > 0) variants = built;
    }
    if (folder === dirname(folder)) break;
  }
  const isRead = [...run.used.values()].some(({ read }) => read.has(object.file));
  return variants[0] === object && isRead ? [] : variants;
}

/** Built objects keep the place of the written ones. */
function keyOf({ file, root }: GitOpsObject): string {
  return `${file}:${root.start}`;
}

function isInChart(file: string, { has, root }: Repository): boolean {
  for (let folder = dirname(file); isInside(root, folder); folder = dirname(folder)) {
    if (has(joinPath(folder, 'Chart.yaml'))) return true;
    if (folder === dirname(folder)) break;
  }
  return false;
}

function byFile(objects: readonly GitOpsObject[]): ReadonlyMap<string, readonly GitOpsObject[]> {
  const files = new Map<string, GitOpsObject[]>();
  for (const object of objects) files.set(object.file, [...(files.get(object.file) ?? []), object]);
  return files;
}

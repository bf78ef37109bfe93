import type { FileTable } from '../base/fileTable.ts';
import { Multimap } from '../base/multimap.ts';
import { isClusterScoped } from '../k8s/kinds.ts';
import type { SharingContext } from '../k8s/knownViews.ts';
import type { Resource } from '../k8s/resource.ts';
import type { YamlNode } from '../yaml/node.ts';
import type { BuildMemory } from './buildMemory.ts';
import type { BuildNote } from './buildNote.ts';
import { type BuiltView, readBuilt } from './builtResource.ts';
import type { ChartBuild } from './chartUnit.ts';
import type { DirectorySource, KustomizeSource } from './gitops/deployment.ts';
import { relocateObject, relocatePlace } from './gitops/relocate.ts';
import { substituteObject } from './gitops/substituteObject.ts';
import type { Variables } from './gitops/substitution.ts';
import type { BuiltResource } from './kustomize/build.ts';
import type { KustomizeFiles } from './kustomize/context.ts';
import { buildUnit, type KustomizeBuild } from './kustomizeUnit.ts';
import { ResourceIndex } from './resourceIndex.ts';
import type { SourceFile } from './sourceFile.ts';

/** What a deployment does to every object of its sources. */
export interface DeployedAs {
  /** Of objects that name none. */
  readonly namespace: string | undefined;
  readonly variables: Variables | undefined;
  /** Any field of any object may differ from what is written. */
  readonly opaque: boolean;
}

/** What deployments of one workspace folder share. */
export interface DeployedWorld {
  readonly files: KustomizeFiles;
  readonly memory: BuildMemory;
  readonly table: FileTable;
  readonly context: Omit<SharingContext, 'file' | 'faults'>;
  /** A file of the index; of charts there are none, for their texts are templates. */
  readonly sourceFile: (path: string) => SourceFile | undefined;
}

/** Views of built objects, for builds that differ in nothing but the texts of their files. */
export type DeployedViews = WeakMap<object, DeployedView>;

interface DeployedView extends BuiltView {
  readonly note: BuildNote | undefined;
}

/** Builds a kustomization as a deployment has it built; places in the text that it makes are told as those of their causes. */
export function buildDeployed(
  source: KustomizeSource,
  as: DeployedAs,
  world: DeployedWorld,
  views: DeployedViews,
): KustomizeBuild {
  const { folder, kustomization: amended, unrestricted } = source;
  const { files } = world;
  const amendedFiles: KustomizeFiles =
    amended === undefined
      ? files
      : { ...files, read: (path) => (path === amended.path ? amended.text : files.read(path)) };
  const refused: BuildNote[] = [];
  const readView = (object: BuiltResource): DeployedView => {
    const view = views.get(object.root) ?? viewOf(object, source, as, world);
    views.set(object.root, view);
    if (view.note !== undefined) refused.push(view.note);
    return view;
  };
  const kustomization = { file: amended?.path ?? folder, folder, isComponent: false, includes: [] };
  const build = buildUnit(kustomization, { files: amendedFiles, memory: world.memory, readView });
  const notes = [...build.notes, ...refused].map((note): BuildNote => {
    if (amended === undefined) return note;
    const moved = { ...note, ...relocatePlace(note, amended) };
    return note.related === undefined
      ? moved
      : { ...moved, related: { ...note.related, ...relocatePlace(note.related, amended) } };
  });
  // What Flux reads from elsewhere in the repository may be a patch of any object.
  const isRestricted = unrestricted && notes.some(({ kind }) => kind === 'restricted');
  if (isRestricted && !as.opaque) return buildDeployed(source, { ...as, opaque: true }, world, new WeakMap());
  return { ...build, notes: unrestricted ? notes.filter(({ kind }) => kind !== 'restricted') : notes };
}

/** The objects of files that are applied as they stand. */
export function readDirectory({ files }: DirectorySource, as: DeployedAs, world: DeployedWorld): KustomizeBuild {
  const index = new ResourceIndex();
  const writtenIn = new Multimap<string, Resource>();
  let open: string | undefined;
  for (const path of files) {
    const file = world.sourceFile(path);
    if (file?.unread === true) open = 'a manifest of the folder cannot be read';
    for (const resource of file?.resources ?? []) {
      const deployed = placeObject(resource, as, world.table);
      index.add(deployed);
      writtenIn.add(path, deployed);
    }
  }
  return { index, files: new Set(files), notes: [], open, writtenIn, rootOf: () => undefined };
}

/** The objects that Helm makes of a chart; `build` is absent where Helm has not been asked, and `why` says so. */
export function readRelease(build: ChartBuild | undefined, why: string): KustomizeBuild {
  const roots = build?.roots ?? new Map<Resource, YamlNode>();
  return {
    index: build?.index ?? new ResourceIndex(),
    files: new Set(),
    notes: build?.notes ?? [],
    open: build === undefined ? why : build.open,
    writtenIn: build?.writtenIn ?? new Multimap(),
    rootOf: (resource) => roots.get(resource),
    unrendered: build === undefined ? [] : [build.unrendered],
  };
}

/** What is deployed together, as one. */
export function joinParts(parts: readonly KustomizeBuild[]): KustomizeBuild {
  const [first, ...others] = parts;
  if (first !== undefined && others.length === 0) return first;
  const index = new ResourceIndex();
  const writtenIn = new Multimap<string, Resource>();
  for (const part of parts) {
    for (const resource of part.index.all) index.add(resource);
    for (const file of part.writtenIn.keys())
      for (const resource of part.writtenIn.get(file)) writtenIn.add(file, resource);
  }
  return {
    index,
    files: new Set(parts.flatMap(({ files }) => [...files])),
    notes: parts.flatMap(({ notes }) => notes),
    open: parts.find(({ open }) => open !== undefined)?.open,
    writtenIn,
    rootOf: (resource) => parts.find((part) => part.index.has(resource))?.rootOf(resource),
    unrendered: parts.flatMap(({ unrendered = [] }) => unrendered),
  };
}

function viewOf(
  object: BuiltResource,
  { kustomization }: KustomizeSource,
  { namespace, variables, opaque }: DeployedAs,
  { table, context, sourceFile }: DeployedWorld,
): DeployedView {
  const { file } = object;
  const relocated = kustomization === undefined ? object.root : relocateObject(object.root, kustomization);
  const { root, refused } = substituteObject({ file, root: relocated }, variables);
  const view = readBuilt(
    { file, root, opaque: opaque || object.opaque || refused !== undefined },
    sourceFile(file)?.resources ?? [],
    table,
    { ...context, ...(namespace === undefined ? {} : { defaultNamespace: namespace }), file, faults: [] },
  );
  if (refused === undefined) return { ...view, note: undefined };
  const { start, end, origin } = refused.node;
  const note: BuildNote = { file: origin?.file ?? file, start, end, kind: 'refused', message: refused.message };
  return { ...view, note };
}

function placeObject(resource: Resource, { namespace, opaque }: DeployedAs, table: FileTable): Resource {
  const { namespace: own, kindSpan, name, file } = resource;
  // A namespace that settings assume stands at the kind.
  const isUnnamed = own === undefined || own.start === kindSpan.start;
  const isMoved = namespace !== undefined && isUnnamed && !isClusterScoped(resource);
  if (!isMoved && !opaque) return resource;
  const moved = isMoved
    ? { ...resource, namespace: { value: namespace, ...table.address(file, name ?? kindSpan, false) } }
    : resource;
  return opaque ? { ...moved, opaque: true } : moved;
}

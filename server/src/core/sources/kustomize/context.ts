import type { Span } from '../../base/span.ts';
import type { YamlDocument, YamlNode } from '../../yaml/node.ts';
import { EMPTY_CONFIG, type NameReference, type TransformerConfig } from './defaultConfig.ts';
import type { KnownDocuments, ObjectText } from './documents.ts';
import type { FieldSpec } from './fieldSpec.ts';
import type { Kept } from './kept.ts';
import type { MergeSchema } from './merge.ts';
import type { BuildMapping, NewPlace, Origin, Place } from './node.ts';
import type { BuildResource } from './resource.ts';

/** The files that a build may read, by absolute path. */
export interface KustomizeFiles {
  /** The text of a file, `undefined` where there is none (a folder is none) and where that is not known. */
  readonly read: (path: string) => string | undefined;
  /**
   * Asked where `read` gives nothing: why it is not known what stands at a path (`it lies outside of the workspace`);
   * `undefined` where nothing stands there.
   */
  readonly whyUnknown?: (path: string) => string | undefined;
  /** The bytes of a file that is no UTF-8 text; without it such a file's content is unknown. */
  readonly readBytes?: (path: string) => Uint8Array | undefined;
  /** The path without symbolic links on the way; kustomize judges by it what lies outside of a folder. */
  readonly realPath?: (path: string) => string;
}

export type ProblemCode =
  | 'missing-file'
  | 'missing-kustomization'
  | 'several-kustomizations'
  | 'outside'
  | 'cycle'
  | 'malformed'
  | 'empty'
  | 'unknown-field'
  | 'wrong-type'
  | 'wrong-kind'
  | 'duplicate-id'
  | 'no-target'
  | 'several-targets'
  | 'bad-patch'
  | 'bad-generator'
  | 'bad-replacement'
  | 'bad-variable'
  | 'bad-value';

/** Why the real kustomize would refuse the build, at the text that causes it. */
export interface BuildProblem extends Place {
  readonly code: ProblemCode;
  readonly message: string;
  readonly related?: Place;
}

/** What the real kustomize accepts and somebody would want to know. */
export interface BuildRemark extends Place {
  /** `no-effect`: nothing of this build is what the line is for · `deprecated`: the field has a successor. */
  readonly code: 'no-effect' | 'deprecated';
  readonly message: string;
  /** For a deprecated field: its name and the field that its entries belong in. */
  readonly replaces?: { readonly field: string; readonly instead: string };
}

/** What could not be evaluated. */
export interface UnknownPart extends Place {
  readonly message: string;
  readonly touches: Touched;
}

/**
 * What is not known of a build. `resources`: objects appear that are not in the result · `fields`: any field of the objects
 * marked opaque may differ · `opaque`: both · `all`: any field of any object may differ · `nothing`: it may only be refused.
 */
export type Touched = 'resources' | 'fields' | 'opaque' | 'all' | 'nothing';

/**
 * Files as they were read last and what was made of them, for builds that share them: keep one for as long as its files are
 * of use. What a build has in common with an earlier one is the same object in both, and nothing changes it any more.
 */
export interface KustomizeCache {
  readonly objects: Map<string, ReadFile>;
  readonly kustomizations: Map<string, { readonly text: string; readonly document: YamlDocument }>;
  readonly memos: Memos;
  /** Objects of files as the kustomizations that list them have them. */
  readonly listed: WeakMap<BuildMapping, BuildResource[]>;
  readonly opaque: WeakMap<BuildResource, BuildResource>;
  /** Generated objects with those that they are merged into. */
  readonly merged: WeakMap<BuildResource, WeakMap<BuildResource, BuildResource>>;
  readonly hashed: WeakMap<BuildResource, BuildResource>;
  readonly referring: Map<string, Kept<BuildResource, Referring>>;
  readonly references: WeakMap<TransformerConfig, ReferenceTable>;
  readonly finished: Map<string, Kept<BuildResource, Finished>>;
  readonly configs: WeakMap<TransformerConfig, WeakMap<TransformerConfig, TransformerConfig>>;
}

export function newKustomizeCache(): KustomizeCache {
  return {
    objects: new Map(),
    kustomizations: new Map(),
    memos: new WeakMap(),
    listed: new WeakMap(),
    opaque: new WeakMap(),
    merged: new WeakMap(),
    hashed: new WeakMap(),
    referring: new Map(),
    references: new WeakMap(),
    finished: new Map(),
    configs: new WeakMap(),
  };
}

/** What was made from a part of a kustomization, with everything that it depends on and said. */
export interface Memo {
  readonly value: unknown;
  readonly texts: ReadonlyMap<string, string | undefined>;
  readonly doubts: ReadonlyMap<string, string | undefined>;
  readonly files: ReadonlySet<string>;
  readonly problems: readonly BuildProblem[];
  readonly unknown: readonly UnknownPart[];
  readonly remarks: readonly BuildRemark[];
}

/** By the node that it was made from, and by what else it was made from. */
export type Memos = WeakMap<object, Map<unknown, Memo>>;

/** A field that may name an object of another kind; `order` is its place in the configuration. */
export interface Reference {
  readonly target: NameReference;
  readonly spec: FieldSpec;
  readonly order: number;
}

/** All fields of a configuration that may name objects, by kind, and those of the kinds that were asked for. */
export interface ReferenceTable {
  readonly byKind: ReadonlyMap<string, readonly Reference[]>;
  /** By group, version and kind. */
  readonly known: Map<string, readonly Reference[]>;
}

/** The objects of a file as it was read last. */
interface ReadFile {
  readonly text: string;
  readonly read: ObjectText;
  readonly documents: KnownDocuments;
}

/** An object whose references are followed, with what it depends on: the objects that had the names in it. */
export interface Referring {
  readonly config: TransformerConfig;
  readonly resource: BuildResource;
  readonly names: ReadonlyMap<string, readonly BuildResource[]> | undefined;
  readonly problems: readonly BuildProblem[];
}

/** An object as it leaves a build. */
export interface Finished {
  readonly built: BuiltResource;
  readonly problems: readonly BuildProblem[];
}

/** One object as kustomize would write it. */
export interface BuiltResource {
  /** The file that positions without an origin count in. */
  readonly file: string;
  /** The kustomization that brings the object in. */
  readonly kustomization: string;
  /** The same node as in an earlier build with the same cache where nothing about the object has changed. */
  readonly root: BuildMapping;
  /** Something that cannot be evaluated may have changed any of its fields. */
  readonly opaque: boolean;
}

/** What `buildMetadata` asks for. */
export interface BuildMetadata {
  readonly origins: boolean;
  readonly transformations: boolean;
  readonly managedBy: YamlNode | undefined;
  /** The folder of the build, from which paths are told. */
  readonly top: string;
}

/** What is shared by all kustomizations of one build. */
export interface Build {
  readonly files: KustomizeFiles;
  readonly read: Set<string>;
  readonly problems: BuildProblem[];
  readonly unknown: UnknownPart[];
  readonly remarks: BuildRemark[];
  readonly schema: { current: MergeSchema };
  readonly cache: KustomizeCache;
  /** What `buildMetadata` of the outermost kustomization asks for. */
  metadata: BuildMetadata | undefined;
  /** What a path leads to on its own: plugins come by path too, and can be kustomizations themselves. */
  readonly gather: (layer: Layer, entry: YamlNode, above: readonly string[]) => Accumulator;
}

/** The kustomization that is at work. */
export interface Layer {
  readonly build: Build;
  readonly file: string;
  readonly folder: string;
  readonly text: string;
  readonly root: YamlNode;
  /** The plugin whose own file this is. */
  readonly plugin?: { readonly name: string; readonly namespace: string };
}

export interface Variable {
  readonly name: string;
  readonly fieldPath: string;
  readonly place: Place;
}

/** Resources with the rules that came along with them. */
export interface Accumulator {
  resources: BuildResource[];
  /** The defaults and what `configurations` add. */
  config: TransformerConfig;
  vars: Map<string, Variable>;
  /** Objects may be missing that a remote base or a plugin makes, or under a name that a patch gave them. */
  open: boolean;
  /** The folders whose kustomizations have been gone through. */
  readonly folders: string[];
}

export function newAccumulator(): Accumulator {
  return { resources: [], config: EMPTY_CONFIG, vars: new Map(), open: false, folders: [] };
}

/** Notes what cannot be evaluated, and leaves open what it touches. */
export function noteUnknown(
  layer: Layer,
  accumulator: Accumulator,
  place: Span,
  message: string,
  touches: 'resources' | 'opaque',
): void {
  noteUnread(layer, place, message, touches);
  accumulator.open = true;
  if (touches === 'opaque') makeOpaque(layer, accumulator);
}

/** Something that is not known may have changed every object gathered so far. */
export function makeOpaque({ build }: Layer, accumulator: Accumulator): void {
  accumulator.resources = accumulator.resources.map((resource) =>
    derive(build.cache.opaque, resource, () => ({ ...resource, opaque: true })),
  );
}

/** What is made of an object and nothing else, which an earlier build may have made. */
export function derive<K extends object, T>(known: WeakMap<K, T>, from: K, make: () => T): T {
  const found = known.get(from);
  if (found !== undefined) return found;
  const made = make();
  known.set(from, made);
  return made;
}

/** Notes what cannot be evaluated where nobody has to go on with it. */
export function noteUnread(layer: Layer, { start, end }: Span, message: string, touches: Touched): void {
  layer.build.unknown.push({ file: layer.file, start, end, message, touches });
}

export function refuse(layer: Layer, code: ProblemCode, place: Span | Place, message: string, related?: Place): void {
  const file = 'file' in place ? place.file : layer.file;
  const { start, end } = place;
  layer.build.problems.push({ code, message, file, start, end, ...(related === undefined ? {} : { related }) });
}

export function placeIn(layer: Layer, { start, end }: Span): Place {
  return { file: layer.file, start, end };
}

/** New nodes whose whole value stands in the kustomization at `node`. */
export function exactPlace(layer: Layer, { start, end }: Span, base?: Place): NewPlace & { readonly origin: Origin } {
  const origin: Origin = {
    file: layer.file,
    kind: 'kustomization',
    exact: true,
    ...(base === undefined ? {} : { base }),
  };
  return { start, end, origin };
}

/** The file in which a node's positions count. */
export function fileOf(node: { readonly origin?: Origin }, resource: BuildResource): string {
  return node.origin?.file ?? resource.file;
}

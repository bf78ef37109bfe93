import type { FileTable } from '../base/fileTable.ts';
import type { Span } from '../base/span.ts';
import { readResources } from '../k8s/kinds.ts';
import type { SharingContext } from '../k8s/knownViews.ts';
import type { Resource } from '../k8s/resource.ts';
import type { YamlNode } from '../yaml/node.ts';
import {
  isPlain,
  type OriginMapping,
  type OriginNode,
  type OriginPair,
  type OriginScalar,
  type OriginSequence,
} from './origin.ts';

/** An object that a tool has built, with the way back to what was written. */
export interface BuiltObject {
  readonly file: string;
  readonly root: OriginNode;
  readonly opaque: boolean;
  /** The part of the file that it stands in, where the root's own place is not that. */
  readonly place?: Span;
}

/** A view of a built object, and the files in which its parts are written. */
export interface BuiltView {
  readonly root: YamlNode;
  readonly resources: readonly Resource[];
  readonly files: ReadonlySet<string>;
}

/**
 * Reads a built object as if it stood in a manifest. What other files wrote, and what is put together, has addresses of `table`
 * for spans. `written` are the objects that the object's own file holds: the built one keeps the place, and the faults that a
 * build hides, of the one that it came from.
 */
export function readBuilt(
  { file, root, opaque, place }: BuiltObject,
  written: readonly Resource[],
  table: FileTable,
  context: SharingContext,
): BuiltView {
  const files = new Set([file]);
  const source = written.findLast(({ start, end }) => start <= root.start && root.start <= end);
  const { start, end } = source ?? place ?? root;
  const addressed = toAddressed(root, file, table, files);
  const resources = readResources(
    { index: 0, root: addressed, problems: [], complete: true, templated: opaque, start, end },
    { ...context, file },
  );
  const hidden = source?.faults.filter(({ code }) => code === 'duplicate-key') ?? [];
  if (hidden.length === 0) return { root: addressed, resources, files };
  return {
    root: addressed,
    resources: resources.map((resource) => ({ ...resource, faults: [...hidden, ...resource.faults] })),
    files,
  };
}

/** The same tree where nothing in it comes from elsewhere. */
function toAddressed(node: OriginNode, file: string, table: FileTable, files: Set<string>): OriginNode {
  if (node.kind !== 'scalar' && isPlain(node)) return node;
  const span = addressOf(node, file, table, files);
  if (node.kind === 'scalar') return span === node ? node : scalarAt(span, node);
  if (node.kind === 'sequence') {
    const items = mapChanged(node.items, (item) => toAddressed(item, file, table, files));
    return span === node && items === node.items ? node : sequenceAt(span, node, items);
  }
  const pairs = mapChanged(node.pairs, (pair) => toAddressedPair(pair, file, table, files));
  return span === node && pairs === node.pairs ? node : mappingAt(span, node, pairs);
}

function nodeAt(span: Span, node: OriginNode): OriginNode {
  if (node.kind === 'scalar') return scalarAt(span, node);
  return node.kind === 'sequence' ? sequenceAt(span, node, node.items) : mappingAt(span, node, node.pairs);
}

/** A copy that lies elsewhere. (Spelled out for speed: V8 spreads objects of many shapes slowly.) */
function scalarAt({ start, end }: Span, node: OriginScalar): OriginScalar {
  const { kind, value, text, style, unknown, aliasOf, origin } = node;
  const made: Writable<OriginScalar> = { kind, value, text, style, start, end };
  if (unknown !== undefined) made.unknown = unknown;
  if (aliasOf !== undefined) made.aliasOf = aliasOf;
  if (origin !== undefined) made.origin = origin;
  return made;
}

function sequenceAt({ start, end }: Span, node: OriginSequence, items: readonly OriginNode[]): OriginSequence {
  const { kind, flow, unknown, aliasOf, origin } = node;
  const made: Writable<OriginSequence> = { kind, flow, items, start, end };
  if (unknown !== undefined) made.unknown = unknown;
  if (aliasOf !== undefined) made.aliasOf = aliasOf;
  if (origin !== undefined) made.origin = origin;
  return made;
}

function mappingAt({ start, end }: Span, node: OriginMapping, pairs: readonly OriginPair[]): OriginMapping {
  const { kind, flow, unknown, aliasOf, origin } = node;
  const made: Writable<OriginMapping> = { kind, flow, pairs, start, end };
  if (unknown !== undefined) made.unknown = unknown;
  if (aliasOf !== undefined) made.aliasOf = aliasOf;
  if (origin !== undefined) made.origin = origin;
  return made;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A key whose value was written elsewhere counts as written there too: the two together are one place. */
function toAddressedPair(pair: OriginPair, file: string, table: FileTable, files: Set<string>): OriginPair {
  const value = toAddressed(pair.value, file, table, files);
  const own = addressOf(pair.key, file, table, files);
  const isApart = value.kind === 'scalar' && value !== pair.value && own === pair.key;
  const { start, end } =
    isApart && pair.value.origin !== undefined ? table.address(pair.value.origin.file, pair.value, false) : own;
  if (value === pair.value && start === pair.key.start && end === pair.key.end) return pair;
  const { name, key, merge } = pair;
  const isThere = start === key.start && end === key.end;
  return { name, key: isThere ? key : nodeAt({ start, end }, key), value, merge };
}

function addressOf(node: OriginNode, file: string, table: FileTable, files: Set<string>): Span {
  const { origin } = node;
  if (origin === undefined || (origin.file === file && origin.exact)) return node;
  files.add(origin.file);
  return table.address(origin.file, node, origin.exact);
}

/** `map` that gives back the list itself when nothing changed. */
function mapChanged<T, S extends T>(list: readonly S[], change: (item: S) => T): readonly T[] {
  let changed: T[] | undefined;
  for (const [index, item] of list.entries()) {
    const result = change(item);
    if (changed === undefined && result !== item) changed = list.slice(0, index);
    changed?.push(result);
  }
  return changed ?? list;
}

import type { FileTable } from '../base/fileTable.ts';
import type { Span } from '../base/span.ts';
import type { ReadContext } from '../k8s/field.ts';
import { readResources } from '../k8s/kinds.ts';
import type { Resource } from '../k8s/resource.ts';
import type { YamlNode, YamlPair } from '../yaml/node.ts';
import { isPlain, type OriginNode, type OriginPair } from './origin.ts';

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
  context: ReadContext,
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
function toAddressed(node: OriginNode, file: string, table: FileTable, files: Set<string>): YamlNode {
  if (node.kind !== 'scalar' && isPlain(node)) return node;
  const span = addressOf(node, file, table, files);
  if (node.kind === 'scalar') return span === node ? node : { ...node, start: span.start, end: span.end };
  if (node.kind === 'sequence') {
    const items = mapChanged(node.items, (item) => toAddressed(item, file, table, files));
    return span === node && items === node.items ? node : { ...node, items, start: span.start, end: span.end };
  }
  const pairs = mapChanged(node.pairs, (pair) => toAddressedPair(pair, file, table, files));
  return span === node && pairs === node.pairs ? node : { ...node, pairs, start: span.start, end: span.end };
}

/** A key whose value was written elsewhere counts as written there too: the two together are one place. */
function toAddressedPair(pair: OriginPair, file: string, table: FileTable, files: Set<string>): YamlPair {
  const value = toAddressed(pair.value, file, table, files);
  const own = addressOf(pair.key, file, table, files);
  const isApart = value.kind === 'scalar' && value !== pair.value && own === pair.key;
  const { start, end } =
    isApart && pair.value.origin !== undefined ? table.address(pair.value.origin.file, pair.value, false) : own;
  if (value === pair.value && start === pair.key.start && end === pair.key.end) return pair;
  return { ...pair, key: { ...pair.key, start, end }, value };
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

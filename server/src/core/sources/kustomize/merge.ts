import { appendList, elementOf, setElement, toMergeValues, validKeys } from './mergeList.ts';
import {
  type BuildMapping,
  type BuildNode,
  type BuildScalar,
  type BuildSequence,
  clearField,
  isEmpty,
  isMissing,
  isTaggedNull,
  memberOf,
  newSequence,
  pairOf,
  rawTextOf,
  setField,
  textOf,
} from './node.ts';
import { type FieldEntry, KINDS, TYPES } from './schemaTable.ts';

/** Which lists are merged, and by what: kustomize's own table, or one from the `openapi` field. */
export interface MergeSchema {
  readonly kinds: Readonly<Record<string, number>>;
  readonly types: readonly Readonly<Record<string, FieldEntry>>[];
}

export const DEFAULT_SCHEMA: MergeSchema = { kinds: KINDS, types: TYPES };

export interface MergeContext {
  readonly schema: MergeSchema;
  /** The file of nodes without an origin of their own in the object that is patched. */
  readonly file: string;
  readonly refuse: (node: BuildNode, message: string) => void;
}

/**
 * Merges a patch into an object as kustomize does (kyaml, merge2 and walk), which is not quite as the API server: the
 * patch's items come first in a merged list, `$retainKeys` and `$setElementOrder` are ordinary fields, a value keeps
 * the quotes of the one it replaces. Both trees are used up. `undefined`: nothing is left.
 */
export function mergePatch(dest: BuildMapping, patch: BuildNode, context: MergeContext): BuildNode | undefined {
  return walk(dest, patch, undefined, context);
}

function walk(
  dest: BuildNode | undefined,
  source: BuildNode | undefined,
  entry: FieldEntry | undefined,
  context: MergeContext,
): BuildNode | undefined {
  const schema = entry ?? schemaOf(dest, context) ?? schemaOf(source, context);
  const kind = !isMissing(dest) ? dest.kind : !isMissing(source) ? source.kind : undefined;
  if (kind !== undefined) {
    for (const node of [dest, source]) {
      if (isMissing(node) || node.kind === kind) continue;
      context.refuse(node, `the patch has a ${WORDS[node.kind]} where the object has a ${WORDS[kind]}`);
      return dest;
    }
  }
  if (kind === 'scalar') return walkScalar(dest, source, context);
  if (kind === 'sequence') {
    const keys = schema?.[1];
    if (keys === undefined) return source ?? dest;
    return walkList(dest, source, schema?.[0] ?? -1, keys === '' ? [] : keys.split(' '), context);
  }
  return walkMapping(dest, source, schema?.[0], context);
}

const WORDS = { scalar: 'plain value', mapping: 'mapping', sequence: 'list' } as const;

function schemaOf(node: BuildNode | undefined, { schema }: MergeContext): FieldEntry | undefined {
  if (node?.kind !== 'mapping') return undefined;
  const kind = textOf(memberOf(node, 'kind'));
  const apiVersion = textOf(memberOf(node, 'apiVersion'));
  if (kind === '' || apiVersion === '') return undefined;
  const type = Object.hasOwn(schema.kinds, `${apiVersion}/${kind}`) ? schema.kinds[`${apiVersion}/${kind}`] : undefined;
  return type === undefined ? undefined : [type];
}

function walkScalar(
  dest: BuildNode | undefined,
  source: BuildNode | undefined,
  context: MergeContext,
): BuildNode | undefined {
  if (source === undefined) return dest;
  if (dest !== undefined && dest !== source) noteBase(source, dest, context);
  return source;
}

/** What a patched value replaces is worth showing beside it. */
function noteBase(source: BuildNode, { start, end, origin }: BuildNode, { file }: MergeContext): void {
  if (source.origin === undefined) return;
  source.origin = { ...source.origin, base: { file: origin?.file ?? file, start, end } };
}

function walkMapping(
  dest: BuildNode | undefined,
  source: BuildNode | undefined,
  type: number | undefined,
  context: MergeContext,
): BuildNode | undefined {
  const merged = visitMapping(dest, source, context);
  if (merged?.kind !== 'mapping') return merged;
  const own = merged === dest ? dest : merged;
  const other = source?.kind === 'mapping' ? source : undefined;
  const names = new Set([...own.pairs, ...(other?.pairs ?? [])].map((pair) => pair.key.text));
  const fields = type === undefined || type < 0 ? undefined : context.schema.types[type];
  for (const name of [...names].sort()) {
    const entry = fields === undefined ? undefined : (ownEntry(fields, name) ?? ownEntry(fields, '*'));
    const from = pairOf(other, name);
    const value = walk(memberOf(own, name), from?.value, entry, context);
    setField(own, name, value, from === undefined ? undefined : { ...from.key });
  }
  return own;
}

function ownEntry(fields: Readonly<Record<string, FieldEntry>>, name: string): FieldEntry | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Which of the two goes on; `undefined` clears. */
function visitMapping(
  dest: BuildNode | undefined,
  source: BuildNode | undefined,
  context: MergeContext,
): BuildNode | undefined {
  if (isMissing(dest)) {
    if (source?.kind === 'mapping' && takeDirective(source, context) === 'delete') return undefined;
    return source === undefined ? keepNull(dest) : source;
  }
  if (isTaggedNull(source)) return undefined;
  const directive = source === undefined ? 'merge' : takeDirective(source, context);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? source : dest;
}

/** A null that is written out stays where the patch says nothing; one that is only left open goes. */
function keepNull(dest: BuildNode | undefined): BuildNode | undefined {
  if (dest?.kind !== 'scalar' || dest.text === '') return undefined;
  const kept: BuildScalar = { ...dest, tag: 'null', style: 'plain', kept: true };
  return kept;
}

type Directive = 'merge' | 'replace' | 'delete';

const DIRECTIVE = '$patch';

/** Reads `$patch` and takes it out. */
function takeDirective(patch: BuildNode, context: MergeContext): Directive {
  if (patch.kind === 'mapping') {
    const node = memberOf(patch, DIRECTIVE);
    if (node === undefined) return 'merge';
    const directive = toDirective(rawTextOf(node));
    if (directive === undefined) {
      context.refuse(node, `\`$patch\` is \`merge\`, \`replace\` or \`delete\`, not \`${rawTextOf(node)}\``);
      return 'merge';
    }
    clearField(patch, DIRECTIVE);
    return directive;
  }
  if (patch.kind !== 'sequence') return 'merge';
  const item = patch.items.find((candidate) => memberOf(candidate, DIRECTIVE) !== undefined);
  if (item?.kind !== 'mapping' || item.pairs.length > 1) return 'merge';
  const node = memberOf(item, DIRECTIVE);
  const text = rawTextOf(node);
  const directive = toDirective(text);
  if (directive === undefined) {
    context.refuse(item, `\`$patch\` is \`merge\`, \`replace\` or \`delete\`, not \`${text}\``);
    return 'merge';
  }
  setElement(patch, undefined, [DIRECTIVE], [text]);
  return directive;
}

function toDirective(text: string): Directive | undefined {
  return text === 'merge' || text === 'replace' || text === 'delete' ? text : undefined;
}

function walkList(
  dest: BuildNode | undefined,
  source: BuildNode | undefined,
  elementType: number,
  keys: readonly string[],
  context: MergeContext,
): BuildNode | undefined {
  const merged = visitList(dest, source, context);
  if (merged?.kind !== 'sequence') return merged;
  const from = source?.kind === 'sequence' ? source : undefined;
  const isPlain = keys.length === 0;
  const values = toMergeValues(from === undefined ? [merged] : [from, merged], keys);
  if (values.length === 0 && !isPlain) return merged;
  return mergeElements(values, isPlain ? [''] : keys, merged, from, [elementType], context);
}

function visitList(
  dest: BuildNode | undefined,
  source: BuildNode | undefined,
  context: MergeContext,
): BuildNode | undefined {
  if (isMissing(dest)) return source;
  if (isTaggedNull(source)) return undefined;
  const directive = source === undefined ? 'merge' : takeDirective(source, context);
  if (directive === 'delete') return undefined;
  return directive === 'replace' ? source : dest;
}

function mergeElements(
  values: readonly (readonly string[])[],
  keys: readonly string[],
  dest: BuildSequence,
  source: BuildSequence | undefined,
  entry: FieldEntry,
  context: MergeContext,
): BuildNode | undefined {
  const added = newSequence(dest);
  let chosen = { keys, values: [] as readonly string[] };
  for (const own of values) {
    if (own.length === 0) continue;
    chosen = validKeys(values, own, keys);
    const single = validKeys([chosen.values], chosen.values, chosen.keys);
    const element = walk(
      elementOf(dest, single.keys, single.values),
      source === undefined ? undefined : elementOf(source, single.keys, single.values),
      entry,
      context,
    );
    if (isMissing(element) || (element.kind === 'mapping' && isEmpty(element))) {
      setElement(dest, undefined, chosen.keys, chosen.values);
      continue;
    }
    completeKeys(element, chosen.keys, chosen.values);
    setElement(added, element, chosen.keys, chosen.values);
  }
  if (values.length === 0) return dest;
  appendList(added, dest, chosen.keys);
  return added;
}

/** The keys that an element is found by must stand in it. */
function completeKeys(element: BuildNode, keys: readonly string[], values: readonly string[]): void {
  if (element.kind !== 'mapping') {
    if (element.kind === 'scalar' && keys[0] === '' && values[0] !== '') element.tag = '';
    return;
  }
  for (const [index, key] of keys.entries()) {
    const value = values[index] ?? '';
    if (value === '' || pairOf(element, key) !== undefined) continue;
    const { start, end, origin } = element;
    const made: BuildScalar = { kind: 'scalar', value: null, text: value, style: 'plain', tag: '', start, end };
    if (origin !== undefined) made.origin = origin;
    setField(element, key, made);
  }
}

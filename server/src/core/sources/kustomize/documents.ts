import type { Span } from '../../base/span.ts';
import type { YamlDocument, YamlMapping, YamlNode, YamlProblem, YamlScalar } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { resolveScalar } from '../../yaml/scalars.ts';
import {
  type BuildMapping,
  type BuildNode,
  type BuildScalar,
  copyNode,
  isTaggedNull,
  memberOf,
  newMapping,
  newSequence,
  type Origin,
  textOf,
  valueAt,
} from './node.ts';
import { resolvePlainText, type Tag } from './scalar.ts';

/** The objects of a text as kustomize reads them, or why it would not. */
export interface ObjectText {
  readonly objects: readonly BuildMapping[];
  readonly fault?: DocumentFault;
}

export interface DocumentFault extends Span {
  readonly message: string;
  /** The text is a template, which is read once it is rendered. */
  readonly templated?: boolean;
}

/** The documents of a file by their starts, as they were read before. */
export type KnownDocuments = Map<number, { readonly text: string; readonly root: BuildNode }>;

/** Where the text of a node stands in its file: identity for a file, a calculation for a patch within a block scalar. */
export type Locate = (span: Span) => Span;

/**
 * Reads objects as kustomize does (kyaml, kio.FromBytes): cut at lines that begin with `---`, one document each, anchors
 * written out, lists taken apart. Every object needs a kind and a name.
 */
export function readObjects(
  text: string,
  origin: Origin | undefined,
  locate: Locate,
  known?: { readonly before: KnownDocuments; readonly now: KnownDocuments },
): ObjectText {
  const chunks = splitChunks(text);
  if ('fault' in chunks) return { objects: [], fault: { ...chunks.fault, ...locate(chunks.fault) } };
  const roots: BuildNode[] = [];
  for (const chunk of chunks.chunks) {
    const slice = text.slice(chunk.start, chunk.end);
    const before = known?.before.get(chunk.start);
    if (before?.text === slice) {
      known?.now.set(chunk.start, before);
      if (!isTaggedNull(before.root)) roots.push(before.root);
      continue;
    }
    if (isBlank(slice)) continue;
    const document = parseSingle(slice);
    const fault = findFault(document);
    const place = ({ start, end }: Span) => locate({ start: start + chunk.start, end: end + chunk.start });
    if (fault !== undefined) {
      return { objects: [], fault: { message: fault.message, ...place(fault), templated: fault.code === 'template' } };
    }
    if (document.root === undefined) continue;
    const root = toBuildNode(document.root, origin, place);
    known?.now.set(chunk.start, { text: slice, root });
    if (!isTaggedNull(root)) roots.push(root);
  }
  return collectObjects(roots);
}

/** A parsed node as a tree of a build. */
export function toBuildNode(node: YamlNode, origin: Origin | undefined, locate: Locate): BuildNode {
  switch (node.kind) {
    case 'scalar':
      return toScalar(node, origin, locate);
    case 'sequence': {
      const items = node.items.map((item) => toBuildNode(item, origin, locate));
      const made = newSequence({ ...locate(node), origin }, items);
      made.flow = node.flow;
      if (node.unknown !== undefined) made.unknown = node.unknown;
      return made;
    }
    case 'mapping':
      return toMapping(node, origin, locate);
  }
}

function toScalar(node: YamlScalar, origin: Origin | undefined, locate: Locate): BuildScalar {
  const { start, end } = locate(node);
  const tag = tagOf(node);
  const made: BuildScalar = {
    kind: 'scalar',
    value: node.value,
    text: node.text,
    style: node.style,
    tag,
    start,
    end,
  };
  if (node.unknown !== undefined) made.unknown = node.unknown;
  if (node.aliasOf !== undefined) made.aliasOf = locate(node.aliasOf);
  if (origin !== undefined) made.origin = origin;
  return made;
}

/** What an explicit tag says shows in the value that does not fit the text. */
function tagOf(node: YamlScalar): Tag {
  if (node.unknown === 'template') return 'str';
  if (node.style !== 'plain') {
    if (typeof node.value === 'string') return 'str';
    return node.value === null ? 'null' : typeof node.value === 'boolean' ? 'bool' : 'float';
  }
  const { tag } = resolvePlainText(node.text);
  if (tag === 'str' || tag === 'time' || typeof node.value !== 'string') return tag;
  return resolveScalar(node.text, true).type === 'string' ? tag : 'str';
}

function toMapping(node: YamlMapping, origin: Origin | undefined, locate: Locate): BuildMapping {
  const made = newMapping({ ...locate(node), origin });
  made.flow = node.flow;
  if (node.unknown !== undefined) made.unknown = node.unknown;
  const merged = node.pairs.find(({ merge }) => merge);
  const written = merged === undefined ? node.pairs : node.pairs.filter(({ merge }) => !merge);
  // A list that is mapped is as long as it must be; one that is added to has room for more.
  made.pairs = written.map(({ key, value }) => ({
    name: undefined,
    key: key.kind === 'scalar' ? toScalar(key, origin, locate) : emptyKey(key, origin, locate),
    value: toBuildNode(value, origin, locate),
    merge: false,
  }));
  if (merged !== undefined) addMerged(made, merged.value, origin, locate);
  return made;
}

/** Own keys win over merged ones wherever they stand, and of several merged mappings the first wins (kyaml, DeAnchor). */
function addMerged(made: BuildMapping, merged: YamlNode, origin: Origin | undefined, locate: Locate): void {
  const sources = merged.kind === 'sequence' ? merged.items : [merged];
  for (const source of sources) {
    const expanded = toBuildNode(source, origin, locate);
    if (expanded.kind !== 'mapping') continue;
    for (const pair of expanded.pairs) {
      if (!made.pairs.some((own) => own.key.text === pair.key.text)) made.pairs.push(pair);
    }
  }
}

function emptyKey(key: YamlNode, origin: Origin | undefined, locate: Locate): BuildScalar {
  const { start, end } = locate(key);
  const made: BuildScalar = { kind: 'scalar', value: null, text: '', style: 'plain', tag: 'null', start, end };
  if (origin !== undefined) made.origin = origin;
  return made;
}

function findFault(document: YamlDocument): YamlProblem | undefined {
  return document.problems.find(
    ({ code }) => code === 'syntax' || code === 'value' || code === 'template' || code === 'limit',
  );
}

function splitChunks(text: string): { chunks: readonly Span[] } | { fault: DocumentFault } {
  const chunks: Span[] = [];
  let start = 0;
  let from = 0;
  for (;;) {
    const at = text.indexOf('\n---', from);
    const end = at < 0 ? -1 : text.indexOf('\n', at + 1);
    if (at < 0 || end < 0) break;
    const content = text.slice(at + 4, end).trim();
    if (content !== '' && !content.startsWith('#')) {
      const message = 'kustomize takes no content on a line that begins with `---`';
      return { fault: { message, start: at + 1, end: at + 1 + text.slice(at + 1, end).trimEnd().length } };
    }
    chunks.push({ start, end: at + 1 });
    // Of two separators in a row the second one opens the next document: they would share a line break.
    start = end + 1;
    from = start;
  }
  chunks.push({ start, end: text.length });
  return { chunks };
}

/** Nothing but comments. */
function isBlank(text: string): boolean {
  return !/^[^\S\n]*[^\s#]/m.test(text);
}

function collectObjects(roots: readonly BuildNode[]): ObjectText {
  const [first] = roots;
  const isWrapped =
    roots.length === 1 &&
    /^(?:Resource)?List$/.test(textOf(memberOf(first, 'kind'))) &&
    memberOf(first, 'items') !== undefined;
  const items = isWrapped ? memberOf(first, 'items') : undefined;
  const nodes = items === undefined ? roots : items.kind === 'sequence' ? items.items : [];
  const objects: BuildMapping[] = [];
  const queue: BuildNode[] = [];
  for (const node of nodes) {
    const fault = checkObject(node);
    if (fault !== undefined) return { objects: [], fault };
    queue.push(node);
  }
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    if (node.kind !== 'mapping' || node.pairs.length === 0) continue;
    const list = textOf(memberOf(node, 'kind')).endsWith('List') ? memberOf(node, 'items') : undefined;
    if (list === undefined) {
      objects.push(node);
      continue;
    }
    if (isTaggedNull(list)) continue;
    if (list.kind !== 'sequence') {
      return {
        objects: [],
        fault: { message: 'the items of a List must be a list', start: list.start, end: list.end },
      };
    }
    for (const item of list.items) {
      const fault = checkObject(item);
      if (fault !== undefined) return { objects: [], fault };
      queue.push(copyNode(item));
    }
  }
  return { objects };
}

function checkObject(node: BuildNode): DocumentFault | undefined {
  const { start, end } = node;
  if (isTaggedNull(node) || (node.kind === 'mapping' && node.pairs.length === 0)) return undefined;
  if (node.kind === 'sequence' && node.items.length === 0) return undefined;
  const kind = textOf(memberOf(node, 'kind'));
  if (kind === '') return { message: 'an object without a kind', start, end: Math.min(end, start + 1) };
  if (kind.endsWith('List')) return undefined;
  if (textOf(valueAt(node, 'metadata', 'name')) !== '') return undefined;
  const place = memberOf(node, 'kind') ?? node;
  return { message: `a ${kind} without \`metadata.name\``, start: place.start, end: place.end };
}

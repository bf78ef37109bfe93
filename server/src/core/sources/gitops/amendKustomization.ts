import { findValue, isNull, type YamlNode, type YamlScalar } from '../../yaml/node.ts';
import { parseSingle } from '../../yaml/parse.ts';
import type { AmendedKustomization } from './deployment.ts';
import { fileOf, isExact } from './fields.ts';
import type { TextPiece } from './textPieces.ts';

/** A node, and the file that it stands in where it does not tell another one. */
export interface NodePlace {
  readonly node: YamlNode;
  readonly file: string;
}

/** A value to write: a node as it stands in a file, or something around such nodes. */
export type Written =
  | (NodePlace & { readonly kind: 'node' })
  /** `at`: what the text was made from. */
  | { readonly kind: 'text'; readonly text: string; readonly at?: NodePlace }
  | { readonly kind: 'list'; readonly items: readonly Written[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [name: string, value: Written])[] };

/** How a deployment changes a field of a kustomization. `join`: items without an equal `name` there are added, others take its place. */
export interface Amendment {
  readonly field: string;
  readonly how: 'set' | 'append' | 'join';
  readonly value: Written;
}

/**
 * A kustomization after its amendments. What is not changed stays where it was, changed fields are written once more at the
 * end, where the last of equal keys counts; a text that cannot be continued so is written anew. `madeFrom`: the text stands in
 * no file, but was made because of this. `undefined` where the text is no kustomization, or too large.
 */
export function amendKustomization(
  path: string,
  text: string,
  amendments: readonly Amendment[],
  madeFrom?: NodePlace,
): AmendedKustomization | undefined {
  const { root, problems } = parseSingle(text);
  if (problems.some(({ code }) => code === 'syntax' || code === 'limit' || code === 'template')) return undefined;
  if (root !== undefined && !isNull(root) && root.kind !== 'mapping') return undefined;
  const changed = new Map<string, Written>();
  for (const { field, how, value } of amendments) {
    const before = changed.get(field) ?? toWritten(findValue(root, field), path);
    changed.set(field, how === 'set' || before === undefined ? value : join(before, value, how));
  }
  const writer: Writer = { path, text: '', pieces: [], left: MAX_NODES };
  if (canContinue(text, root)) {
    const kept = /(?:^|\n)$/.test(text) ? text : `${text}\n`;
    writer.text = kept;
    if (madeFrom !== undefined) note(writer, 0, madeFrom.node, madeFrom.file, false);
    else if (text !== '') {
      const all = { start: 0, end: text.length };
      writer.pieces.push({ ...all, source: all, exact: true });
    }
  } else if (root?.kind === 'mapping') {
    for (const { name, value } of root.pairs) {
      if (name !== undefined && !changed.has(name)) writeField(writer, name, { kind: 'node', node: value, file: path });
    }
  }
  for (const [field, value] of changed) writeField(writer, field, value);
  return writer.left < 0 ? undefined : { path, text: writer.text, pieces: writer.pieces };
}

export function plain(text: string): Written {
  return { kind: 'text', text };
}

/** Aliases can make a small text endless. */
const MAX_NODES = 20_000;

interface Writer {
  readonly path: string;
  text: string;
  readonly pieces: TextPiece[];
  left: number;
}

/** Whether keys at the start of a line would go on with the mapping of the text. */
function canContinue(text: string, root: YamlNode | undefined): boolean {
  if (root === undefined || isNull(root)) return !/^(?:---|\.\.\.|\{)/m.test(text);
  if (root.kind !== 'mapping' || root.flow) return false;
  const before = text.slice(0, root.start);
  const isAtLineStart = before === '' || before.endsWith('\n') || before === '\ufeff';
  return isAtLineStart && !/^(?:---|\.\.\.)/m.test(text.slice(root.start));
}

function toWritten(node: YamlNode | undefined, file: string): Written | undefined {
  return node === undefined || isNull(node) ? undefined : { kind: 'node', node, file };
}

function join(before: Written, added: Written, how: 'append' | 'join'): Written {
  if (added.kind === 'map') return { kind: 'map', entries: [...entriesOf(before), ...added.entries] };
  const items = itemsOf(added);
  const names = how === 'join' ? items.map(nameOf) : [];
  return { kind: 'list', items: [...itemsOf(before).filter((item) => !names.includes(nameOf(item) ?? '')), ...items] };
}

function itemsOf(value: Written): readonly Written[] {
  if (value.kind === 'list') return value.items;
  if (value.kind !== 'node' || value.node.kind !== 'sequence') return [];
  return value.node.items.map((node) => ({ kind: 'node', node, file: value.file }));
}

function entriesOf(value: Written): readonly (readonly [string, Written])[] {
  if (value.kind === 'map') return value.entries;
  if (value.kind !== 'node' || value.node.kind !== 'mapping') return [];
  return value.node.pairs.flatMap(({ name, value: node }) =>
    name === undefined ? [] : [[name, { kind: 'node', node, file: value.file }] as const],
  );
}

function nameOf(value: Written): string | undefined {
  const name = entriesOf(value).find(([field]) => field === 'name')?.[1];
  if (name?.kind === 'text') return name.text;
  return name?.kind === 'node' && name.node.kind === 'scalar' ? name.node.text : undefined;
}

function writeField(writer: Writer, field: string, value: Written): void {
  writer.text += `${JSON.stringify(field)}: `;
  write(writer, value);
  writer.text += '\n';
}

function write(writer: Writer, value: Written): void {
  if (--writer.left < 0) return;
  if (value.kind === 'text') {
    writeText(writer, value.text, value.at?.node, value.at?.file);
  } else if (value.kind === 'list' || (value.kind === 'node' && value.node.kind === 'sequence')) {
    writer.text += '[';
    for (const [index, item] of itemsOf(value).entries()) {
      if (index > 0) writer.text += ', ';
      write(writer, item);
    }
    writer.text += ']';
  } else if (value.kind === 'map' || value.node.kind === 'mapping') {
    writer.text += '{';
    const written = new Map(entriesOf(value));
    for (const [index, [name, member]] of [...written].entries()) {
      writer.text += `${index > 0 ? ', ' : ''}${JSON.stringify(name)}: `;
      write(writer, member);
    }
    writer.text += '}';
  } else writeScalar(writer, value.node, value.file);
}

function writeScalar(writer: Writer, node: YamlNode, file: string): void {
  if (node.kind !== 'scalar') return;
  if (typeof node.value === 'string' || node.unknown !== undefined) {
    writeText(writer, node.text, node, file);
    return;
  }
  const start = writer.text.length;
  writer.text += node.value === null ? 'null' : node.text;
  note(writer, start, node, file, isVerbatim(node));
}

function writeText(writer: Writer, text: string, node: YamlNode | undefined, file: string | undefined): void {
  const quoted = JSON.stringify(text);
  writer.text += '"';
  const start = writer.text.length;
  writer.text += quoted.slice(1, -1);
  if (node !== undefined && file !== undefined) {
    const exact = node.kind === 'scalar' && isVerbatim(node) && node.text === quoted.slice(1, -1);
    note(writer, start, node, file, exact);
  }
  writer.text += '"';
}

function isVerbatim(node: YamlScalar): boolean {
  const { style, text, start, end, aliasOf } = node;
  return style === 'plain' && aliasOf === undefined && text.length === end - start && isExact(node);
}

function note(writer: Writer, start: number, node: YamlNode, file: string, exact: boolean): void {
  const source = { start: node.start, end: node.end };
  const from = fileOf(node, file);
  const piece = { start, end: writer.text.length, source, exact };
  writer.pieces.push(from === writer.path ? piece : { ...piece, file: from });
}

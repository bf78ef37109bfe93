import type { Span } from '../base/span.ts';
import { toJson } from './json.ts';
import { isNull, type YamlMapping, type YamlNode, type YamlPair, type YamlSequence } from './node.ts';
import { parseSingle, parseYaml } from './parse.ts';
import { preferredQuotes, toScalarText } from './quote.ts';

/** A change by meaning. Spans are those of nodes in the text that is edited. */
export type YamlEdit =
  | { readonly kind: 'replace-scalar'; readonly span: Span; readonly value: string | number }
  | { readonly kind: 'replace-key'; readonly span: Span; readonly value: string }
  | { readonly kind: 'delete-pair'; readonly key: Span }
  | { readonly kind: 'delete-item'; readonly item: Span }
  /**
   * Adds a pair at the mapping's end, or after the pair whose key is `after`. `value` is YAML text; several lines are
   * indented relative to their first. A null value's empty span is taken as a mapping without pairs. A list goes to the key
   * that is there without a value.
   */
  | {
      readonly kind: 'insert-pair';
      readonly mapping: Span;
      readonly key: string;
      readonly value: string;
      readonly after?: Span;
    }
  | { readonly kind: 'insert-item'; readonly sequence: Span; readonly text: string }
  | { readonly kind: 'text'; readonly span: Span; readonly newText: string };

/** Replaces a part of a text; an empty span inserts. */
export interface TextEdit extends Span {
  readonly newText: string;
}

/**
 * The smallest changes of the text that make `edits` true: comments, quotes, indentation and line ends stay. An edit
 * whose span is no such node is left out.
 */
export function toTextEdits(text: string, edits: readonly YamlEdit[]): readonly TextEdit[] {
  const file: FileStyle = { text, eol: text.includes('\r\n') ? '\r\n' : '\n', places: undefined };
  return edits.flatMap((edit) => toTextEdit(file, edit));
}

/** The text with edits applied; of two that overlap the earlier one counts. */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits
    .map((edit, order) => ({ edit, order }))
    .sort((a, b) => a.edit.start - b.edit.start || a.order - b.order);
  let result = '';
  let copied = 0;
  for (const { edit } of sorted) {
    if (edit.start < copied) continue;
    result += text.slice(copied, edit.start) + edit.newText;
    copied = edit.end;
  }
  return result + text.slice(copied);
}

interface FileStyle {
  readonly text: string;
  readonly eol: string;
  places: Places | undefined;
}

/** Where every node stands: its parent and, in it, its index. */
interface Places {
  readonly pairs: ReadonlyMap<number, { readonly mapping: YamlMapping; readonly index: number }>;
  readonly items: ReadonlyMap<number, { readonly sequence: YamlSequence; readonly index: number }>;
  readonly nodes: ReadonlyMap<string, YamlNode>;
  /** The pairs that hold the nodes as values. */
  readonly holders: ReadonlyMap<YamlNode, YamlPair>;
  readonly compactSequences: boolean;
  readonly width: number;
}

function toTextEdit(file: FileStyle, edit: YamlEdit): readonly TextEdit[] {
  switch (edit.kind) {
    case 'text':
      return [{ start: edit.span.start, end: edit.span.end, newText: edit.newText }];
    case 'replace-scalar':
    case 'replace-key':
      return [replaceScalar(file.text, edit.span, edit.value)];
    case 'delete-pair': {
      const place = findPlaces(file).pairs.get(edit.key.start);
      return place === undefined ? [] : deletePair(file, place.mapping, place.index);
    }
    case 'delete-item': {
      const place = findPlaces(file).items.get(edit.item.start);
      return place === undefined ? [] : deleteItem(file, place.sequence, place.index);
    }
    case 'insert-pair':
      return insertPair(file, edit);
    case 'insert-item':
      return insertItem(file, edit.sequence, edit.text);
  }
}

function replaceScalar(text: string, span: Span, value: string | number): TextEdit {
  const first = text[span.start];
  const isEmpty = span.start === span.end;
  const style = !isEmpty && first === '"' ? 'double' : !isEmpty && first === "'" ? 'single' : 'plain';
  const newText = typeof value === 'number' ? String(value) : toScalarText(value, style, preferredQuotes(text));
  const needsSpace = isEmpty && /[:\-,?]/.test(text[span.start - 1] ?? '');
  return { start: span.start, end: span.end, newText: needsSpace ? ` ${newText}` : newText };
}

function deletePair(file: FileStyle, mapping: YamlMapping, index: number): readonly TextEdit[] {
  const pair = mapping.pairs[index];
  if (pair === undefined) return [];
  const entries = mapping.pairs.map((each) => ({
    start: keyStart(file.text, each),
    end: Math.max(each.key.end, each.value.end),
  }));
  return deleteEntry(file, mapping, entries, index, '{}');
}

function deleteItem(file: FileStyle, sequence: YamlSequence, index: number): readonly TextEdit[] {
  let after = sequence.start;
  const entries = sequence.items.map((item) => {
    const start = sequence.flow ? item.start : findDash(file.text, after, item.start);
    after = item.end;
    return { start, end: item.end };
  });
  return deleteEntry(file, sequence, entries, index, '[]');
}

/** Deletes one entry of a collection; the last one leaves `empty`. */
function deleteEntry(
  file: FileStyle,
  collection: YamlMapping | YamlSequence,
  entries: readonly Span[],
  index: number,
  empty: string,
): readonly TextEdit[] {
  const entry = entries[index];
  if (entry === undefined) return [];
  const next = entries[index + 1];
  const previous = entries[index - 1];
  if (collection.flow) {
    if (next !== undefined) return [{ start: entry.start, end: next.start, newText: '' }];
    return [{ start: previous?.end ?? entry.start, end: entry.end, newText: '' }];
  }
  const lineStart = file.text.lastIndexOf('\n', entry.start - 1) + 1;
  const startsLine = file.text.slice(lineStart, entry.start).trim() === '';
  const lines = { start: lineStart, end: endOfLines(file.text, entry.end), newText: '' };
  if (entries.length === 1) {
    const holder = findPlaces(file).holders.get(collection);
    if (!startsLine || holder === undefined) return [{ ...entry, newText: empty }];
    const colon = file.text.indexOf(':', holder.key.end) + 1;
    const properties = /^(?:[ \t]+[&!][^\s#]*)*/.exec(file.text.slice(colon, collection.start))?.[0].length ?? 0;
    return [{ start: colon + properties, end: colon + properties, newText: ` ${empty}` }, lines];
  }
  if (startsLine) return [lines];
  if (next !== undefined && file.text.slice(entry.end, next.start).trim() === '')
    return [{ start: entry.start, end: next.start, newText: '' }];
  return [{ ...entry, newText: '' }];
}

function insertPair(file: FileStyle, edit: YamlEdit & { kind: 'insert-pair' }): readonly TextEdit[] {
  const places = findPlaces(file);
  const node = places.nodes.get(toId(edit.mapping));
  const key = toScalarText(edit.key, 'plain', preferredQuotes(file.text));
  if (node?.kind === 'mapping' && (node.flow || node.pairs.length === 0)) {
    const after = node.pairs.find((pair) => pair.key.start === edit.after?.start) ?? node.pairs.at(-1);
    return [
      insertIntoFlow(
        file,
        node,
        after === undefined ? undefined : Math.max(after.key.end, after.value.end),
        `${key}: ${toFlowText(edit.value)}`,
      ),
    ];
  }
  if (node?.kind === 'mapping') {
    const empty = node.pairs.find(({ name, value }) => name === edit.key && isNull(value));
    if (empty !== undefined && /^- /.test(edit.value)) {
      const width = places.compactSequences ? 0 : places.width;
      return insertIntoNull(file, empty.value, empty.value, edit.value, width);
    }
    const first = node.pairs[0];
    const after = node.pairs.find((pair) => pair.key.start === edit.after?.start) ?? node.pairs.at(-1);
    if (first === undefined || after === undefined) return [];
    const column = columnOf(file.text, keyStart(file.text, first));
    return [insertLines(file, Math.max(after.key.end, after.value.end), column, toPairText(places, key, edit.value))];
  }
  return insertIntoNull(file, edit.mapping, node, toPairText(places, key, edit.value), places.width);
}

function insertItem(file: FileStyle, span: Span, text: string): readonly TextEdit[] {
  const places = findPlaces(file);
  const node = places.nodes.get(toId(span));
  const item = ['- ', indentLines(text, '  ')].join('');
  if (node?.kind !== 'sequence')
    return insertIntoNull(file, span, node, item, places.compactSequences ? 0 : places.width);
  const last = node.items.at(-1);
  if (last === undefined && text.includes('\n')) {
    const block = insertForEmpty(file, node, item);
    if (block !== undefined) return block;
  }
  if (node.flow || last === undefined) return [insertIntoFlow(file, node, last?.end, toFlowText(text))];
  return [insertLines(file, last.end, columnOf(file.text, node.start), item)];
}

/** Adds an entry after `after` in a flow collection, or as its first. */
function insertIntoFlow({ text }: FileStyle, node: Span, after: number | undefined, entry: string): TextEdit {
  if (after !== undefined) return { start: after, end: after, newText: `, ${entry}` };
  const inner = text.slice(node.start + 1, node.end - 1);
  return inner.trim() === ''
    ? { start: node.start + 1, end: node.end - 1, newText: entry }
    : { start: node.start + 1, end: node.start + 1, newText: entry };
}

/** An item of several lines in the place of an empty `[]`, as a block; `undefined` where flow collections surround it. */
function insertForEmpty(file: FileStyle, node: YamlSequence, item: string): readonly TextEdit[] | undefined {
  const { text } = file;
  const places = findPlaces(file);
  const holder = places.holders.get(node);
  const isBlock = holder !== undefined && places.pairs.get(holder.key.start)?.mapping.flow === false;
  if (!isBlock || text.slice(node.start + 1, node.end - 1).trim() !== '') return undefined;
  const column = columnOf(text, keyStart(text, holder)) + (places.compactSequences ? 0 : places.width);
  const start = text.slice(holder.key.end, node.start).trimEnd().length + holder.key.end;
  return [{ start, end: node.end, newText: '' }, insertLines(file, node.end, column, item)];
}

/** Adds the first entry under a key without value. */
function insertIntoNull(
  file: FileStyle,
  span: Span,
  node: YamlNode | undefined,
  entry: string,
  width: number,
): readonly TextEdit[] {
  if (node?.kind !== 'scalar' || node.value !== null) return [];
  const holder = findPlaces(file).holders.get(node);
  if (holder === undefined) return [];
  const column = columnOf(file.text, keyStart(file.text, holder)) + width;
  const lines = insertLines(file, span.end, column, entry);
  // An explicit `null` or `~` goes, and with it the blank before.
  const start = file.text.slice(holder.key.end, span.start).trimEnd().length + holder.key.end;
  return span.start === span.end ? [lines] : [{ start, end: span.end, newText: '' }, lines];
}

/** New lines after the line that holds `offset`. */
function insertLines({ text, eol }: FileStyle, offset: number, column: number, entry: string): TextEdit {
  const end = text.indexOf('\n', offset);
  const lineEnd = end < 0 ? text.length : text[end - 1] === '\r' ? end - 1 : end;
  const indent = ' '.repeat(column);
  const body = indentLines(entry, indent).replaceAll('\n', eol);
  return { start: lineEnd, end: lineEnd, newText: `${eol}${indent}${body}` };
}

function toPairText(places: Places, key: string, value: string): string {
  const lines = value.replace(/\r\n/g, '\n').replace(/\n+$/, '');
  if (!lines.includes('\n'))
    return /^- /.test(lines) ? `${key}:\n${sequenceIndent(places)}${lines}` : `${key}: ${lines}`.trimEnd();
  const width = ' '.repeat(places.width);
  if (/^[|>]/.test(lines)) return `${key}: ${indentLines(lines, width)}`;
  const indent = /^-(?:\s|$)/.test(lines) ? sequenceIndent(places) : width;
  return `${key}:\n${indent}${indentLines(lines, indent)}`;
}

function sequenceIndent({ compactSequences, width }: Places): string {
  return compactSequences ? '' : ' '.repeat(width);
}

/** Indents every line but the first; blank lines stay empty. */
function indentLines(text: string, indent: string): string {
  return text.replace(/\r\n/g, '\n').replace(/\n(?!\n|$)/g, `\n${indent}`);
}

/** YAML text in a form that a flow collection can hold. */
function toFlowText(value: string): string {
  if (!value.includes('\n') && !/^(?:- |[^"'{[]*: )/.test(value)) return value;
  const json = toJson(parseSingle(value).root);
  return JSON.stringify(json, (_, part) => (typeof part === 'bigint' ? Number(part) : part));
}

/** Where a key's own line part begins: before its `? `, anchor or tag. */
function keyStart(text: string, pair: YamlPair): number {
  const lineStart = text.lastIndexOf('\n', pair.key.start - 1) + 1;
  const match = /(?:\? +|[&!]\S* +)+$/.exec(text.slice(lineStart, pair.key.start));
  return match === null ? pair.key.start : lineStart + match.index;
}

function findDash(text: string, after: number, itemStart: number): number {
  for (let at = after; at < itemStart; at++) {
    if (text[at] === '#') at = Math.max(at, text.indexOf('\n', at));
    else if (text[at] === '-') return at;
  }
  return itemStart;
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

function endOfLines(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

function toId({ start, end }: Span): string {
  return `${start}:${end}`;
}

function findPlaces(file: FileStyle): Places {
  file.places ??= collectPlaces(file.text);
  return file.places;
}

function collectPlaces(text: string): Places {
  const pairs = new Map<number, { mapping: YamlMapping; index: number }>();
  const items = new Map<number, { sequence: YamlSequence; index: number }>();
  const nodes = new Map<string, YamlNode>();
  const holders = new Map<YamlNode, YamlPair>();
  let compactSequences: boolean | undefined;
  let width: number | undefined;
  const pending: YamlNode[] = parseYaml(text)
    .documents.flatMap(({ root }) => (root === undefined ? [] : [root]))
    .reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    nodes.set(toId(node), node);
    if (node.aliasOf !== undefined || node.kind === 'scalar') continue;
    const children: YamlNode[] = [];
    if (node.kind === 'sequence') {
      for (const [index, item] of node.items.entries()) {
        items.set(item.start, { sequence: node, index });
        children.push(item);
      }
    } else {
      for (const [index, pair] of node.pairs.entries()) {
        pairs.set(pair.key.start, { mapping: node, index });
        holders.set(pair.value, pair);
        children.push(pair.value);
        if (pair.value.kind === 'scalar' || pair.value.flow) continue;
        const deeper = columnOf(text, pair.value.start) - columnOf(text, pair.key.start);
        if (pair.value.kind === 'sequence') compactSequences ??= deeper === 0;
        else if (deeper > 0) width ??= deeper;
      }
    }
    for (const child of children.reverse()) pending.push(child);
  }
  return { pairs, items, nodes, holders, compactSequences: compactSequences ?? false, width: width ?? 2 };
}

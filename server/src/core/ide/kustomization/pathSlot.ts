import type { Span } from '../../base/span.ts';
import { isScalarField, takesNames } from './writtenPaths.ts';

/** Where a value of a kustomization is being typed. */
export interface PathSlot extends Span {
  /** The field, items left out: `configMapGenerator.files`. */
  readonly field: string;
  /** What of the value stands before the cursor. */
  readonly typed: string;
  /** The dash of the item stands without the space that must follow it. */
  readonly needsSpace: boolean;
}

/**
 * The value at an offset, told by the indentation of the lines above: a text that is being typed is seldom YAML. `undefined`
 * where no value of one line can stand. `start`–`end` is what a choice replaces.
 */
export function pathSlotAt(text: string, offset: number): PathSlot | undefined {
  return inBrackets(text, offset) ?? inBlock(text, offset);
}

/** An item of a list in brackets, which may go on over several lines. */
function inBrackets(text: string, offset: number): PathSlot | undefined {
  const [, list = '', item = ''] = /\[((?:[^[\]{}#]*,)?\s*["']?)([^\s[\]{}#,"']*)$/.exec(text.slice(0, offset)) ?? [];
  const open = offset - item.length - list.length - 1;
  if (text[open] !== '[') return undefined;
  const lineStart = text.lastIndexOf('\n', open - 1) + 1;
  const line = readLine(text.slice(lineStart, open));
  if (line?.key === undefined || line.value !== '') return undefined;
  const field = fieldAbove(text.slice(0, lineStart), line);
  return field === undefined || isScalarField(field) ? undefined : slotOf(text, offset, field, item, false);
}

function inBlock(text: string, offset: number): PathSlot | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  const line = readLine(before);
  if (line === undefined || (line.dash === undefined && line.key === undefined)) return undefined;
  const field = fieldAbove(text.slice(0, lineStart), line);
  if (field === undefined || (line.key === undefined) === isScalarField(field)) return undefined;
  return slotOf(text, offset, field, line.value, before.endsWith('-'));
}

function slotOf(text: string, offset: number, field: string, value: string, needsSpace: boolean): PathSlot {
  const typed = value.slice(takesNames(field) ? value.indexOf('=') + 1 : 0);
  const rest = /^[^\s"'#,\]]*/.exec(text.slice(offset))?.[0] ?? '';
  return { field, typed, start: offset - typed.length, end: offset + rest.length, needsSpace };
}

interface Line {
  /** The column of the item's dash. */
  readonly dash: number | undefined;
  /** The column of the key, or of the value without one. */
  readonly column: number;
  readonly key: string | undefined;
  readonly value: string;
}

const LINE = /^( *)(- +|-$)?(?:([A-Za-z0-9]+):(?: +|$))?["']?(.*)$/;

function readLine(text: string): Line | undefined {
  const match = LINE.exec(text);
  if (match === null) return undefined;
  const [, indent = '', dash, key, value = ''] = match;
  if (/\s/.test(value)) return undefined;
  return {
    dash: dash === undefined ? undefined : indent.length,
    column: indent.length + (dash?.length ?? 0),
    key,
    value,
  };
}

/** The names of the keys that a line's value stands under. */
function fieldAbove(above: string, line: Line): string | undefined {
  const names = line.key === undefined ? [] : [line.key];
  let isItem = line.dash !== undefined;
  let column = line.dash ?? line.column;
  const lines = above.split('\n');
  for (let at = lines.length - 1; at >= 0 && (column > 0 || isItem); at--) {
    const text = lines[at] ?? '';
    if (/^\s*(?:#|$)/.test(text)) continue;
    if (text.startsWith('---')) break;
    const own = readKey(text);
    if (own === undefined) continue;
    const { key, dash } = own;
    const isParent = own.column < column || (isItem && own.column === column);
    if (isParent) names.unshift(key);
    if (isParent || (!isItem && dash !== undefined && own.column === column)) {
      isItem = dash !== undefined;
      column = dash ?? own.column;
    }
  }
  return column === 0 && !isItem && names.length > 0 ? names.join('.') : undefined;
}

function readKey(
  text: string,
): { readonly dash: number | undefined; readonly column: number; readonly key: string } | undefined {
  const match = /^( *)(- +)?([A-Za-z0-9]+):(?:\s|$)/.exec(text);
  if (match === null) return undefined;
  const [, indent = '', dash, key = ''] = match;
  return { dash: dash === undefined ? undefined : indent.length, column: indent.length + (dash?.length ?? 0), key };
}

import type { Span } from '../../base/span.ts';

/** `${name<operator>args}`; the operator of `${name}` is empty, of `${#name}` it is `length`. */
export interface Expansion extends Span {
  readonly kind: 'expansion';
  readonly name: string;
  readonly operator: string;
  readonly args: readonly ExpansionPart[];
}

export interface PlainPart extends Span {
  readonly kind: 'text';
  readonly text: string;
  /** No escape stood in it. */
  readonly exact: boolean;
}

export type ExpansionPart = Expansion | PlainPart;

export interface ExpansionFault extends Span {
  readonly message: string;
}

/** Takes a text apart into what stands as it is and what is replaced, by the grammar of Flux' envsubst (parse.go, scan.go). */
export function parseExpansions(
  text: string,
): { readonly parts: readonly ExpansionPart[] } | { readonly fault: ExpansionFault } {
  const reader: Reader = { text, at: 0, fault: undefined };
  const parts: ExpansionPart[] = [];
  while (reader.at < text.length) {
    const part = text.startsWith('${', reader.at) ? readExpansion(reader) : readOutside(reader);
    if (part === undefined) {
      const { start, end } = reader.fault ?? { start: reader.at, end: reader.at };
      return { fault: { start, end, message: `Flux cannot read \`${shorten(text.slice(start))}\` as a variable` } };
    }
    parts.push(part);
  }
  return { parts };
}

interface Reader {
  readonly text: string;
  at: number;
  fault: Span | undefined;
}

type Stops = (character: string) => boolean;

const atBrace: Stops = (character) => character === '}';
const atSlash: Stops = (character) => character === '/';
const atColonOrBrace: Stops = (character) => character === ':' || character === '}';

/** Text outside of expansions; an escaped dollar is a part of its own. */
function readOutside(reader: Reader): PlainPart {
  const start = reader.at;
  const escaped = take(reader, /\$\$/y);
  const text = escaped === '' ? take(reader, /(?:[^$]|\$(?![${]))+/y) : '$';
  return { kind: 'text', text, start, end: reader.at, exact: escaped === '' };
}

function readExpansion(reader: Reader): Expansion | undefined {
  const start = reader.at;
  reader.at += 2;
  const found = readInside(reader);
  if (found !== undefined && take(reader, /\}/y) !== '') {
    return { kind: 'expansion', ...found, start, end: reader.at };
  }
  reader.fault ??= { start, end: reader.at };
  return undefined;
}

type Inside = Pick<Expansion, 'name' | 'operator' | 'args'>;

function readInside(reader: Reader): Inside | undefined {
  const isLength = take(reader, /#/y) !== '';
  const name = take(reader, /[\p{L}\p{Nd}_]+/uy);
  if (name === '') return undefined;
  if (isLength) return { name, operator: 'length', args: [] };
  const operator = take(reader, /:[-=?+]|=/y) || take(reader, /:/y) || take(reader, /[,^]{1,2}|##?|%%?|\/[/#%]?/y);
  const args = readArguments(reader, operator);
  return args && { name, operator, args };
}

function readArguments(reader: Reader, operator: string): readonly ExpansionPart[] | undefined {
  switch (operator[0]) {
    case '#':
    case '%':
      return all(readPart(reader, atBrace, ''));
    case '/': {
      const old = readPart(reader, atSlash, '$\\');
      if (old === undefined || take(reader, /\/+/y) === '') return undefined;
      return reader.text[reader.at] === '}' ? [old] : all(old, readPart(reader, atBrace, '$\\'));
    }
    case ':':
    case '=':
      return operator === ':' ? readRange(reader) : readDefault(reader);
    default:
      return [];
  }
}

function readRange(reader: Reader): readonly ExpansionPart[] | undefined {
  const from = readPart(reader, atColonOrBrace, '');
  if (from === undefined || take(reader, /:+/y) === '') return all(from);
  return all(from, readPart(reader, atBrace, ''));
}

function readDefault(reader: Reader): readonly ExpansionPart[] | undefined {
  const parts: ExpansionPart[] = [];
  while (reader.text[reader.at] !== '}') {
    const part = readPart(reader, atBrace, '');
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

function all(...parts: readonly (ExpansionPart | undefined)[]): readonly ExpansionPart[] | undefined {
  return parts.every((part) => part !== undefined) ? parts : undefined;
}

function readPart(reader: Reader, stops: Stops, escapes: string): ExpansionPart | undefined {
  if (reader.text.startsWith('${', reader.at)) return readExpansion(reader);
  const part = readText(reader, stops, escapes);
  return part.start === part.end ? undefined : part;
}

/** Reads up to an expansion or a character that ends the part. `escapes`: which of `$` (before `$`) and `\` (before `/` and `\`) escape. */
function readText(reader: Reader, stops: Stops, escapes: string): PlainPart {
  const { text } = reader;
  const start = reader.at;
  let read = '';
  for (; reader.at < text.length; reader.at++) {
    const character = text[reader.at] ?? '';
    const next = text[reader.at + 1] ?? '';
    if (character === '$' && next === '{') break;
    const isEscape = escapes.includes(character) && (character === '$' ? next === '$' : /[/\\]/.test(next));
    if (isEscape) reader.at++;
    else if (stops(character)) break;
    read += isEscape ? next : character;
  }
  return { kind: 'text', text: read, start, end: reader.at, exact: read.length === reader.at - start };
}

function take(reader: Reader, pattern: RegExp): string {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0] ?? '';
  reader.at += found.length;
  return found;
}

function shorten(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

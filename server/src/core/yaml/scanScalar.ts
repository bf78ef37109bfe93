import {
  type Cursor,
  HASH,
  isBlank,
  isBreak,
  isDigit,
  isMarker,
  isSpaceOrEnd,
  Refusal,
  readBreak,
  SPACE,
  skipBlanks,
  skipBreak,
  skipToBreak,
  TAB,
} from './cursor.ts';

/** A scalar's content and where it stands, quotes and header included, blank lines at its end not. */
export interface ScannedScalar {
  readonly text: string;
  readonly end: number;
}

/** A plain scalar (scannerc.go, `yaml_parser_scan_plain_scalar`). The cursor ends at what follows, past blank lines. */
export function scanPlain(cursor: Cursor): ScannedScalar {
  const { text, content } = cursor;
  const isFlow = cursor.flow > 0;
  const leastColumn = cursor.indent + 1;
  let value = '';
  let chunk = cursor.at;
  let end = cursor.at;
  let hasBreak = false;
  let fold = '';
  for (;;) {
    if (isMarker(cursor) || text.charCodeAt(cursor.at) === HASH) break;
    let { at } = cursor;
    const word = at;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code > 0x3f ? code > 0x7a || code === 0x5b || code === 0x5d : code < 0x2d || code === 0x3a || code === 0x3f) {
        if (isSpaceOrEnd(code)) break;
        if (code === 0x3a ? isSpaceOrEnd(text.charCodeAt(at + 1)) : isFlow && endsInFlow(code)) break;
      }
    }
    if (at > word) {
      if (hasBreak) {
        value += content.slice(chunk, end) + fold;
        chunk = word;
        hasBreak = false;
      }
      end = at;
    }
    cursor.at = at;
    if (!isSpaceOrEnd(text.charCodeAt(at)) || at >= text.length) break;
    fold = skipSpace(cursor, hasBreak, leastColumn) ?? fold;
    hasBreak ||= cursor.lineStart > end;
    if (!isFlow && cursor.at - cursor.lineStart < leastColumn) break;
  }
  if (hasBreak) cursor.keyAllowed = true;
  return { text: value === '' ? content.slice(chunk, end) : value + content.slice(chunk, end), end };
}

/** `,`, `?` and the brackets end a plain scalar in a flow collection. */
function endsInFlow(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}

/**
 * Steps over blanks and line breaks within a scalar and gives what the breaks fold to, `undefined` where there are none.
 * No tab may stand before `leastColumn` on a line of its own.
 */
function skipSpace(cursor: Cursor, isAfterBreak: boolean, leastColumn: number): string | undefined {
  const { text } = cursor;
  let first = isAfterBreak ? '' : undefined;
  let rest = '';
  for (;;) {
    const code = text.charCodeAt(cursor.at);
    if (code === SPACE) cursor.at++;
    else if (code === TAB) {
      if (first !== undefined && cursor.at - cursor.lineStart < leastColumn)
        throw new Refusal(cursor.at, 'a tab cannot indent');
      cursor.at++;
    } else if (!isBreak(code)) break;
    else if (first === undefined) first = readBreak(cursor);
    else rest += readBreak(cursor);
  }
  if (first === undefined) return undefined;
  if (first !== '\n' && first !== '') return first + rest;
  return rest === '' && first === '\n' ? ' ' : rest;
}

/** A quoted scalar from its opening quote (`yaml_parser_scan_flow_scalar`). */
export function scanQuoted(cursor: Cursor): ScannedScalar {
  const { text, content } = cursor;
  const start = cursor.at;
  const quote = text.charCodeAt(start);
  const isDouble = quote === 0x22;
  let value = '';
  let chunk = start + 1;
  cursor.at = chunk;
  for (;;) {
    if (cursor.at >= text.length) throw new Refusal(start, 'the closing quote is missing');
    const code = text.charCodeAt(cursor.at);
    if (code === quote) {
      if (isDouble || text.charCodeAt(cursor.at + 1) !== quote) break;
      value += content.slice(chunk, cursor.at + 1);
      cursor.at += 2;
      chunk = cursor.at;
    } else if (code === 0x5c && isDouble) {
      value += content.slice(chunk, cursor.at) + scanEscape(cursor, start);
      chunk = cursor.at;
    } else if (isBlank(code) || isBreak(code)) {
      const blank = cursor.at;
      const fold = skipSpace(cursor, false, 0);
      if (fold !== undefined) {
        checkMarker(cursor);
        value += content.slice(chunk, blank) + fold;
        chunk = cursor.at;
      }
    } else cursor.at++;
  }
  const last = content.slice(chunk, cursor.at);
  cursor.at++;
  return { text: value === '' ? last : value + last, end: cursor.at };
}

function checkMarker(cursor: Cursor): void {
  if (isMarker(cursor)) throw new Refusal(cursor.at, 'the document ends within quotes');
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\x85'],
  ['_', '\xa0'],
  ['L', '\u2028'],
  ['P', '\u2029'],
]);

/** The escape at the cursor; one before a line break takes the break and all blanks and breaks after it. */
function scanEscape(cursor: Cursor, start: number): string {
  const { text } = cursor;
  const letter = text.charAt(cursor.at + 1);
  if (isBreak(text.charCodeAt(cursor.at + 1))) {
    cursor.at++;
    skipBreak(cursor);
    const fold = skipSpace(cursor, true, 0) ?? '';
    checkMarker(cursor);
    return fold;
  }
  const plain = letter === '/' && cursor.json ? '/' : ESCAPES.get(letter);
  if (plain !== undefined) {
    cursor.at += 2;
    return plain;
  }
  const length = letter === 'x' ? 2 : letter === 'u' ? 4 : letter === 'U' ? 8 : 0;
  if (letter === '') throw new Refusal(start, 'the closing quote is missing');
  if (length === 0) throw new Refusal(cursor.at, `Kubernetes knows no escape \`\\${letter}\``);
  const digits = text.slice(cursor.at + 2, cursor.at + 2 + length);
  if (digits.length < length || !/^[0-9a-fA-F]+$/.test(digits))
    throw new Refusal(cursor.at, `the escape \`\\${letter}\` takes ${length} hexadecimal digits`);
  const code = Number.parseInt(digits, 16);
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  if (isSurrogate && cursor.json) return scanSurrogates(cursor, code);
  if (code > 0x10ffff || isSurrogate) throw new Refusal(cursor.at, 'no character has this number');
  cursor.at += 2 + length;
  return String.fromCodePoint(code);
}

/** Two escapes of JSON that make one character; half of a pair is no character. */
function scanSurrogates(cursor: Cursor, high: number): string {
  const low = /^\\u(d[c-f][0-9a-f]{2})/i.exec(cursor.text.slice(cursor.at + 6, cursor.at + 12))?.[1];
  const isPair = high < 0xdc00 && low !== undefined;
  cursor.at += isPair ? 12 : 6;
  return isPair ? String.fromCharCode(high, Number.parseInt(low, 16)) : '\ufffd';
}

/** A block scalar from its `|` or `>` (`yaml_parser_scan_block_scalar`). The cursor ends where its indentation ends. */
export function scanBlock(cursor: Cursor): ScannedScalar {
  const { text, content } = cursor;
  const isLiteral = text.charCodeAt(cursor.at) === 0x7c;
  const { chomping, increment, headerEnd } = scanBlockHeader(cursor);
  const first = cursor.at;
  const breaks = { indent: increment === 0 ? 0 : Math.max(cursor.indent, 0) + increment, text: '' };
  let value = '';
  let lastBreak = '';
  let wasBlank = false;
  let end = cursor.at;
  scanBlockBreaks(cursor, breaks);
  while (cursor.at - cursor.lineStart === breaks.indent && cursor.at < text.length) {
    const isBlankLine = isBlank(text.charCodeAt(cursor.at));
    if (!isLiteral && !wasBlank && !isBlankLine && lastBreak === '\n') value += breaks.text === '' ? ' ' : breaks.text;
    else value += lastBreak + breaks.text;
    wasBlank = isBlankLine;
    const line = cursor.at;
    skipToBreak(cursor);
    value += content.slice(line, cursor.at);
    end = cursor.at;
    lastBreak = cursor.at < text.length ? readBreak(cursor) : '';
    scanBlockBreaks(cursor, breaks);
  }
  if (chomping !== '-') value += lastBreak;
  if (chomping === '+') value += breaks.text;
  while (end > first && (isBlank(text.charCodeAt(end - 1)) || isBreak(text.charCodeAt(end - 1)))) end--;
  return { text: value, end: end > first ? end : headerEnd };
}

function scanBlockHeader(cursor: Cursor): { chomping: string; increment: number; headerEnd: number } {
  const { text } = cursor;
  let chomping = '';
  let increment = 0;
  cursor.at++;
  for (let count = 0; count < 2; count++) {
    const character = text.charAt(cursor.at);
    if ((character === '+' || character === '-') && chomping === '') chomping = character;
    else if (isDigit(text.charCodeAt(cursor.at)) && increment === 0) {
      increment = Number(character);
      if (increment === 0) throw new Refusal(cursor.at, 'an indentation of zero is not possible');
    } else break;
    cursor.at++;
  }
  const headerEnd = cursor.at;
  skipBlanks(cursor);
  if (text.charCodeAt(cursor.at) === HASH) skipToBreak(cursor);
  if (cursor.at < text.length) {
    if (!isBreak(text.charCodeAt(cursor.at)))
      throw new Refusal(cursor.at, 'a block of text begins on the line after its `|` or `>`');
    skipBreak(cursor);
  }
  return { chomping, increment, headerEnd };
}

/** Steps over indentation and empty lines; the first call finds the indentation where none is given. */
function scanBlockBreaks(cursor: Cursor, breaks: { indent: number; text: string }): void {
  const { text } = cursor;
  let widest = 0;
  breaks.text = '';
  for (;;) {
    const limit = breaks.indent === 0 ? Number.POSITIVE_INFINITY : cursor.lineStart + breaks.indent;
    while (cursor.at < limit && text.charCodeAt(cursor.at) === SPACE) cursor.at++;
    widest = Math.max(widest, cursor.at - cursor.lineStart);
    const code = text.charCodeAt(cursor.at);
    if (code === TAB && cursor.at < limit) throw new Refusal(cursor.at, 'a tab cannot indent');
    if (!isBreak(code)) break;
    breaks.text += readBreak(cursor);
  }
  if (breaks.indent === 0) breaks.indent = Math.max(widest, cursor.indent + 1, 1);
}

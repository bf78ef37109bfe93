import {
  type Cursor,
  HASH,
  isBlank,
  isBreak,
  isDigit,
  isSpaceOrEnd,
  isWordCharacter,
  Refusal,
  skipBlanks,
  skipBreak,
  skipToBreak,
} from './cursor.ts';

/** The name after `&` or `*` (scannerc.go, `yaml_parser_scan_anchor`). Some signs may follow it without a blank. */
export function scanAnchor(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at++;
  const name = scanWord(cursor);
  const code = cursor.text.charCodeAt(cursor.at);
  if (name === '' || !(isSpaceOrEnd(code) || '?:,]}%@`'.includes(cursor.text.charAt(cursor.at))))
    throw new Refusal(start, 'an anchor is named with letters, digits, `-` and `_`');
  return name;
}

/** A tag as written: `!`, `!!` or `!name!` and what follows it; no handle in `!<…>` and for `!` alone. */
export interface ScannedTag {
  readonly handle: string;
  readonly suffix: string;
}

/** A tag from its `!` (`yaml_parser_scan_tag`). A blank must follow it: in `[!!str, b]` the comma belongs to the tag. */
export function scanTag(cursor: Cursor): ScannedTag {
  const tag = scanTagText(cursor);
  if (!isSpaceOrEnd(cursor.text.charCodeAt(cursor.at)))
    throw new Refusal(cursor.at, 'a space is missing after the tag');
  return tag;
}

function scanTagText(cursor: Cursor): ScannedTag {
  const { text } = cursor;
  if (text.charAt(cursor.at + 1) === '<') {
    cursor.at += 2;
    const suffix = scanUri(cursor, false);
    if (text.charAt(cursor.at) !== '>') throw new Refusal(cursor.at, 'the `>` of the tag is missing');
    cursor.at++;
    return { handle: '', suffix };
  }
  const handle = scanHandle(cursor);
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, false) };
  const suffix = handle.slice(1) + scanUri(cursor, true);
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
}

export type Directive =
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'tag'; readonly handle: string; readonly prefix: string };

/** A directive from its `%`, line break included (`yaml_parser_scan_directive`). */
export function scanDirective(cursor: Cursor): Directive {
  const { text } = cursor;
  const start = cursor.at;
  cursor.at++;
  const name = scanWord(cursor);
  if (!isSpaceOrEnd(text.charCodeAt(cursor.at)) || (name !== 'YAML' && name !== 'TAG'))
    throw new Refusal(start, 'Kubernetes does not read this directive');
  skipBlanks(cursor);
  const directive = name === 'YAML' ? scanVersion(cursor, start) : scanTagDirective(cursor, start);
  skipBlanks(cursor);
  if (text.charCodeAt(cursor.at) === HASH) skipToBreak(cursor);
  if (cursor.at < text.length) {
    if (!isBreak(text.charCodeAt(cursor.at))) throw new Refusal(start, 'Kubernetes does not read this directive');
    skipBreak(cursor);
  }
  return directive;
}

function scanVersion(cursor: Cursor, start: number): Directive {
  const from = cursor.at;
  while (isDigit(cursor.text.charCodeAt(cursor.at)) || cursor.text.charAt(cursor.at) === '.') cursor.at++;
  const match = /^(\d{1,2})\.(\d{1,2})$/.exec(cursor.text.slice(from, cursor.at));
  if (match === null) throw new Refusal(start, 'Kubernetes does not read this directive');
  return { kind: 'version', version: `${Number(match[1])}.${Number(match[2])}` };
}

function scanTagDirective(cursor: Cursor, start: number): Directive {
  const handle = scanHandle(cursor);
  if ((handle !== '!' && !handle.endsWith('!')) || !isBlank(cursor.text.charCodeAt(cursor.at)))
    throw new Refusal(start, 'Kubernetes does not read this directive');
  skipBlanks(cursor);
  const prefix = scanUri(cursor, false);
  if (!isSpaceOrEnd(cursor.text.charCodeAt(cursor.at)))
    throw new Refusal(start, 'Kubernetes does not read this directive');
  return { kind: 'tag', handle, prefix };
}

function scanWord(cursor: Cursor): string {
  const start = cursor.at;
  while (isWordCharacter(cursor.text.charCodeAt(cursor.at))) cursor.at++;
  return cursor.text.slice(start, cursor.at);
}

/** `!`, `!!`, `!name!`, and `!name` where no second `!` follows. */
function scanHandle(cursor: Cursor): string {
  if (cursor.text.charAt(cursor.at) !== '!') throw new Refusal(cursor.at, 'a tag begins with `!`');
  cursor.at++;
  const word = scanWord(cursor);
  if (cursor.text.charAt(cursor.at) !== '!') return `!${word}`;
  cursor.at++;
  return `!${word}!`;
}

const URI_SIGNS = ";/?:@&=+$,.!~*'()[]";

function scanUri(cursor: Cursor, mayBeEmpty: boolean): string {
  const { text } = cursor;
  const start = cursor.at;
  let uri = '';
  while (cursor.at < text.length) {
    const character = text.charAt(cursor.at);
    if (character === '%') {
      uri += scanOctets(cursor);
      continue;
    }
    if (!isWordCharacter(text.charCodeAt(cursor.at)) && !URI_SIGNS.includes(character)) break;
    uri += character;
    cursor.at++;
  }
  if (cursor.at === start && !mayBeEmpty) throw new Refusal(start, 'the name of the tag is missing');
  return uri;
}

/** One character as `%` and hexadecimal digits, an octet each. */
function scanOctets(cursor: Cursor): string {
  const lead = readOctet(cursor);
  const length = lead < 0x80 ? 1 : lead < 0xc0 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 0;
  if (length === 0) throw new Refusal(cursor.at, 'no character is written so');
  for (let count = 1; count < length; count++) {
    if (readOctet(cursor) >> 6 !== 2) throw new Refusal(cursor.at, 'no character is written so');
  }
  // Known tags are ASCII: any other character makes the tag one that is not known.
  return length === 1 ? String.fromCharCode(lead) : '\ufffd';
}

function readOctet(cursor: Cursor): number {
  const digits = /^%([0-9a-fA-F]{2})$/.exec(cursor.text.slice(cursor.at, cursor.at + 3))?.[1];
  if (digits === undefined) throw new Refusal(cursor.at, 'two hexadecimal digits follow a `%`');
  cursor.at += 3;
  return Number.parseInt(digits, 16);
}

import type { BodyText } from './body.ts';
import type { YamlProblem } from './node.ts';

/**
 * The part of a text that the tree is to read: up to the first line `---` or `...` after content, with the line breaks of
 * YAML 1.1 as line feeds; offsets unchanged.
 */
export function findBody(input: BodyText): BodyText {
  const end = findMarker(input.source, skipPrologue(input.source));
  const body = end === undefined ? input : shorten(input, end);
  if (!UNICODE_BREAK.test(body.source)) return body;
  const source = body.source.replace(/[\x85\u2028\u2029]/g, '\n');
  return { ...body, source, original: body.source === body.original ? source : body.original };
}

export function shorten(input: BodyText, end: number): BodyText {
  const cut = (text: string): string => text.slice(0, end);
  return { ...input, source: cut(input.source), original: cut(input.original), raw: cut(input.raw) };
}

/** Content after the end of a document: Go's reader stops there, and kubectl drops it in silence. */
export function findIgnored({ raw, offset, json }: BodyText, from: number): readonly YamlProblem[] {
  if (json || from >= raw.length) return NONE;
  const blank = /^(?:[ \t]*(?:#.*)?(?:\r\n?|\n))*[ \t]*(?=[^\s#])/.exec(raw.slice(from));
  if (blank === null) return NONE;
  const start = from + blank[0].length;
  const end = raw.trimEnd().length;
  if (raw[start] === '%' || end <= start) return NONE;
  const message = 'the document ends before this text; kubectl ignores it';
  return [{ code: 'content-ignored', message, start: start + offset, end: end + offset }];
}

/**
 * The first character that Go refuses anywhere in what it reads: control characters, half a pair of UTF-16, the last two
 * of a plane. Go reads ahead in chunks of 512 bytes (readerc.go), `seen` is how far it needed to.
 */
export function findControl({ raw, offset, json }: BodyText, seen?: number): readonly YamlProblem[] {
  if (json || !UNUSUAL.test(raw)) return NONE;
  const match = CONTROL.exec(raw);
  if (match === null) return NONE;
  if (seen !== undefined && seen < match.index) {
    const chunkStart = Math.floor(byteLength(raw, match.index) / CHUNK) * CHUNK;
    if (byteLength(raw, seen) + LOOK_AHEAD < chunkStart) return NONE;
  }
  const start = offset + match.index;
  return [{ code: 'syntax', message: 'control characters are not allowed', start, end: start + 1 }];
}

const NONE: readonly YamlProblem[] = [];
const CHUNK = 512;
const LOOK_AHEAD = 4;
const UNICODE_BREAK = /[\x85\u2028\u2029]/;
/** What is not ASCII text: without it {@link CONTROL}, which takes much longer, finds nothing. */
const UNUSUAL = /[^\t\n\r\x20-\x7e]/;
const CONTROL =
  /[^\t\n\r\x20-\x7e\x85\xa0-\ufffd]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** How many bytes UTF-8 takes for the text before `end`. */
function byteLength(text: string, end: number): number {
  let bytes = 0;
  for (let at = 0; at < end; at++) {
    const code = text.charCodeAt(at);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}

/** Where markers begin to end the document: past comments, directives and the `---` before the content. */
function skipPrologue(text: string): number {
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    if (isMarker(line, '---')) return at + 3;
    if (!/^\s*(?:#|$)/.test(line) && !line.startsWith('%')) return at;
    if (end < 0) break;
    at = end + 1;
  }
  return at;
}

function findMarker(text: string, from: number): number | undefined {
  const end = findLine(text, from, '\n...');
  const separator = findLine(text, from, '\n---');
  return end === undefined ? separator : separator === undefined ? end : Math.min(end, separator);
}

/** The place of a marker that has a line to itself or is followed by white space. */
function findLine(text: string, from: number, marker: string): number | undefined {
  for (let at = text.indexOf(marker, from); at >= 0; at = text.indexOf(marker, at + 1)) {
    if (isMarker(text.slice(at + 1, at + 5), marker.slice(1))) return at + 1;
  }
  return undefined;
}

function isMarker(line: string, marker: string): boolean {
  return line.startsWith(marker) && (line.length === 3 || ' \t\r\n\x85\u2028\u2029'.includes(line.charAt(3)));
}

/**
 * Where the scanner stands in a text, and what decides how it reads on. The scanner follows go-yaml v2 (scannerc.go):
 * what Kubernetes makes of a text depends on these few variables.
 */
export interface Cursor {
  /** What is scanned. */
  readonly text: string;
  /** What contents are taken from: as long as `text`, and the same but for blanked template actions. */
  readonly content: string;
  /** JSON's escapes are known, and keys may be of any length and on several lines. */
  readonly json: boolean;
  at: number;
  lineStart: number;
  /** The column of the innermost block collection; -1 outside of any. */
  indent: number;
  /** How many flow collections are open. */
  flow: number;
  /** Whether a key without `?` may begin here; where it may, no tab may stand before it. */
  keyAllowed: boolean;
}

export function createCursor(text: string, content: string, json: boolean): Cursor {
  return { text, content, json, at: 0, lineStart: 0, indent: -1, flow: 0, keyAllowed: true };
}

/** Go's reader refuses the text here. Thrown by the scanner, caught by the reader; never leaves this folder. */
export class Refusal extends Error {
  readonly at: number;
  readonly isLimit: boolean;

  constructor(at: number, message: string, isLimit = false) {
    super(message);
    this.at = at;
    this.isLimit = isLimit;
  }
}

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const HASH = 0x23;

/** The line breaks of YAML 1.1. */
export function isBreak(code: number): boolean {
  return (
    code === LINE_FEED ||
    code === CARRIAGE_RETURN ||
    (code >= 0x85 && (code === 0x85 || code === 0x2028 || code === 0x2029))
  );
}

/** A blank, a line break, or the text's end (whose code is not a number). */
export function isSpaceOrEnd(code: number): boolean {
  return code === SPACE || code === TAB || Number.isNaN(code) || isBreak(code);
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** The characters of anchors and tag handles. */
export function isWordCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d
  );
}

export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Steps over a line break, CR LF as one. */
export function skipBreak(cursor: Cursor): void {
  const { text, at } = cursor;
  cursor.at += text.charCodeAt(at) === CARRIAGE_RETURN && text.charCodeAt(at + 1) === LINE_FEED ? 2 : 1;
  cursor.lineStart = cursor.at;
}

/** Steps over a line break and gives what it stands for in a scalar: separators of Unicode stay themselves. */
export function readBreak(cursor: Cursor): string {
  const code = cursor.text.charCodeAt(cursor.at);
  skipBreak(cursor);
  return code === 0x2028 ? '\u2028' : code === 0x2029 ? '\u2029' : '\n';
}

export function skipBlanks(cursor: Cursor): void {
  while (isBlank(cursor.text.charCodeAt(cursor.at))) cursor.at++;
}

/** Steps over a comment's text, to the line's end. */
export function skipToBreak(cursor: Cursor): void {
  const { text } = cursor;
  let { at } = cursor;
  while (at < text.length && !isBreak(text.charCodeAt(at))) at++;
  cursor.at = at;
}

/** `---` or `...` at the start of a line, with nothing glued to it. */
export function isMarker(cursor: Cursor): boolean {
  const { text, at } = cursor;
  if (at !== cursor.lineStart) return false;
  const code = text.charCodeAt(at);
  return (
    (code === 0x2d || code === 0x2e) &&
    text.charCodeAt(at + 1) === code &&
    text.charCodeAt(at + 2) === code &&
    isSpaceOrEnd(text.charCodeAt(at + 3))
  );
}

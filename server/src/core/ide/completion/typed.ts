import type { Span } from '../../base/span.ts';

/** What is being typed on one line: `start`–`end` is the text that a choice replaces, quotes left out. */
export interface Typed extends Span {
  readonly quote: '"' | "'" | undefined;
  /** What of it stands before the cursor. */
  readonly before: string;
  /** Nothing but indentation and dashes, or the start of a flow collection's entry, stands before it. */
  readonly bare: boolean;
  /** Nothing but blanks or a comment comes after it on the line. */
  readonly last: boolean;
}

/**
 * The token of a line that an offset lies in or behind, by the marks that are there before the offset: what is typed is seldom
 * YAML yet. `undefined` in a comment.
 */
export function typedAt(text: string, offset: number): Typed | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const before = text.slice(lineStart, offset);
  const after = text.slice(offset, lineEnd < 0 ? text.length : lineEnd).replace(/\r$/, '');
  const found = lastToken(before);
  if (found === undefined) return undefined;
  const { at, quote, bare } = found;
  const rest = restOf(after, quote);
  const closed = quote !== undefined && after[rest] === quote ? 1 : 0;
  return {
    start: lineStart + at,
    end: offset + rest,
    quote,
    before: before.slice(at),
    bare,
    last: /^\s*(?:#.*)?$/.test(after.slice(rest + closed)),
  };
}

interface Token {
  readonly at: number;
  readonly quote: Typed['quote'];
  readonly bare: boolean;
}

/** The last token of the start of a line. */
function lastToken(line: string): Token | undefined {
  let at = /^\s*(?:- +)*/.exec(line)?.[0].length ?? 0;
  let bare = true;
  let depth = 0;
  while (at < line.length) {
    const character = line[at] ?? '';
    if (character === '#') return undefined;
    if (character === '"' || character === "'") {
      const end = endOfQuotes(line, at);
      if (end === undefined) return { at: at + 1, quote: character, bare };
      at = end;
    } else if (character === '[' || character === '{') {
      depth++;
      at = skipBlanks(line, at + 1);
      bare = true;
      continue;
    } else if (depth > 0 && (character === ']' || character === '}')) {
      depth--;
      at++;
    } else {
      const end = endOfPlain(line, at, depth > 0);
      if (end === line.length) return { at, quote: undefined, bare };
      at = end;
    }
    const mark = /^\s*(?:(:)(?=\s)|(,)|([\]}]))?\s*/.exec(line.slice(at));
    if (mark?.[3] !== undefined) continue;
    const isComment = /^\s+#/.test(line.slice(at));
    if (isComment || (mark?.[1] === undefined && (mark?.[2] === undefined || depth === 0))) return undefined;
    bare = mark[2] !== undefined;
    at += mark[0].length;
  }
  return { at: line.length, quote: undefined, bare };
}

function skipBlanks(line: string, at: number): number {
  return at + (/^\s*/.exec(line.slice(at))?.[0].length ?? 0);
}

/** Where a text in quotes ends; `undefined` where it is open. */
function endOfQuotes(line: string, start: number): number | undefined {
  const pattern = line[start] === '"' ? /"(?:[^"\\]|\\.)*"/y : /'(?:[^']|'')*'(?!')/y;
  pattern.lastIndex = start;
  return pattern.test(line) ? pattern.lastIndex : undefined;
}

/** Where plain text ends: at `: `, at a comment, in a flow collection at its marks too; or with the line. */
function endOfPlain(line: string, start: number, flow: boolean): number {
  for (let at = start; at < line.length; at++) {
    const character = line[at] ?? '';
    if (character === ':' && /\s/.test(line[at + 1] ?? '')) return at;
    if (character === '#' && /\s/.test(line[at - 1] ?? '')) return at - 1;
    if (flow && /[,[\]{}]/.test(character)) return at;
  }
  return line.length;
}

/** How much of the text after the cursor is of the same token. */
function restOf(after: string, quote: Typed['quote']): number {
  if (quote === undefined) return /^(?:[^\s,\]}:]|:(?=\S))*/.exec(after)?.[0].length ?? 0;
  const closing = after.search(quote === '"' ? /(?<!\\)"/ : /'/);
  return closing >= 0 ? closing : (/^[^\s,\]}]*/.exec(after)?.[0].length ?? 0);
}

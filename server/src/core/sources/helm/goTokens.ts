import type { Span } from '../../base/span.ts';

export type TemplateToken = TextPart | OutputPart;

/** Printed as it stands; the white space that `{{-` and `-}}` take away is not in it. */
export interface TextPart extends Span {
  readonly kind: 'text';
}

/** An action, of which most print a value; the span holds its braces. */
export interface OutputPart extends Span {
  readonly kind: 'output';
  /** What stands between the braces: `.Values.name | quote`. */
  readonly pipeline: string;
}

/**
 * Cuts a text at its actions, as Go's text/template/parse/lex.go does. Comments are left out. From an action that does not end
 * on, everything is left out.
 */
export function tokenise(text: string): readonly TemplateToken[] {
  const tokens: TemplateToken[] = [];
  // Helm takes a byte order mark away.
  let from = text.startsWith('\ufeff') ? 1 : 0;
  let trims = false;
  for (;;) {
    const open = text.indexOf('{{', from);
    const textEnd = open < 0 ? text.length : open;
    const trimsBefore = open >= 0 && /^\{\{-[ \t\r\n]/.test(text.slice(open, open + 4));
    const start = trims ? skipSpace(text, from, textEnd) : from;
    const end = trimsBefore ? skipSpaceBack(text, start, textEnd) : textEnd;
    if (start < end) tokens.push({ kind: 'text', start, end });
    if (open < 0) return tokens;
    const inner = open + (trimsBefore ? 4 : 2);
    const isComment = text.startsWith('/*', inner);
    const close = isComment ? findCommentEnd(text, inner) : findClose(text, inner);
    if (close === undefined) return tokens;
    trims = /[ \t\r\n]-$/.test(text.slice(Math.max(inner, close - 2), close)) || (isComment && text[close - 1] === '-');
    if (!isComment) {
      const pipeline = text.slice(inner, trims ? close - 1 : close).trim();
      tokens.push({ kind: 'output', start: open, end: close + 2, pipeline });
    }
    from = close + 2;
  }
}

function skipSpace(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && SPACE.includes(text[at] ?? '')) at++;
  return at;
}

function skipSpaceBack(text: string, limit: number, from: number): number {
  let at = from;
  while (at > limit && SPACE.includes(text[at - 1] ?? '')) at--;
  return at;
}

const SPACE = ' \t\r\n';

/** Where the `}}` of an action stands; quoted text is skipped. */
function findClose(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '}' && text[at + 1] === '}') return at;
    if (character === '`') {
      at = text.indexOf('`', at + 1);
      if (at < 0) return undefined;
    } else if (character === '"' || character === "'") {
      for (at++; text[at] !== character; at++) {
        if (text[at] === '\\') at++;
        if (at >= text.length || text[at] === '\n') return undefined;
      }
    }
  }
  return undefined;
}

function findCommentEnd(text: string, from: number): number | undefined {
  const end = text.indexOf('*/', from + 2);
  if (end < 0) return undefined;
  const close = /^(?:[ \t\r\n]+-)?\}\}/.exec(text.slice(end + 2, end + 200));
  return close === null ? undefined : end + close[0].length;
}

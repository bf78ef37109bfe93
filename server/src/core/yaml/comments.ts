import { Lexer } from 'yaml';
import type { Span } from '../base/span.ts';
import { splitDocuments } from './documents.ts';
import { blankTemplates } from './templates.ts';

/** A comment that speaks to us. The span reaches from its `#` to the end of its line. */
export interface Directive extends Span {
  /** What it says, without `#` and the blanks around: `kubefathom-ignore-next-line CODE -- reason`. */
  readonly text: string;
  /** Nothing else stands on its line. */
  readonly ownLine: boolean;
}

/** The comments that begin with `kubefathom`, as YAML sees them: what looks like one inside a scalar is none. */
export function findDirectives(text: string): readonly Directive[] {
  // Most texts do not hold the word, and a search for it is several times faster than one for the pattern.
  if (!text.includes('kubefathom') || !CANDIDATE.test(text)) return NONE;
  const source = text.includes('{{') ? blankTemplates(text).text : text;
  const directives: Directive[] = [];
  for (const { start, end } of splitDocuments(source).documents) {
    const document = source.slice(start, end);
    if (CANDIDATE.test(document)) addComments(text, document, start, directives);
  }
  return directives;
}

const NONE: readonly Directive[] = [];

const CANDIDATE = /#[ \t]*kubefathom/;

function addComments(text: string, document: string, offset: number, directives: Directive[]): void {
  let at = 0;
  for (const token of new Lexer().lex(document)) {
    if (CONTROL_TOKENS.includes(token) && document.charAt(at) !== token) continue;
    const start = at + offset;
    at += token.length;
    if (!token.startsWith('#')) continue;
    const words = token.slice(1).trim();
    if (!words.startsWith('kubefathom')) continue;
    const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    directives.push({ start, end: start + token.trimEnd().length, text: words, ownLine: line.trim() === '' });
  }
}

/** What the lexer puts between tokens and no text holds: starts of documents and scalars, an end of flow. */
const CONTROL_TOKENS: readonly string[] = ['\u0002', '\u0018', '\u001f'];

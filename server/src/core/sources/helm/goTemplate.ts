import type { Span } from '../../base/span.ts';
import { type OutputPart, type TemplateToken, type TextPart, tokenise } from './goTokens.ts';

/** A part of a template, in the order in which it prints. Actions that print nothing (`{{ $x := … }}`, comments) are left out. */
export type TemplatePart = TextPart | OutputPart | ChoicePart | JumpPart;

/** `if`, `with`, `range` and `block`. */
export interface ChoicePart extends Span {
  readonly kind: 'choice';
  /** At most one of them prints. */
  readonly branches: readonly (readonly TemplatePart[])[];
  /** None of them may print. */
  readonly optional: boolean;
  /** The first one may print several times. */
  readonly loop: boolean;
}

/** `{{ break }}` and `{{ continue }}`. */
export interface JumpPart extends Span {
  readonly kind: 'break' | 'continue';
}

/** What `{{ define "name" }}` holds. The span is that of the action that opens it. */
export interface Definition extends Span {
  readonly name: string;
  readonly body: readonly TemplatePart[];
}

export interface Template {
  readonly parts: readonly TemplatePart[];
  readonly definitions: readonly Definition[];
}

/**
 * Reads a text of Go's text/template as far as needed to tell what it can print. Never throws; of a text that Go refuses
 * something is read all the same.
 */
export function parseTemplate(text: string): Template {
  const reader: Reader = { text, tokens: tokenise(text), at: 0, definitions: [], depth: 0 };
  const parts: TemplatePart[] = [];
  while (reader.at < reader.tokens.length) {
    parts.push(...readParts(reader));
    // An `end` or `else` without a beginning.
    reader.at++;
  }
  return { parts, definitions: reader.definitions };
}

/** The first words of an action: `include`, `"name"`. */
export function wordsOf(pipeline: string): readonly string[] {
  return pipeline.match(/"(?:\\.|[^"\\])*"|`[^`]*`|[^\s"`()|]+|[()|]/g) ?? [];
}

/** What a quoted word stands for; `undefined` for every other word. */
export function unquote(word: string | undefined): string | undefined {
  return word !== undefined && /^(?:"[^"\\]*"|`[^`]*`)$/.test(word) ? word.slice(1, -1) : undefined;
}

interface Reader {
  readonly text: string;
  readonly tokens: readonly TemplateToken[];
  readonly definitions: Definition[];
  at: number;
  depth: number;
}

/** Deeper nesting than this is read as if it ended there; nobody writes it. */
const MAX_DEPTH = 200;

/** Reads up to an `end` or `else` of what surrounds it. */
function readParts(reader: Reader): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  for (let token = reader.tokens[reader.at]; token !== undefined; token = reader.tokens[reader.at]) {
    if (token.kind === 'text') {
      reader.at++;
      parts.push(token);
      continue;
    }
    const [keyword, second] = wordsOf(token.pipeline);
    if (keyword === 'end' || keyword === 'else') break;
    reader.at++;
    const part = readAction(reader, token, keyword, second);
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

function readAction(
  reader: Reader,
  { start, end, pipeline }: OutputPart,
  keyword: string | undefined,
  second: string | undefined,
): TemplatePart | undefined {
  switch (keyword) {
    case 'if':
    case 'with':
    case 'range':
      return readChoice(reader, start, keyword === 'range');
    case 'define': {
      const [body = []] = readBranches(reader).branches;
      reader.definitions.push({ name: unquote(second) ?? '', body, start, end });
      return undefined;
    }
    case 'block': {
      const [body = []] = readBranches(reader).branches;
      return { kind: 'choice', branches: [body], optional: false, loop: false, start, end: endBefore(reader, end) };
    }
    case 'break':
    case 'continue':
      return { kind: keyword, start, end };
    default:
      return keyword === undefined || isAssignment(pipeline) ? undefined : { kind: 'output', pipeline, start, end };
  }
}

function isAssignment(pipeline: string): boolean {
  return /^\$\w*\s*:?=/.test(pipeline);
}

function readChoice(reader: Reader, start: number, loop: boolean): ChoicePart {
  const { branches, hasElse } = readBranches(reader);
  return { kind: 'choice', branches, optional: !hasElse, loop, start, end: endBefore(reader, start) };
}

/** The end of what was read last. */
function endBefore({ tokens, at }: Reader, otherwise: number): number {
  return tokens[Math.min(at, tokens.length) - 1]?.end ?? otherwise;
}

/** Reads what follows an opening action, its `end` included. */
function readBranches(reader: Reader): { readonly branches: readonly (readonly TemplatePart[])[]; hasElse: boolean } {
  const branches: (readonly TemplatePart[])[] = [];
  let hasElse = false;
  reader.depth++;
  for (;;) {
    branches.push(reader.depth > MAX_DEPTH ? [] : readParts(reader));
    const token = reader.tokens[reader.at];
    reader.at++;
    if (token?.kind !== 'output') break;
    const [keyword, second] = wordsOf(token.pipeline);
    if (keyword === 'end') break;
    if (keyword === 'else' && second === undefined) hasElse = true;
  }
  reader.depth--;
  return { branches, hasElse };
}

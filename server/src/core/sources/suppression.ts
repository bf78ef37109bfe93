import type { Located, Span } from '../base/span.ts';
import type { Directive } from '../yaml/comments.ts';
import type { YamlDocument } from '../yaml/node.ts';
import { type Expectations, parseExpectations } from './expectation.ts';

/** A comment that silences findings: `# kubefathom-ignore-next-line CODE[,CODE] -- reason`, or `-document`, `-file`. */
export interface Suppression extends Span {
  /** What goes when the comment is removed: its whole line where it stands alone. */
  readonly removal: Span;
  /** Codes or globs; none means every code. */
  readonly codes: readonly Located<string>[];
  /** Where findings are silenced: those that start here. */
  readonly covers: Span;
}

/**
 * `# kubefathom: external`: what stands in this span refers to things that other manifests or an operator make. At the end
 * of a line it speaks about that line, on its own line about the block below, at a document's head about the document.
 */
export interface ExternalMark {
  readonly covers: Span;
}

export interface Directives {
  readonly suppressions: readonly Suppression[];
  readonly externals: readonly ExternalMark[];
  /** `# kubefathom-expect: web -> orders:80 allow`, each comment by itself. */
  readonly expectations: readonly Expectations[];
  /** Directives that say nothing we know: probably misspelt. */
  readonly unknown: readonly UnknownDirective[];
}

/** `kubefathom-ignore-line`, or another word after `# kubefathom`. */
export interface UnknownDirective extends Span {
  readonly removal: Span;
  readonly word: Located<string>;
}

/** What a comment to Kubefathom may begin with. */
export const directiveWords: readonly string[] = [
  'kubefathom-ignore-next-line',
  'kubefathom-ignore-document',
  'kubefathom-ignore-file',
  'kubefathom: external',
  'kubefathom-expect:',
];

const IGNORE = /^kubefathom-ignore-(next-line|document|file)\b[ \t]*(.*)$/;
const EXTERNAL = /^kubefathom:[ \t]*external\b/;

const EXPECT = /^kubefathom-expect:/;

const NONE: Directives = { suppressions: [], externals: [], expectations: [], unknown: [] };

/** Reads the directives of a file. */
export function readDirectives(
  text: string,
  comments: readonly Directive[],
  documents: readonly YamlDocument[],
): Directives {
  if (comments.length === 0) return NONE;
  const suppressions: Suppression[] = [];
  const externals: ExternalMark[] = [];
  const expectations: Expectations[] = [];
  const unknown: UnknownDirective[] = [];
  const place = createPlacer(text, documents);
  for (const comment of comments) {
    const span = { start: comment.start, end: comment.end };
    const at = text.indexOf('kubefathom', comment.start);
    const words = text.slice(at, comment.end).trimEnd();
    const ignore = IGNORE.exec(words);
    if (ignore !== null) {
      const list = (ignore[2] ?? '').replace(/(^|[ \t])--.*$/, '');
      const covers = coverage(ignore[1], text, comment, place);
      suppressions.push({
        ...span,
        removal: removalOf(text, comment),
        codes: locateCodes(list, text.indexOf(list, at), text),
        covers,
      });
    } else if (EXTERNAL.test(words)) {
      externals.push({ covers: comment.ownLine ? place.following(comment) : lineOf(text, comment.start) });
    } else if (EXPECT.test(words)) {
      const from = words.indexOf(':') + 1;
      expectations.push(parseExpectations(words.slice(from), at + from));
    } else {
      const word = /^kubefathom(-\S*|:?[ \t]*[^\s,]*)/.exec(words)?.[0].trimEnd() ?? words;
      unknown.push({
        ...span,
        removal: removalOf(text, comment),
        word: { value: word, start: at, end: at + word.length },
      });
    }
  }
  return { suppressions, externals, expectations, unknown };
}

function coverage(scope: string | undefined, text: string, comment: Directive, place: Placer): Span {
  if (scope === 'file') return { start: 0, end: text.length };
  if (scope === 'next-line') return place.nextLine(comment.end);
  return place.documentAt(comment.start) ?? { start: comment.start, end: text.length };
}

function locateCodes(list: string, offset: number, text: string): readonly Located<string>[] {
  const codes: Located<string>[] = [];
  for (const match of list.matchAll(/[^\s,]+/g)) {
    const start = offset + match.index;
    codes.push({ value: text.slice(start, start + match[0].length), start, end: start + match[0].length });
  }
  return codes;
}

/** Finds what comments speak about. They are asked for in their order: what one has found may hold for the next as well. */
interface Placer {
  readonly documentAt: (offset: number) => YamlDocument | undefined;
  /** The next line that holds more than a comment. */
  readonly nextLine: (offset: number) => Span;
  /** What an `external` comment on its own line speaks about: the document at whose head it stands, else the block below it. */
  readonly following: (comment: Directive) => Span;
}

function createPlacer(text: string, documents: readonly YamlDocument[]): Placer {
  let at = 0;
  const documentAt = (offset: number): YamlDocument | undefined => {
    while ((documents[at]?.end ?? offset) < offset) at++;
    return documents[at];
  };
  let line: Span = { start: -1, end: -1 };
  const nextLine = (offset: number): Span => {
    if (offset > line.start) line = findContent(text, lineEnd(text, offset), COMMENT_OR_BLANK);
    return line;
  };
  let head: { readonly document: YamlDocument; readonly start: number } | undefined;
  let block: Span = { start: -1, end: -1 };
  const following = (comment: Directive): Span => {
    const first = nextLine(comment.end);
    const document = documentAt(comment.start);
    if (document !== undefined) {
      if (head?.document !== document)
        head = { document, start: findContent(text, document.start, BEFORE_CONTENT).start };
      if (head.start >= first.start) return { start: first.start, end: document.end };
    }
    if (block.start !== first.start) block = { start: first.start, end: findBlockEnd(text, first) };
    return block;
  };
  return { documentAt, nextLine, following };
}

const COMMENT_OR_BLANK = /^\s*(#|$)/;
/** What may stand before a document's content. */
const BEFORE_CONTENT = /^(\s*(#|$)|---)/;

/** The first line from `start` on that is more than `filling`. */
function findContent(text: string, start: number, filling: RegExp): Span {
  for (let line = start; line < text.length; ) {
    const end = lineEnd(text, line);
    if (!filling.test(text.slice(line, end))) return { start: line, end };
    line = end;
  }
  return { start: text.length, end: text.length };
}

/** Where the lines end that are indented deeper than the first. */
function findBlockEnd(text: string, first: Span): number {
  const indent = indentOf(text, first.start);
  let end = first.end;
  while (end < text.length) {
    const line = lineEnd(text, end);
    if (text.slice(end, line).trim() !== '' && indentOf(text, end) <= indent) break;
    end = line;
  }
  return end;
}

function indentOf(text: string, lineStart: number): number {
  return /^[ ]*/.exec(text.slice(lineStart, lineEnd(text, lineStart)))?.[0].length ?? 0;
}

function removalOf(text: string, comment: Directive): Span {
  if (comment.ownLine) return lineOf(text, comment.start);
  const before = /[ \t]*$/.exec(text.slice(text.lastIndexOf('\n', comment.start) + 1, comment.start))?.[0].length ?? 0;
  return { start: comment.start - before, end: comment.end };
}

function lineOf(text: string, offset: number): Span {
  return { start: text.lastIndexOf('\n', offset) + 1, end: lineEnd(text, offset) };
}

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

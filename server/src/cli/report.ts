import { createLineIndex } from '../core/base/lineIndex.ts';
import { relativePath } from '../core/base/path.ts';
import type { Span } from '../core/base/span.ts';
import type { Diagnostic } from '../core/ide/diagnostic.ts';

/** Reads a file's text again, for positions and code frames; empty when it is gone. */
export type TextOf = (path: string) => string;

/** What `check` found, with places as people count them. */
export interface Report {
  /** All of them, of which the first `limit` are printed. */
  readonly findings: readonly ReportedFinding[];
  readonly limit: number;
  /** The PATHs as they were given. */
  readonly paths: readonly string[];
  /** Files that were read and, but for templates, checked. */
  readonly filesRead: number;
  /** How many of them are templates of charts that are not rendered, in which nothing is checked. */
  readonly templates: number;
  /** Whether charts were to be rendered. */
  readonly helm: boolean;
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  readonly resources: number;
}

export interface ReportedFinding {
  readonly diagnostic: Diagnostic;
  readonly place: Place;
  readonly related: readonly (Place & { readonly message: string })[];
}

/** Lines and columns count from 1, columns in UTF-16 units; the end column is the one after the last character. */
export interface Place {
  /** Relative to the report's folder, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Makes spans into places, reading each file's text once. */
export function createPlacer(base: string, textOf: TextOf): (file: string, span: Span) => Place {
  const indexes = new Map<string, ReturnType<typeof createLineIndex>>();
  return (file, span) => {
    const index = indexes.get(file) ?? createLineIndex(textOf(file));
    indexes.set(file, index);
    const start = index.positionAt(span.start);
    const end = index.positionAt(span.end);
    return {
      file: relativePath(base, file) || file,
      line: start.line + 1,
      column: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  };
}

/** Places diagnostics, sorted by file and place. */
export function placeFindings(
  diagnostics: readonly Diagnostic[],
  place: (file: string, span: Span) => Place,
): readonly ReportedFinding[] {
  const findings = diagnostics.map((diagnostic) => ({
    diagnostic,
    place: place(diagnostic.file, diagnostic.at),
    related: (diagnostic.related ?? []).map((other) => ({ ...place(other.file, other), message: other.message })),
  }));
  return findings.sort(
    (a, b) =>
      compare(a.place.file, b.place.file) ||
      a.place.line - b.place.line ||
      a.place.column - b.place.column ||
      compare(a.diagnostic.code, b.diagnostic.code),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { Span } from '../../base/span.ts';

/** A stretch of a text that was put together, and where it comes from. Pieces are in order; brackets between them have none. */
export interface TextPiece extends Span {
  readonly source: Span;
  /** The stretch is the source, character by character. */
  readonly exact: boolean;
  /** The file that `source` counts in, where it is not the one that the text as a whole comes from. */
  readonly file?: string;
}

export interface SourcePlace extends Span {
  readonly exact: boolean;
  readonly file?: string;
}

/** Where a span of such a text was written: exact when it lies in one piece that is, else what its pieces come from. */
export function findSource(pieces: readonly TextPiece[], { start, end }: Span): SourcePlace | undefined {
  const touched = pieces.filter((piece) => piece.start < end && start < piece.end);
  const [first = pieces.findLast((piece) => piece.start <= start), second] = touched;
  if (first === undefined) return undefined;
  const file = first.file === undefined ? {} : { file: first.file };
  if (second === undefined && first.exact && first.start <= start && end <= first.end) {
    const shift = first.source.start - first.start;
    return { start: start + shift, end: end + shift, exact: true, ...file };
  }
  if (touched.length === 0) {
    return { start: first.exact ? first.source.end : first.source.start, end: first.source.end, exact: false, ...file };
  }
  const same = touched.filter((piece) => piece.file === first.file);
  const ends = same.map((piece) =>
    piece.exact ? Math.min(end, piece.end) - piece.start + piece.source.start : piece.source.end,
  );
  const from = first.exact ? Math.max(start, first.start) - first.start + first.source.start : first.source.start;
  return { start: from, end: Math.max(from, ...ends), exact: false, ...file };
}

import type { Span } from './span.ts';

/** A place in a text as the Language Server Protocol counts it: 0-based, `character` in UTF-16 code units. */
export interface LinePosition {
  readonly line: number;
  readonly character: number;
}

export interface LineIndex {
  readonly lineCount: number;
  /** The line and character of an offset; between CR and LF it is the line's end, outside the text the nearest place in it. */
  positionAt(offset: number): LinePosition;
  /** The offset of a line and character; a character behind the line's end is the end, a line behind the last the text's end. */
  offsetAt(line: number, character: number): number;
  /** A line without its terminator; empty and at the text's end for a line that does not exist. */
  lineSpan(line: number): Span;
}

/** Indexes a text's lines (terminated by LF, CRLF or CR). Does not keep the text. */
export function createLineIndex(text: string): LineIndex {
  const { starts, ends } = findLines(text);
  const { length } = text;
  const lineSpan = (line: number): Span => ({ start: starts[line] ?? length, end: ends[line] ?? length });
  return {
    lineCount: starts.length,
    lineSpan,
    positionAt(offset) {
      const line = findLine(starts, offset);
      const { start, end } = lineSpan(line);
      return { line, character: Math.max(0, Math.min(offset, end) - start) };
    },
    offsetAt(line, character) {
      if (line < 0) return 0;
      const { start, end } = lineSpan(line);
      return Math.max(start, Math.min(start + character, end));
    },
  };
}

function findLines(text: string): { readonly starts: readonly number[]; readonly ends: readonly number[] } {
  const starts = [0];
  const ends: number[] = [];
  for (const { 0: terminator, index } of text.matchAll(/\r\n?|\n/g)) {
    ends.push(index);
    starts.push(index + terminator.length);
  }
  ends.push(text.length);
  return { starts, ends };
}

/** The last line that starts at or before `offset`. */
function findLine(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

import type { Span } from './span.ts';

/** A place in a file; `exact` when the text there is the whole value and nothing else made it. */
export interface FilePlace extends Span {
  readonly file: string;
  readonly exact: boolean;
}

/** Above every offset of a text that is read. */
const FIRST = 2 ** 25;
const LEAST_ROOM = 512;

/** The addresses from `base` on, one for each offset in a file below `room`. */
interface Range {
  readonly base: number;
  readonly room: number;
  readonly file: string;
  readonly exact: boolean;
}

/**
 * Numbers the places in the files of a workspace folder, so that an ordinary span can lie in another file than its object's.
 * Such spans are *addresses*: above every offset, and small, for V8 keeps numbers beyond 2^31 in objects of their own, in every
 * object of a shape that ever had one. What copies spans need not know; whoever shows them, or edits at them, calls
 * {@link resolve}.
 */
export class FileTable {
  readonly #exact = new Map<string, Range>();
  readonly #inexact = new Map<string, Range>();
  /** By their bases. */
  readonly #ranges: Range[] = [];
  #next = FIRST;

  /** The address of a span in a file. */
  address(file: string, { start, end }: Span, exact: boolean): Span {
    const ranges = exact ? this.#exact : this.#inexact;
    let range = ranges.get(file);
    if (range === undefined || end >= range.room) {
      range = this.#reserve(file, end, exact);
      ranges.set(file, range);
    }
    return { start: range.base + start, end: range.base + end };
  }

  /**
   * Where a span of an object in `file` lies; a plain span lies there. A span that was joined from places in two files is an
   * empty one at its start.
   */
  resolve(file: string, { start, end }: Span): FilePlace {
    if (start < FIRST && end < FIRST) return { file, start, end, exact: true };
    const first = this.#read(file, start);
    const last = this.#read(file, end);
    const isOne = first.file === last.file && first.offset <= last.offset;
    return {
      file: first.file,
      start: first.offset,
      end: isOne ? last.offset : first.offset,
      exact: isOne && first.exact && last.exact,
    };
  }

  #reserve(file: string, end: number, exact: boolean): Range {
    let room = LEAST_ROOM;
    while (room <= end) room *= 2;
    const range: Range = { base: this.#next, room, file, exact };
    this.#next += room;
    this.#ranges.push(range);
    return range;
  }

  #read(file: string, position: number): { readonly file: string; readonly offset: number; readonly exact: boolean } {
    if (position < FIRST) return { file, offset: position, exact: true };
    let low = 0;
    let high = this.#ranges.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#ranges[middle]?.base ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    const range = this.#ranges[low];
    if (range === undefined) return { file, offset: position, exact: false };
    return { file: range.file, offset: position - range.base, exact: range.exact };
  }
}

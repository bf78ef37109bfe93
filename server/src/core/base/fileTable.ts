import type { Span } from './span.ts';

/** A place in a file; `exact` when the text there is the whole value and nothing else made it. */
export interface FilePlace extends Span {
  readonly file: string;
  readonly exact: boolean;
}

/** Above every offset of a text, and low enough that a million files fit beneath 2^53. */
const OFFSETS = 2 ** 31;

/**
 * Numbers the files of a workspace folder, so that an ordinary span can lie in another file than its object's. Such spans are
 * *addresses*: file and exactness stand above the bits of the offset. What copies spans need not know; whoever shows them, or
 * edits at them, calls {@link resolve}.
 */
export class FileTable {
  readonly #numbers = new Map<string, number>();
  readonly #files: string[] = [];

  /** The address of a span in a file. */
  address(file: string, { start, end }: Span, exact: boolean): Span {
    let number = this.#numbers.get(file);
    if (number === undefined) {
      number = this.#files.push(file);
      this.#numbers.set(file, number);
    }
    const base = (number * 2 + (exact ? 0 : 1)) * OFFSETS;
    return { start: base + start, end: base + end };
  }

  /**
   * Where a span of an object in `file` lies; a plain span lies there. A span that was joined from places in two files is an
   * empty one at its start.
   */
  resolve(file: string, { start, end }: Span): FilePlace {
    if (start < OFFSETS && end < OFFSETS) return { file, start, end, exact: true };
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

  #read(file: string, position: number): { readonly file: string; readonly offset: number; readonly exact: boolean } {
    const above = Math.floor(position / OFFSETS);
    const found = above === 0 ? file : this.#files[Math.floor(above / 2) - 1];
    return { file: found ?? file, offset: position % OFFSETS, exact: above % 2 === 0 };
  }
}

import type { Span } from '../../base/span.ts';
import type { TextEdit } from '../../yaml/edit.ts';

/** Why something is not renamed: a sentence for the person who asked. */
export interface Refusal {
  readonly refused: string;
}

/**
 * How sure it is that a person wants an edit. `meaning`: what Kubernetes compares stays what it is · `text`: a program reads it ·
 * `care`: the API server takes it only after something else was done.
 */
export type RenameCare = 'meaning' | 'text' | 'care';

export interface RenameEdit extends TextEdit {
  readonly file: string;
  readonly care: RenameCare;
  /** What it takes; of `care`. */
  readonly note: string | undefined;
}

export interface Rename {
  readonly edits: readonly RenameEdit[];
}

/** A text that is to be replaced. */
export interface RenamePlace extends Span {
  readonly file: string;
  /** The whole scalar, a key, or the very characters. */
  readonly how: 'scalar' | 'key' | 'part';
  /** What may stand there, and what it becomes. */
  readonly becomes: ReadonlyMap<string, string>;
  readonly care: RenameCare;
  readonly note: string | undefined;
  /** Whose text it is, for messages. */
  readonly owner: string;
}

import type { Span } from '../base/span.ts';

/** Something about a unit's making that is said in the file that causes it. */
export interface BuildNote extends Span {
  readonly file: string;
  /**
   * `refused`: the real tool builds nothing · `restricted`: it does so only when told to · `idle`: the line does nothing ·
   * `deprecated`: it should be written in another form · `unrendered`: Helm renders nothing · `absent`: what it builds is
   * not known here, as a file is not there that each machine has its own of.
   */
  readonly kind: 'refused' | 'restricted' | 'idle' | 'deprecated' | 'unrendered' | 'absent';
  readonly message: string;
  readonly related?: Span & { readonly file: string; readonly message: string };
}

/** Why it is not known what a missing file holds that Git ignores. */
export const GIT_IGNORED = 'it is not there, and Git ignores it, so that each machine has its own';

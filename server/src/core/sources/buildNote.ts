import type { Span } from '../base/span.ts';

/** Something about a unit's making that is said in the file that causes it. */
export interface BuildNote extends Span {
  readonly file: string;
  /**
   * `refused`: the real tool builds nothing · `restricted`: it does so only when told to · `idle`: the line does nothing ·
   * `deprecated`: it should be written in another form · `unrendered`: Helm renders nothing.
   */
  readonly kind: 'refused' | 'restricted' | 'idle' | 'deprecated' | 'unrendered';
  readonly message: string;
  readonly related?: Span & { readonly file: string; readonly message: string };
}

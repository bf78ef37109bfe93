import type { ScalarStyle } from './node.ts';
import type { Directive, ScannedTag } from './scanProperties.ts';

/** What the scanner finds; `sequence`, `mapping` and `blockEnd` stand for indentation. */
export type TokenKind =
  | 'end'
  | 'directive'
  | 'document'
  | 'documentEnd'
  | 'sequence'
  | 'mapping'
  | 'blockEnd'
  | 'flowSequence'
  | 'flowSequenceEnd'
  | 'flowMapping'
  | 'flowMappingEnd'
  | 'entry'
  | 'flowEntry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  /** A scalar's content, an anchor's name. */
  readonly text: string;
  readonly style: ScalarStyle;
  readonly detail: ScannedTag | Directive | undefined;
}

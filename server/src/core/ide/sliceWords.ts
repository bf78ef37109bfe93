import type { Span } from '../base/span.ts';
import type { Doubt } from '../cluster/reason.ts';
import { toScalarText } from '../yaml/quote.ts';

export interface SliceContext {
  /** A place in words: `base/web.yaml:7`. */
  readonly placeOf: (file: string, span: Span) => string;
  /** The Service's. */
  readonly namespace: string;
}

/** What stands for a value that a template or patch writes. */
export const UNDECIDED = '<not decided>';

/** A string as YAML text. */
export function asText(value: string): string {
  return toScalarText(value, 'plain', 'double');
}

/** A sentence with names in backticks as one line of plain text. */
export function asComment(sentence: string): string {
  return sentence.replaceAll('`', '').replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** `# not certain: its type is not decided (web.yaml:7)`, each once. */
export function doubtComments(doubts: readonly Doubt[], placeOf: SliceContext['placeOf']): readonly string[] {
  const lines = doubts.map(({ text, file, start, end }) => {
    const place = file === '' ? '' : ` (${placeOf(file, { start, end })})`;
    return `# not certain: ${asComment(text)}${place}`;
  });
  return [...new Set(lines)];
}

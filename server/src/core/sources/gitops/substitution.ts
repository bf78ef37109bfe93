import type { Span } from '../../base/span.ts';
import type { ScalarValue } from '../../yaml/node.ts';
import { resolveScalar } from '../../yaml/scalars.ts';
import { evaluate } from './substitutionFunctions.ts';
import { type Expansion, type ExpansionFault, parseExpansions } from './substitutionSyntax.ts';
import type { TextPiece } from './textPieces.ts';

/** The variables of a Flux Kustomization's `postBuild`. */
export interface Variables {
  readonly values: ReadonlyMap<string, string>;
  /** Others may be set: what `values` lacks is unknown then. Otherwise it is empty. */
  readonly open: boolean;
  /** Text is replaced even when there is no variable at all (`substituteStrategy: Always`). */
  readonly always?: boolean;
}

export interface Substitution {
  /** Where a variable is unknown, its expansion stands as it was written. */
  readonly text: string;
  readonly pieces: readonly TextPiece[];
  readonly unknown: readonly Span[];
  /** Why Flux refuses the text, which is left as it is then. */
  readonly refused: ExpansionFault | undefined;
}

/**
 * Replaces variables as Flux does once it has built a kustomization: `${NAME}`, `${NAME:-default}`, `${NAME/old/new}` and
 * the like; `$${NAME}` stays as `${NAME}`. Names that nobody sets are empty, `-`, `=`, `+` and `?` after a colon all mean
 * a default, and without any variable nothing is touched (github.com/fluxcd/pkg, envsubst and kustomize_varsub.go).
 */
export function substitute(text: string, variables: Variables): Substitution {
  const whole: TextPiece = { start: 0, end: text.length, source: { start: 0, end: text.length }, exact: true };
  const untouched: Substitution = { text, pieces: [whole], unknown: [], refused: undefined };
  if (!isActive(variables) || !text.includes('$')) return untouched;
  const parsed = parseExpansions(text);
  if ('fault' in parsed) return { ...untouched, refused: parsed.fault };
  let result = '';
  const pieces: TextPiece[] = [];
  const unknown: Span[] = [];
  for (const part of parsed.parts) {
    const { start, end } = part;
    const value = part.kind === 'text' ? part.text : evaluateCall(part, variables);
    const written = value ?? text.slice(start, end);
    if (value === undefined) unknown.push({ start, end });
    const exact = value === undefined || (part.kind === 'text' && part.exact);
    pieces.push({ start: result.length, end: result.length + written.length, source: { start, end }, exact });
    result += written;
  }
  return { text: result, pieces, unknown, refused: undefined };
}

export type SubstitutedScalar =
  | { readonly kind: 'value'; readonly value: ScalarValue; readonly text: string }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * What a string of a built object is after substitution. Flux writes the object as YAML, replaces in that text, and reads
 * it again: `"${PORT}"` loses its quotes on the way, so that it becomes a number, and `[${A}]` a list.
 */
export function substituteScalar(text: string, variables: Variables): SubstitutedScalar {
  if (!isActive(variables) || !text.includes('$')) return { kind: 'value', value: text, text };
  const { text: replaced, unknown, refused } = substitute(text, variables);
  if (refused !== undefined) return { kind: 'refused', message: refused.message };
  if (unknown.length > 0) return { kind: 'unknown' };
  if (!isWrittenPlain(text)) {
    const isSafe = text.includes('\n') || !/[^\x20-\uffff]|'/.test(text + replaced);
    return isSafe ? { kind: 'value', value: replaced, text: replaced } : UNKNOWN;
  }
  const trimmed = replaced.replace(/^[ \t]+|[ \t]+$/g, '');
  const quoted = /^"([^"\\]*)"$|^'([^']*)'$/.exec(trimmed);
  if (quoted !== null) {
    const value = quoted[1] ?? quoted[2] ?? '';
    return { kind: 'value', value, text: value };
  }
  if (trimmed !== '' && !isWrittenPlain(trimmed)) return UNKNOWN;
  const { value, problem } = resolveScalar(trimmed, true);
  return problem === undefined ? { kind: 'value', value, text: trimmed } : UNKNOWN;
}

/** Whether Flux replaces anything at all. */
function isActive({ values, open, always }: Variables): boolean {
  return open || values.size > 0 || always === true;
}

const UNKNOWN: SubstitutedScalar = { kind: 'unknown' };

/** Whether a string that is no number, boolean or null needs no quotes (go-yaml, emitterc.go, yaml_emitter_analyze_scalar). */
function isWrittenPlain(text: string): boolean {
  return !/^[#,[\]{}&*!|>'"%@`]|^[-?:](?:\s|$)|^(?:---|\.\.\.)|:(?:\s|$)|\s#|^\s|\s$|[\n\t]/.test(text);
}

function evaluateCall(call: Expansion, variables: Variables): string | undefined {
  const { name, operator } = call;
  const value = variables.values.get(name) ?? (variables.open ? undefined : '');
  const args: (string | undefined)[] = call.args.map((part) =>
    part.kind === 'text' ? part.text : evaluateCall(part, variables),
  );
  if (value === undefined || args.includes(undefined)) return undefined;
  return evaluate(
    operator,
    value,
    args.filter((arg) => arg !== undefined),
  );
}

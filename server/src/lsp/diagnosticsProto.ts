import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic as ProtoDiagnostic,
  type Range,
} from 'vscode-languageserver';
import type { Span } from '../core/base/span.ts';
import type { Diagnostic } from '../core/ide/diagnostic.ts';
import type { Severity } from '../core/workspace/config.ts';

/** Turns spans of a file into ranges; the file's text must be at hand. */
export type RangeOf = (file: string, span: Span) => Range;

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

const TAGS = { unnecessary: DiagnosticTag.Unnecessary, deprecated: DiagnosticTag.Deprecated } as const;

/** A diagnostic as the protocol has it; `ruleLink` makes the address behind the code. */
export function toProtoDiagnostic(
  diagnostic: Diagnostic,
  rangeOf: RangeOf,
  uriOf: (file: string) => string,
  ruleLink: (rule: string) => string | undefined,
): ProtoDiagnostic {
  const href = ruleLink(diagnostic.code);
  const units = diagnostic.units.length > 0 ? ` (in ${diagnostic.units.join(' and ')})` : '';
  return {
    range: rangeOf(diagnostic.file, diagnostic.at),
    severity: SEVERITIES[diagnostic.severity],
    code: diagnostic.code,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    source: 'kubefathom',
    message: diagnostic.message + units,
    ...(diagnostic.tag === undefined ? {} : { tags: [TAGS[diagnostic.tag]] }),
    ...(diagnostic.related === undefined || diagnostic.related.length === 0
      ? {}
      : {
          relatedInformation: diagnostic.related.map(({ file, start, end, message }) => ({
            location: { uri: uriOf(file), range: rangeOf(file, { start, end }) },
            message,
          })),
        }),
  };
}

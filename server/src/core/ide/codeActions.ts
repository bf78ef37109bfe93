import { overlaps, type Span } from '../base/span.ts';
import type { FileEdit, Fix } from '../rules/rule.ts';
import type { Diagnostic } from './diagnostic.ts';

/** An offer at a place: a fix, a way to silence, the rule's page, or all safe fixes of the file at once. */
export interface CodeAction {
  readonly title: string;
  readonly kind: 'quickfix' | 'source.fixAll.kubefathom';
  /** What it answers; fix-all answers many. */
  readonly diagnostics: readonly Diagnostic[];
  /** The one to take when the user does not choose. */
  readonly preferred: boolean;
  readonly edits: readonly FileEdit[];
  /** Opens a rule's page instead of editing. */
  readonly rule?: string;
}

/** Offers for the findings that touch a range, in the order fix, silence, open the page. */
export function codeActions(diagnostics: readonly Diagnostic[], range: Span, text: string): readonly CodeAction[] {
  const touched = diagnostics.filter(({ at }) => overlaps(at, range));
  return [
    ...touched.flatMap(fixesOf),
    ...touched
      .filter(({ resource }) => resource !== undefined)
      .flatMap((diagnostic) => [silence(diagnostic, text), openRule(diagnostic)]),
  ];
}

/** All safe fixes of a file in one step; of two that touch the same text, the first. `undefined` when there is none. */
export function fixAll(diagnostics: readonly Diagnostic[]): CodeAction | undefined {
  const taken: Span[] = [];
  const edits: FileEdit[] = [];
  const answered: Diagnostic[] = [];
  for (const diagnostic of diagnostics) {
    const fix = diagnostic.fixes?.[0];
    if (fix?.safe !== true || fix.edits.some(({ file }) => file !== diagnostic.file)) continue;
    if (taken.some((span) => overlaps(span, diagnostic.at))) continue;
    taken.push(diagnostic.at);
    edits.push(...fix.edits);
    answered.push(diagnostic);
  }
  if (answered.length === 0) return undefined;
  return {
    title: 'Apply all safe Kubefathom fixes',
    kind: 'source.fixAll.kubefathom',
    diagnostics: answered,
    preferred: false,
    edits,
  };
}

function fixesOf(diagnostic: Diagnostic): readonly CodeAction[] {
  return (diagnostic.fixes ?? []).map((fix: Fix, index) => ({
    title: fix.title,
    kind: 'quickfix',
    diagnostics: [diagnostic],
    preferred: index === 0,
    edits: fix.edits,
  }));
}

/** A comment on the line above, with the indentation of the line that it speaks about. */
function silence(diagnostic: Diagnostic, text: string): CodeAction {
  const lineStart = text.lastIndexOf('\n', diagnostic.at.start - 1) + 1;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, diagnostic.at.start))?.[0] ?? '';
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const newText = `${indent}# kubefathom-ignore-next-line ${diagnostic.code}${newline}`;
  return {
    title: `Silence ${diagnostic.code} here`,
    kind: 'quickfix',
    diagnostics: [diagnostic],
    preferred: false,
    edits: [{ file: diagnostic.file, edit: { kind: 'text', span: { start: lineStart, end: lineStart }, newText } }],
  };
}

function openRule(diagnostic: Diagnostic): CodeAction {
  return {
    title: `Explain ${diagnostic.code}`,
    kind: 'quickfix',
    diagnostics: [diagnostic],
    preferred: false,
    edits: [],
    rule: diagnostic.code,
  };
}

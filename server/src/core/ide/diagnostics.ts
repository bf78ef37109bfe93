import { type Located, overlaps, type Span } from '../base/span.ts';
import type { AnyRule } from '../rules/rule.ts';
import { type Reported, type RunOptions, runRules } from '../rules/runner.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import type { Suppression } from '../sources/suppression.ts';
import type { Unit } from '../sources/unit.ts';
import { matchesCode, severityOf } from '../workspace/config.ts';
import { findBuildNotes } from './buildNotes.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Codes of diagnostics that no rule makes: they speak of the text or of comments to us. */
export const TEXT_CODES = [
  'yaml-unreadable',
  'unused-suppression',
  'kustomize-build-fails',
  'kustomize-no-effect',
  'kustomize-deprecated-field',
] as const;

/** Everything to show for one file, sorted by place. */
export function checkFile(
  file: SourceFile,
  units: readonly Unit[],
  rules: readonly AnyRule[],
  options: RunOptions,
): readonly Diagnostic[] {
  const used = new Set<Suppression>();
  const { findings, about } = runRules(rules, file.path, units, options);
  const kept: Diagnostic[] = findings.filter(
    (finding) => !isSuppressed(finding, file, used) && !isExternal(finding, file, rules),
  );
  const usedAnnotations = new Set(about.flatMap((finding) => silencingAnnotation(finding)?.start ?? []));
  const notes = findBuildNotes(file.path, units, options.settings).filter(
    ({ at }) => !findings.some((finding) => finding.severity === 'error' && speaksOf(finding, at)),
  );
  const unread = [...unreadable(file, options)].filter(({ at }) => !notes.some((note) => overlaps(note.at, at)));
  kept.push(...unread, ...notes, ...unusedSuppressions(file, used, usedAnnotations, options));
  return kept.sort(
    (a, b) => a.at.start - b.at.start || a.at.end - b.at.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
}

/** Whether a finding, or the other end that it names, lies at a place of its file. */
function speaksOf({ at, file, related }: Reported, span: Span): boolean {
  return overlaps(at, span) || (related ?? []).some((other) => other.file === file && overlaps(other, span));
}

const ANNOTATION_PREFIX = 'kubefathom.dev/ignore.';

function isSuppressed(finding: Reported, file: SourceFile, used: Set<Suppression>): boolean {
  for (const suppression of file.directives.suppressions) {
    if (!contains(suppression.covers, finding.at.start) || !names(suppression, finding.code)) continue;
    used.add(suppression);
    return true;
  }
  return silencingAnnotation(finding) !== undefined;
}

/** The key of the annotation by which an object silences a finding about it. */
function silencingAnnotation({ resource, code }: Reported): Located<string> | undefined {
  return resource.annotations?.entries
    .map(({ key }) => key)
    .find(
      ({ value }) => value.startsWith(ANNOTATION_PREFIX) && matchesCode(value.slice(ANNOTATION_PREFIX.length), code),
    );
}

/** `# kubefathom: external` says that the other end is somebody else's: what this workspace lacks is no finding there. */
function isExternal(finding: Reported, file: SourceFile, rules: readonly AnyRule[]): boolean {
  if (!file.directives.externals.some(({ covers }) => contains(covers, finding.at.start))) return false;
  return rules.some((rule) => rule.id === finding.code && rule.reads === 'unit');
}

function names(suppression: Suppression, code: string): boolean {
  return suppression.codes.length === 0 || suppression.codes.some((pattern) => matchesCode(pattern.value, code));
}

/**
 * A document that kubectl would refuse to read. Parsers differ on odd texts, so this is information and says what
 * follows for the other findings: nothing in it is checked.
 */
function* unreadable(file: SourceFile, options: RunOptions): Iterable<Diagnostic> {
  const severity = severityOf(options.settings, 'yaml-unreadable', 'info');
  if (severity === 'off') return;
  for (const problem of file.unreadable) {
    const message = `${problem.message}; what this document holds is not checked, and counts as unknown elsewhere`;
    yield {
      code: 'yaml-unreadable',
      severity,
      message,
      at: { start: problem.start, end: problem.end },
      file: file.path,
      resource: undefined,
      units: [],
    };
  }
}

function* unusedSuppressions(
  file: SourceFile,
  used: ReadonlySet<Suppression>,
  usedAnnotations: ReadonlySet<number>,
  options: RunOptions,
): Iterable<Diagnostic> {
  const severity = severityOf(options.settings, 'unused-suppression', 'hint');
  if (!options.complete || severity === 'off') return;
  const at = (span: Span, message: string, removal: Span = span): Diagnostic => ({
    code: 'unused-suppression',
    severity,
    message,
    at: { start: span.start, end: span.end },
    file: file.path,
    resource: undefined,
    units: [],
    tag: 'unnecessary',
    fixes: [
      {
        title: 'Remove the comment',
        safe: true,
        edits: [{ file: file.path, edit: { kind: 'text', span: removal, newText: '' } }],
      },
    ],
  });
  for (const suppression of file.directives.suppressions) {
    if (!used.has(suppression)) yield at(suppression, 'no finding is silenced by this comment', suppression.removal);
  }
  for (const span of file.directives.unknown)
    yield at(span, 'this comment addresses Kubefathom but is none of its directives', span.removal);
  for (const resource of file.resources) {
    for (const { key } of resource.annotations?.entries ?? []) {
      if (!key.value.startsWith(ANNOTATION_PREFIX) || usedAnnotations.has(key.start)) continue;
      const edits = [{ file: file.path, edit: { kind: 'delete-pair' as const, key } }];
      yield {
        ...at(key, 'no finding is silenced by this annotation'),
        fixes: [{ title: 'Remove the annotation', safe: true, edits }],
      };
    }
  }
}

function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset < Math.max(span.end, span.start + 1);
}

import { findNearest } from '../base/editDistance.ts';
import { type Located, overlaps, type Span } from '../base/span.ts';
import type { AnyRule, FileEdit, Fix } from '../rules/rule.ts';
import { type Reported, type RunOptions, runRules } from '../rules/runner.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import { directiveWords, type Suppression } from '../sources/suppression.ts';
import type { Unit } from '../sources/unit.ts';
import { isKnownCode, matchesCode, nearestCode, severityOf, unknownCode } from '../workspace/config.ts';
import type { YamlProblemCode } from '../yaml/node.ts';
import { findBuildNotes } from './buildNotes.ts';
import type { Diagnostic } from './diagnostic.ts';
import { checkExpectations } from './expectations.ts';

/** Codes of diagnostics that no rule makes: they speak of the text or of comments to us. */
export const TEXT_CODES = [
  'yaml-unreadable',
  'unused-suppression',
  'kustomize-build-fails',
  'kustomize-no-effect',
  'kustomize-deprecated-field',
  'helm-renders-nothing',
  'expectation-fails',
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
  const unread = [...unreadable(file, used, options)].filter(({ at }) => !notes.some((note) => overlaps(note.at, at)));
  kept.push(
    ...unread,
    ...notes,
    ...checkExpectations(file, units, options),
    ...unusedSuppressions(file, used, usedAnnotations, rules, options),
  );
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

const UNCHECKED = 'what this document holds is not checked, and counts as unknown elsewhere';

/** What follows from a problem, where it is not that the document remains unknown alone. */
const CONSEQUENCE: Readonly<Partial<Record<YamlProblemCode, string>>> = {
  syntax: 'kubectl refuses this document, and what it holds is not checked and counts as unknown elsewhere',
  value: 'kubectl refuses this document',
};

/**
 * A document that kubectl would refuse to read. Parsers differ on odd texts, so this is information and says what
 * follows for the other findings: nothing in it is checked, but where a single value is at fault.
 */
function* unreadable(file: SourceFile, used: Set<Suppression>, options: RunOptions): Iterable<Diagnostic> {
  const severity = severityOf(options.settings, 'yaml-unreadable', 'info');
  if (severity === 'off') return;
  for (const problem of file.unreadable) {
    const silencing = file.directives.suppressions.find(
      (suppression) => contains(suppression.covers, problem.start) && names(suppression, 'yaml-unreadable'),
    );
    if (silencing !== undefined) {
      used.add(silencing);
      continue;
    }
    const message = `${problem.message}; ${CONSEQUENCE[problem.code] ?? UNCHECKED}`;
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

/** Whether a comment may silence what is only found once objects are asked what the API server refuses. No name means all. */
function mayNameRefusals(names: readonly string[]): boolean {
  const codes = ['api-server-refuses', 'schema'];
  return names.length === 0 || names.some((name) => codes.some((code) => matchesCode(name, code)));
}

function* unusedSuppressions(
  file: SourceFile,
  used: ReadonlySet<Suppression>,
  usedAnnotations: ReadonlySet<number>,
  rules: readonly AnyRule[],
  options: RunOptions,
): Iterable<Diagnostic> {
  const severity = severityOf(options.settings, 'unused-suppression', 'hint');
  if (!options.complete || severity === 'off') return;
  const codes = [...rules.map(({ id }) => id), ...TEXT_CODES];
  const isAsked = file.isJudged && severityOf(options.settings, 'schema', 'error') !== 'off';
  const at = (span: Span, message: string, fix: Fix): Diagnostic => ({
    code: 'unused-suppression',
    severity,
    message,
    at: { start: span.start, end: span.end },
    file: file.path,
    resource: undefined,
    units: [],
    tag: 'unnecessary',
    fixes: [fix],
  });
  const edit = (title: string, safe: boolean, change: FileEdit['edit']): Fix => ({
    title,
    safe,
    edits: [{ file: file.path, edit: change }],
  });
  const removal = (span: Span) => edit('Remove the comment', true, { kind: 'text', span, newText: '' });
  const correction = ({ value, start, end }: Located<string>, near: string) =>
    edit(`Change \`${value}\` to \`${near}\``, false, { kind: 'text', span: { start, end }, newText: near });
  for (const suppression of file.directives.suppressions) {
    const unknown = suppression.codes.filter(({ value }) => !isKnownCode(value, codes));
    for (const code of unknown) {
      const near = nearestCode(code.value, codes);
      yield at(
        code,
        unknownCode(code.value, near),
        near === undefined ? removal(suppression.removal) : correction(code, near),
      );
    }
    const names = suppression.codes.map(({ value }) => value);
    if (unknown.length === 0 && !used.has(suppression) && (isAsked || !mayNameRefusals(names)))
      yield at(suppression, 'no finding is silenced by this comment', removal(suppression.removal));
  }
  for (const directive of file.directives.unknown) {
    const { word } = directive;
    const near = findNearest(word.value, directiveWords, (known) => known);
    const known =
      near === undefined
        ? `the directives are ${directiveWords.map((name) => `\`${name}\``).join(', ')}`
        : `did you mean \`${near}\`?`;
    yield at(
      word,
      `\`${word.value}\` is no directive of Kubefathom and does nothing; ${known}`,
      near === undefined ? removal(directive.removal) : correction(word, near),
    );
  }
  for (const resource of file.resources) {
    for (const { key } of resource.annotations?.entries ?? []) {
      if (!key.value.startsWith(ANNOTATION_PREFIX) || usedAnnotations.has(key.start)) continue;
      const code = key.value.slice(ANNOTATION_PREFIX.length);
      if (!isAsked && mayNameRefusals([code])) continue;
      const isKnown = isKnownCode(code, codes);
      const near = isKnown ? undefined : nearestCode(code, codes);
      yield at(
        key,
        isKnown ? 'no finding is silenced by this annotation' : unknownCode(code, near),
        near === undefined
          ? edit('Remove the annotation', true, { kind: 'delete-pair', key })
          : edit(`Change \`${code}\` to \`${near}\``, false, {
              kind: 'replace-key',
              span: { start: key.start, end: key.end },
              value: `${ANNOTATION_PREFIX}${near}`,
            }),
      );
    }
  }
}

function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset < Math.max(span.end, span.start + 1);
}

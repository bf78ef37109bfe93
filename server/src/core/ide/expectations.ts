import type { Span } from '../base/span.ts';
import { type ExpectationVerdict, judgeExpectation } from '../cluster/expectations.ts';
import type { Decider } from '../cluster/reach.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Expectation } from '../sources/expectation.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import type { Unit } from '../sources/unit.ts';
import { type Settings, type Severity, severityOf } from '../workspace/config.ts';
import type { Diagnostic } from './diagnostic.ts';

export interface ExpectationOptions {
  readonly settings: Pick<Settings, 'rules' | 'defaultNamespace'>;
  /** The whole workspace is read: until then nothing is judged, for what is missing may come. */
  readonly complete: boolean;
}

/** What is to be said of the expectations in a file's comments: those that fail, that are not decided, and that say nothing. */
export function checkExpectations(
  file: SourceFile,
  units: readonly Unit[],
  { settings, complete }: ExpectationOptions,
): readonly Diagnostic[] {
  const level = severityOf(settings, 'expectation-fails', 'error');
  const { expectations: comments } = file.directives;
  if (comments.length === 0 || level === 'off') return [];
  const report = (at: Span, message: string, severity: Severity, more: Partial<Diagnostic> = {}): Diagnostic => ({
    code: 'expectation-fails',
    severity,
    message,
    at: { start: at.start, end: at.end },
    file: file.path,
    resource: undefined,
    units: [],
    ...more,
  });
  const all = comments.flatMap(({ expectations }) => expectations);
  return [
    ...comments.flatMap(({ problems }) => problems.map((problem) => report(problem, problem.message, level))),
    ...(complete ? all : []).flatMap((expectation) => {
      const namespace = namespaceAt(file, expectation) ?? (settings.defaultNamespace || undefined);
      const verdicts = units.map((unit) => ({
        unit,
        verdict: judgeExpectation(unit, expectation, { namespace, beside: all }),
      }));
      return toDiagnostic(expectation, verdicts, level, report);
    }),
  ];
}

interface Judged {
  readonly unit: Unit;
  readonly verdict: ExpectationVerdict;
}

type Report = (at: Span, message: string, severity: Severity, more?: Partial<Diagnostic>) => Diagnostic;

/** It fails where it fails in any unit of its file; that a unit lacks an end counts only where all lack it. */
function toDiagnostic(
  expectation: Expectation,
  judged: readonly Judged[],
  level: Severity,
  report: Report,
): readonly Diagnostic[] {
  const unitsOf = (kind: ExpectationVerdict['kind']) =>
    judged.flatMap(({ unit, verdict }) => (verdict.kind === kind && unit.label !== '' ? [unit.label] : []));
  for (const { unit, verdict } of judged) {
    if (verdict.kind !== 'fails') continue;
    const what = expectation.verdict === 'allow' ? 'this connection is denied' : 'this connection is allowed';
    const related = relatedTo(unit, verdict.deciders);
    return [report(expectation, `${what}: ${verdict.reason}`, level, { units: unitsOf('fails'), related })];
  }
  const first = judged.find(({ verdict }) => verdict.kind === 'invalid')?.verdict;
  if (first?.kind === 'invalid' && judged.every(({ verdict }) => verdict.kind === 'invalid'))
    return [report(first.at, first.message, level)];
  for (const { verdict } of judged)
    if (verdict.kind === 'unknown')
      return [
        report(expectation, `whether this holds is not decided: ${verdict.reason}`, 'info', {
          units: unitsOf('unknown'),
        }),
      ];
  return [];
}

function relatedTo({ siblings }: Unit, deciders: readonly Decider[]): NonNullable<Diagnostic['related']> {
  return deciders.map(({ policy, effect, at }) => {
    const { file, start, end } = siblings.files.resolve(policy.file, at);
    const name = `\`${describeResource(policy)}\``;
    return { file, start, end, message: effect === 'denies' ? `${name} isolates the Pods` : `${name} allows it` };
  });
}

/** Of the object in whose document the comment stands, else of the next one. */
function namespaceAt({ resources }: SourceFile, { start }: Span): string | undefined {
  return (resources.find((resource) => start < resource.end) ?? resources.at(-1))?.namespace?.value;
}

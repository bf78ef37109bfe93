import type { Span } from '../base/span.ts';
import { type ExpectationVerdict, judgeExpectation } from '../cluster/expectations.ts';
import type { Decider } from '../cluster/reach.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { type Expectation, type Expectations, parseExpectations } from '../sources/expectation.ts';
import type { SourceFile } from '../sources/sourceFile.ts';
import type { Unit } from '../sources/unit.ts';
import { type Settings, type Severity, severityOf } from '../workspace/config.ts';
import { findValue } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
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
  options: ExpectationOptions,
): readonly Diagnostic[] {
  const { expectations } = file.directives;
  return expectations.length === 0
    ? []
    : judgeAll(file.path, expectations, units, (expectation) => namespaceAt(file, expectation), options);
}

/** The same of those that a configuration lists below `expect`, in all units of its folder. */
export function checkConfigExpectations(
  path: string,
  text: string,
  units: readonly Unit[],
  options: ExpectationOptions,
): readonly Diagnostic[] {
  if (!text.includes('expect')) return [];
  const list = findValue(parseYaml(text).documents[0]?.root, 'expect');
  const items = list?.kind === 'sequence' ? list.items : [];
  const lists = items.flatMap((item): readonly Expectations[] => {
    if (item.kind !== 'scalar' || item.unknown !== undefined) return [];
    // Of a text with escapes or breaks, places within it are not known.
    const at = text.indexOf(item.text, item.start);
    return [parseExpectations(item.text, at < 0 || at >= item.end ? item.start : at)];
  });
  const counting = units.filter(({ isTestInput, index }) => !isTestInput && index.size > 0);
  return lists.length === 0 ? [] : judgeAll(path, lists, counting, () => undefined, options);
}

function judgeAll(
  path: string,
  lists: readonly Expectations[],
  units: readonly Unit[],
  namespaceOf: (expectation: Expectation) => string | undefined,
  { settings, complete }: ExpectationOptions,
): readonly Diagnostic[] {
  const level = severityOf(settings, 'expectation-fails', 'error');
  if (level === 'off') return [];
  const report: Report = (at, message, severity, more = {}) => ({
    code: 'expectation-fails',
    severity,
    message,
    at: { start: at.start, end: at.end },
    file: path,
    resource: undefined,
    units: [],
    ...more,
  });
  const all = lists.flatMap(({ expectations }) => expectations);
  return [
    ...lists.flatMap(({ problems }) => problems.map((problem) => report(problem, problem.message, level))),
    ...(complete ? all : []).flatMap((expectation) => {
      const namespace = namespaceOf(expectation) ?? (settings.defaultNamespace || undefined);
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

import { withExternal } from '../cluster/openWorld.ts';
import type { Refusal } from '../k8s/api/refusal.ts';
import type { Resource } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import { matchesCode, type RuleSettings, type Severity, severityOf } from '../workspace/config.ts';
import { fixesInChart, limitBesideCharts, limitInChart, wordInChart } from './chartFinding.ts';
import { placeFinding } from './placeFinding.ts';
import type { AnyRule, Finding, Fix } from './rule.ts';
import { isSpokenFor } from './spokenFor.ts';

/**
 * A finding with everything that does not depend on the rule: its code, effective severity, resource and units. All places are
 * plain ones, in the files that they name.
 */
export interface Reported extends Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly resource: Resource;
  /** Where it stands: the resource's own file, or the patch or kustomization that wrote the value at fault. */
  readonly file: string;
  readonly fixes: readonly Fix[];
  /** Labels of the units that have it, sorted; empty for loose manifests. */
  readonly units: readonly string[];
}

export interface RunOptions {
  readonly settings: RuleSettings;
  /** Whether the index holds the whole workspace: until then nothing is said about what other files lack. */
  readonly complete: boolean;
  /** Told about a rule that threw; the run goes on. */
  readonly onError: (rule: string, file: string, error: unknown) => void;
}

/** What rules say about a file: findings that stand in it, and the annotations of objects that silence by name. */
export interface FileFindings {
  readonly findings: readonly Reported[];
  /** All that is found in objects of which something is written in the file, wherever it stands. */
  readonly about: readonly Reported[];
}

/**
 * Runs rules over the objects of which a file holds a part, in every unit that is made of it. What units have in common is
 * one finding that names them; of findings that differ in words alone the first unit's stands. Sorted by place, then code.
 */
export function runRules(
  rules: readonly AnyRule[],
  file: string,
  units: readonly Unit[],
  options: RunOptions,
): FileFindings {
  const active = rules.filter((rule) => isActive(rule, options));
  const about: Reported[] = [];
  const found = new Map<string, Reported>();
  for (const unit of units) {
    const own = new Map<string, Reported>();
    for (const resource of unit.writtenIn(file)) {
      if (resource.opaque) continue;
      const refusals = () => resource.refusals ?? [];
      const all = active.flatMap((rule) =>
        rule.types.includes(resource.type) ? [...runRule(rule, resource, unit, refusals, options)] : [],
      );
      for (const reported of all) {
        if (isSpokenFor(reported, all)) continue;
        about.push(reported);
        if (reported.file !== file) continue;
        own.set(`${placeKey(reported)} ${reported.message}`, reported);
      }
    }
    for (const reported of own.values()) addFinding(found, reported);
  }
  const findings = [...found.values()].map((reported) => ({
    ...reported,
    units: reported.units.filter((label) => label !== '').sort(),
    fixes: reported.fixes.filter((fix) => isRightEverywhere(fix, reported, units)),
  }));
  findings.sort(
    (a, b) => a.at.start - b.at.start || a.at.end - b.at.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0),
  );
  return { findings, about };
}

function placeKey({ code, at }: Reported): string {
  return `${code} ${at.start} ${at.end}`;
}

/** Joins the finding of a further unit to one of the same words, else to one that stands at the same place in other units only. */
function addFinding(found: Map<string, Reported>, reported: Reported): void {
  const key = `${placeKey(reported)} ${reported.message}`;
  const place = placeKey(reported);
  const isApart = (other: Reported) => !other.units.some((label) => reported.units.includes(label));
  const equal = found.get(key);
  const twin =
    equal ?? [...found.values()].find((other) => placeKey(other) === place && other.units[0] !== '' && isApart(other));
  if (twin === undefined) found.set(key, reported);
  else if (isApart(twin)) found.set(`${placeKey(twin)} ${twin.message}`, joinFindings(twin, reported));
}

function joinFindings(first: Reported, second: Reported): Reported {
  const titles = new Set(second.fixes.map(({ title }) => title));
  return {
    ...first,
    units: [...first.units, ...second.units],
    fixes: first.fixes.filter(({ title }) => titles.has(title)),
  };
}

/** A fix changes every unit that is made of the file which it edits: all of them must have the finding. */
function isRightEverywhere(fix: Fix, { units, file }: Reported, own: readonly Unit[]): boolean {
  return fix.edits.every((edit) => {
    const affected = edit.file === file ? own : (own[0]?.siblings.unitsOf(edit.file) ?? []);
    return affected.every(({ label }) => units.includes(label));
  });
}
/** What a finding weighs where faults may be meant. */
export function oneLess(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : severity === 'warning' ? 'info' : 'hint';
}

function isActive(rule: AnyRule, { settings, complete }: RunOptions): boolean {
  if (!complete && rule.reads === 'unit') return false;
  if (rule.optional && !Object.keys(settings.rules).some((pattern) => pattern !== '*' && matchesCode(pattern, rule.id)))
    return false;
  return severityOf(settings, rule.id, rule.severity) !== 'off';
}

function* runRule(
  rule: AnyRule,
  resource: Resource,
  unit: Unit,
  refusals: () => readonly Refusal[],
  options: RunOptions,
): Iterable<Reported> {
  try {
    for (const finding of rule.check(resource, { unit, settings: withExternal(options.settings, unit), refusals })) {
      const { exact, ...placed } = placeFinding(finding, resource, unit);
      const given = finding.severity ?? rule.severity;
      const { isInChart } = unit.siblings;
      const isChart = isInChart(resource.file) || isInChart(placed.file);
      const usual = isChart ? limitInChart(given, rule, { ...placed, exact }) : limitBesideCharts(given, rule, unit);
      const severity = severityOf(options.settings, rule.id, unit.isTestInput ? oneLess(usual) : usual);
      const isTouched = isChart || placed.fixes.some(({ edits }) => edits.some(({ file }) => isInChart(file)));
      const fixes = isTouched ? fixesInChart(placed.fixes) : placed.fixes;
      const message = isChart ? wordInChart(placed.message, resource) : placed.message;
      if (severity !== 'off')
        yield { ...placed, message, fixes, severity, code: rule.id, resource, units: [unit.label] };
    }
  } catch (error) {
    options.onError(rule.id, resource.file, error);
  }
}

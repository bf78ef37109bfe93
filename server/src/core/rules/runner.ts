import type { Resource } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import { type RuleSettings, type Severity, severityOf } from '../workspace/config.ts';
import type { AnyRule, Finding } from './rule.ts';

/** A finding with everything that does not depend on the rule: its code, effective severity, resource and units. */
export interface Reported extends Finding {
  readonly code: string;
  readonly severity: Severity;
  readonly resource: Resource;
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

/**
 * Runs rules over one file's resources in every unit that contains it. A finding counts only where *every* unit of the
 * file has it: what one overlay supplies is not missing. Sorted by place, then code.
 */
export function runRules(
  rules: readonly AnyRule[],
  file: string,
  units: readonly Unit[],
  options: RunOptions,
): readonly Reported[] {
  const found = new Map<string, { finding: Reported; units: string[] }>();
  const active = rules.filter((rule) => isActive(rule, options));
  for (const unit of units) {
    for (const resource of unit.index.inFile(file)) {
      if (resource.opaque) continue;
      for (const rule of active) {
        if (!rule.types.includes(resource.type)) continue;
        for (const reported of runRule(rule, resource, unit, options)) {
          const key = `${reported.code} ${reported.at.start} ${reported.at.end} ${reported.message}`;
          const known = found.get(key);
          if (known === undefined) found.set(key, { finding: reported, units: [unit.label] });
          else if (!known.units.includes(unit.label)) known.units.push(unit.label);
        }
      }
    }
  }
  return [...found.values()]
    .filter((entry) => entry.units.length === units.length)
    .map((entry) => ({ ...entry.finding, units: entry.units.filter((label) => label !== '').sort() }))
    .sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}

function isActive(rule: AnyRule, { settings, complete }: RunOptions): boolean {
  return (complete || rule.reads !== 'unit') && severityOf(settings, rule.id, rule.severity) !== 'off';
}

function* runRule(rule: AnyRule, resource: Resource, unit: Unit, options: RunOptions): Iterable<Reported> {
  try {
    for (const finding of rule.check(resource, { unit, settings: options.settings })) {
      const severity = severityOf(options.settings, rule.id, finding.severity ?? rule.severity);
      if (severity !== 'off') yield { ...finding, severity, code: rule.id, resource, units: [] };
    }
  } catch (error) {
    options.onError(rule.id, resource.file, error);
  }
}

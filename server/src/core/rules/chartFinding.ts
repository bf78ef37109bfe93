import { basename } from '../base/path.ts';
import { overlaps } from '../base/span.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import type { Severity } from '../workspace/config.ts';
import type { PlacedFinding } from './placeFinding.ts';
import type { AnyRule, Fix } from './rule.ts';

/**
 * The most that a finding in a rendered chart weighs: other values may mend it. A warning needs evidence that the templates
 * spell out, each end at a place of its own (a loop prints one text many times); what another object lacks is no evidence.
 */
export function limitInChart(severity: Severity, { reads }: AnyRule, finding: PlacedFinding): Severity {
  const { at, file, exact, related = [] } = finding;
  const isTold = reads === 'resource' || related.length > 0;
  const isRepeated = related.some((other) => other.file === file && overlaps(other, at));
  if (!exact || !isTold || isRepeated) return 'hint';
  return severity === 'error' ? 'warning' : severity;
}

/** The most that a finding outside of charts weighs: what charts beside it lack, or have, values have decided. */
export function limitBesideCharts(severity: Severity, { reads }: AnyRule, { holdsCharts }: Unit): Severity {
  return holdsCharts === true && reads !== 'resource' && severity === 'error' ? 'warning' : severity;
}

/** The words of a finding; what a packed chart makes stands where the chart that needs it lists it. */
export function wordInChart(message: string, resource: Resource): string {
  const isPacked = ['Chart.yaml', 'requirements.yaml'].includes(basename(resource.file));
  return isPacked ? `\`${describeResource(resource)}\` of this packed chart: ${message}` : message;
}

/** Fixes that a template bears: words for words. None is safe, for nobody knows all values. */
export function fixesInChart(fixes: readonly Fix[]): readonly Fix[] {
  return fixes
    .filter(({ edits }) => edits.every(({ edit }) => edit.kind === 'replace-scalar' || edit.kind === 'replace-key'))
    .map((fix) => ({ ...fix, safe: false }));
}

import type { Severity } from '../core/workspace/config.ts';
import { UsageError } from './usage.ts';

const WEIGHT: Readonly<Record<Severity | 'never', number>> = { hint: 0, info: 1, warning: 2, error: 3, never: 4 };

/** The severity of `--fail-on` as a number that {@link reaches} takes; warnings by default. */
export function readThreshold(given = 'warning'): number {
  const threshold = Object.entries(WEIGHT).find(([name]) => name === given)?.[1];
  if (threshold === undefined)
    throw new UsageError(`--fail-on is error, warning, info, hint or never, not \`${given}\``);
  return threshold;
}

/** Whether a finding ends the run with exit code 1. */
export function reaches(severity: Severity, threshold: number): boolean {
  return WEIGHT[severity] >= threshold;
}

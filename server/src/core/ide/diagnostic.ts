import type { Resource } from '../k8s/resource.ts';
import type { Finding } from '../rules/rule.ts';
import type { Severity } from '../workspace/config.ts';

/** One thing to show in a file: a rule's finding, or something about the text itself (no resource then). */
export interface Diagnostic extends Omit<Finding, 'severity'> {
  readonly code: string;
  readonly severity: Severity;
  readonly file: string;
  readonly resource: Resource | undefined;
  readonly units: readonly string[];
}

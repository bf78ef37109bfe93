import type { Span } from '../base/span.ts';
import type { Refusal } from '../k8s/api/refusal.ts';
import type { Resource, ResourceType } from '../k8s/resource.ts';
import type { Unit } from '../sources/unit.ts';
import type { RuleSettings, Severity } from '../workspace/config.ts';
import type { YamlEdit } from '../yaml/edit.ts';

/** One kind of fault, with its documentation and its tests in one object (see docs/architecture.md). */
export interface Rule<T extends ResourceType = ResourceType> {
  /** Stable, kebab case, names the fault: the code of its findings. Equal to the file's name. */
  readonly id: string;
  /** The views it is asked about; a rule reports on the resource it was given and nothing else. */
  readonly types: readonly T[];
  /** The severity of a finding that does not give its own. */
  readonly severity: Severity;
  /** A matter of policy: off until the settings name the rule, or a pattern other than `*` that takes it. */
  readonly optional?: true;
  /**
   * `resource`: decided by the resource's own text. `unit`: what other files hold, or do not hold, decides; such rules
   * wait until the index is complete.
   */
  readonly reads: 'resource' | 'unit';
  /** One line for tables: the fault in general. */
  readonly summary: string;
  /** What a cluster does with it, in one or two short paragraphs of Markdown. */
  readonly why: string;
  /** The Kubernetes page or source file that says so. */
  readonly source: string;
  /**
   * A fixture (see test/fixture.ts) that yields exactly its caret lines; the first fix of each finding turns it into
   * something without this finding.
   */
  readonly bad: string;
  /** A fixture without a finding of this rule. */
  readonly good: string;
  readonly check: (resource: Extract<Resource, { type: T }>, context: RuleContext) => Iterable<Finding>;
}

export interface RuleContext {
  readonly unit: Unit;
  readonly settings: RuleSettings;
  /** What the API server refuses in the resource; nothing where nobody looked. */
  readonly refusals: () => readonly Refusal[];
}

/** What a rule says about the resource that it was given. Spans are in the resource's file. */
export interface Finding {
  readonly at: Span;
  /** Fact, consequence, nearest candidate; the user's names in backticks; no final full stop. */
  readonly message: string;
  /** Where the evidence is weaker or stronger than the rule's default. */
  readonly severity?: Severity;
  /** The other ends, most telling first, at most five. */
  readonly related?: readonly Related[];
  /** Best first. The first one must remove the finding. */
  readonly fixes?: readonly Fix[];
  readonly tag?: 'unnecessary' | 'deprecated';
  /** Of rules that speak of every field alike: its path. They are silent where a rule of its own says the same. */
  readonly field?: string;
}

export interface Related extends Span {
  readonly file: string;
  /** Why the place matters: "Pod template has `app=orders`". */
  readonly message: string;
}

export interface Fix {
  /** An imperative: "Change `web` to `api`". */
  readonly title: string;
  /** Certain enough for `--fix` and fix-all: one candidate, meaning provably what was meant. */
  readonly safe: boolean;
  readonly edits: readonly FileEdit[];
}

/** A change by meaning; yaml/edit.ts turns it into the smallest text edit when it is applied. */
export interface FileEdit {
  readonly file: string;
  readonly edit: YamlEdit;
}

/** Gives a rule its precise type: `check` receives only the views that `types` names. */
export function defineRule<T extends ResourceType>(rule: Rule<T>): AnyRule {
  return rule as unknown as AnyRule;
}

/** A rule whose views are checked by the runner. */
export type AnyRule = Rule;

/** Every view: for rules about metadata and text. */
export const ANY_RESOURCE: readonly ResourceType[] = [
  'service',
  'workload',
  'networkPolicy',
  'ingress',
  'autoscaler',
  'disruptionBudget',
  'endpoints',
  'configMap',
  'monitor',
  'route',
  'gateway',
  'referenceGrant',
  'other',
];

/** A fix that writes another scalar where one stands. */
export function replaceScalar(file: string, span: Span, value: string | number): FileEdit {
  return { file, edit: { kind: 'replace-scalar', span: { start: span.start, end: span.end }, value } };
}

import type { LabelSelector, Requirement } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import { defineRule } from './rule.ts';

/** Labels that change with every release of an application or of its chart, and why. */
const VOLATILE: ReadonlyMap<string, string> = new Map([
  ['helm.sh/chart', 'holds the version of the chart'],
  ['chart', 'holds the version of the chart'],
  ['app.kubernetes.io/version', 'holds the version of the application'],
]);

/** `mysql-1.6.9`: the value that Helm's own templates give the label `chart`. */
const CHART_VALUE = /-v?\d+\.\d+\.\d+/;

export const selectorUsesVolatileLabel = defineRule({
  id: 'selector-uses-volatile-label',
  types: ['service', 'networkPolicy', 'disruptionBudget', 'workload'],
  severity: 'warning',
  reads: 'resource',
  summary: 'A selector asks for a label that changes with every release',
  why: `While a new version is rolled out, Pods of the old and of the new version run side by side. A selector with
\`app.kubernetes.io/version\` or \`helm.sh/chart\` takes only those of one version: a Service loses half of its endpoints or all of them, a
policy or budget no longer covers the other half. The selector of a workload cannot be changed at all, so the next version is refused.`,
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app.kubernetes.io/name: orders
    app.kubernetes.io/version: "1.4"
    ^^^^^^^^^^^^^^^^^^^^^^^^^ \`app.kubernetes.io/version\` holds the version of the application: during a rollout the Pods of the other version are not selected
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
  labels:
    app.kubernetes.io/version: "1.4"
spec:
  selector:
    app.kubernetes.io/name: orders
  ports:
    - port: 80
`,
  *check(resource) {
    for (const requirement of selectorOf(resource)?.requirements ?? []) {
      const why = whyVolatile(requirement);
      if (why === undefined) continue;
      const { value: key, start, end } = requirement.key;
      const consequence =
        resource.type === 'workload'
          ? 'the selector cannot be changed later, so an update with another value is refused'
          : 'during a rollout the Pods of the other version are not selected';
      yield {
        at: { start, end },
        message: `\`${key}\` ${why}: ${consequence}`,
        ...(requirement.origin !== 'matchExpressions' && {
          fixes: [
            {
              title: `Select without \`${key}\``,
              safe: false,
              edits: [{ file: resource.file, edit: { kind: 'delete-pair' as const, key: { start, end } } }],
            },
          ],
        }),
      };
    }
  },
});

function selectorOf(resource: Resource): LabelSelector | undefined {
  switch (resource.type) {
    case 'networkPolicy':
      return resource.podSelector;
    case 'service':
    case 'disruptionBudget':
    case 'workload':
      return resource.selector;
    default:
      return undefined;
  }
}

function whyVolatile({ key, values, operator }: Requirement): string | undefined {
  const why = VOLATILE.get(key.value);
  if (why === undefined || operator !== 'In') return undefined;
  return key.value === 'chart' && !values.every(({ value }) => CHART_VALUE.test(value)) ? undefined : why;
}

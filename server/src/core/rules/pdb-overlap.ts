import { dirname } from '../base/path.ts';
import { matchWorkload, sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import type { PodDisruptionBudget } from '../k8s/disruptionBudget.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Related } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

export const pdbOverlap = defineRule({
  id: 'pdb-overlap',
  types: ['disruptionBudget'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Two PodDisruptionBudgets guard the same Pods',
  why: `The eviction API refuses every eviction of a Pod that more than one PodDisruptionBudget selects, with an internal error,
however many replicas are healthy. Node drains hang on such Pods until one of the budgets is gone.`,
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors',
  bad: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: everything
        ^^^^^^^^^^ the Pods of \`Deployment/web\` are guarded by \`PodDisruptionBudget/web\` too: the eviction API refuses to evict Pods with two budgets, and node drains hang
spec:
  maxUnavailable: 1
  selector: {}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  good: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: web
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: api
spec:
  maxUnavailable: 1
  selector:
    matchLabels:
      app: api
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.29
`,
  *check(budget, { unit }) {
    if (budget.selector === undefined) return;
    const guarded = selectWorkloads(unit.index, budget.selector, budget.namespace).matched;
    if (guarded.length === 0) return;
    for (const other of earlierBudgets(budget, unit)) {
      if (other.selector === undefined) continue;
      const { selector, namespace } = other;
      const shared = guarded.find(
        (workload) =>
          sameNamespace(workload.namespace, namespace) === 'yes' && matchWorkload(selector, workload) === 'yes',
      );
      if (shared === undefined) continue;
      const { start, end } = headSpan(budget);
      yield {
        at: { start, end },
        message: `the Pods of \`${describeResource(shared)}\` are guarded by \`${describeResource(other)}\` too: the eviction API refuses to evict Pods with two budgets, and node drains hang`,
        related: [
          relatedTo(other, `\`${describeResource(other)}\` selects them too`),
          relatedTo(shared, `\`${describeResource(shared)}\` makes the Pods`),
        ],
      };
      return;
    }
  },
});

/** The budgets of the same namespace that are applied together with this one; of each pair the later one speaks. */
function* earlierBudgets(budget: PodDisruptionBudget, unit: Unit): Iterable<PodDisruptionBudget> {
  for (const other of neighbours(budget, unit)) {
    if (
      other.type !== 'disruptionBudget' ||
      other === budget ||
      other.opaque ||
      other.name?.value === budget.name?.value
    )
      continue;
    if (other.file > budget.file || (other.file === budget.file && other.start > budget.start)) continue;
    if (areAppliedTogether(unit, other, budget) !== 'no') yield other;
  }
}

/** The objects that may be applied together with a budget: loose files of other folders are not. */
function neighbours(budget: PodDisruptionBudget, { kind, index }: Unit): Iterable<Resource> {
  if (kind !== 'loose') return index.ofType('disruptionBudget');
  return index.filesIn(dirname(budget.file)).flatMap((file) => index.inFile(file));
}

function relatedTo(resource: Resource, message: string): Related {
  const { start, end } = headSpan(resource);
  return { file: resource.file, start, end, message };
}

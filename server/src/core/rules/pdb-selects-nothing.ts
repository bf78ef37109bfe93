import { findDoubts, weigh } from '../cluster/locality.ts';
import { showsAny } from '../cluster/lookup.ts';
import { findNearMiss } from '../cluster/nearMiss.ts';
import { isInDoubt, mayMatchExternalPods, whyMoreMayExist } from '../cluster/openWorld.ts';
import { isRuntimeLabel, selectWorkloads } from '../cluster/selection.ts';
import { type LabelSelector, selectorText } from '../k8s/labels.ts';
import { defineRule } from './rule.ts';
import { describeNamespace, labelsRelated, nearMissFix, nearMissMessage } from './shared/selectors.ts';

export const pdbSelectsNothing = defineRule({
  id: 'pdb-selects-nothing',
  types: ['disruptionBudget'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A PodDisruptionBudget selects no Pod of any workload',
  why: `A PodDisruptionBudget guards the Pods of its namespace that its selector takes. One that takes none is accepted and
guards nothing: a node drain evicts all Pods of the workload at once.`,
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/',
  bad: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: orders
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: order
           ^^^^^ no workload has the label \`app=order\`, so this budget guards nothing; \`Deployment/orders\` has \`app=orders\`
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 2
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
`,
  good: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: orders
spec:
  minAvailable: 1
  selector:
    matchLabels:
      app: orders
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: everything
  namespace: batch
spec:
  maxUnavailable: 1
  selector: {}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 2
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
`,
  *check(budget, { unit, settings }) {
    const { selector, namespace } = budget;
    if (selector === undefined || selector.requirements.length === 0 || !isDecided(selector)) return;
    const doubts = findDoubts(unit, (index) => selectWorkloads(index, selector, namespace));
    if (doubts === undefined) return;
    if (mayMatchExternalPods(settings.external, selector)) return;
    const miss = findNearMiss(unit.index, selector, namespace, budget.file);
    const weight = miss === undefined ? 'none' : weigh(unit, budget.file, miss.workload, doubts, selector);
    if (miss !== undefined && weight !== 'none') {
      const isSure = weight === 'full' && !isInDoubt(unit, budget, namespace, settings.external);
      const { start, end } = miss.differs === 'key' ? miss.requirement.key : (miss.requirement.values[0] ?? selector);
      yield {
        at: { start, end },
        severity: isSure ? 'warning' : 'hint',
        message: nearMissMessage(miss, 'so this budget guards nothing', isSure),
        related: [labelsRelated(miss.workload)],
        fixes: [nearMissFix(budget.file, miss)],
      };
      return;
    }
    const [first] = selector.requirements;
    if (first === undefined || doubts.length > 0 || !showsAny(unit.index.ofType('workload'), namespace)) return;
    if (whyMoreMayExist(unit, namespace, settings.external) !== undefined) return;
    const { start, end } = first.values[0] ?? first.key;
    yield {
      at: { start, end },
      severity: 'hint',
      message: `no manifest here shows a workload${describeNamespace(namespace)} with the labels \`${selectorText(selector)}\`; unless its Pods come from elsewhere, this budget guards nothing`,
    };
  },
});

function isDecided(selector: LabelSelector): boolean {
  return !selector.open && selector.requirements.every(({ decided, key }) => decided && !isRuntimeLabel(key.value));
}

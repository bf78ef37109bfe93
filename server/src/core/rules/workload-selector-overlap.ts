import { matchWorkload, sameNamespace } from '../cluster/selection.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

/** What adopts bare Pods that match, whoever made them; the others tell their own by a hash or by their names. */
const ADOPTERS: ReadonlySet<Workload['maker']> = new Set(['ReplicaSet', 'ReplicationController']);

const CONTROLLERS: ReadonlySet<Workload['maker']> = new Set(['Deployment', 'StatefulSet', 'DaemonSet', ...ADOPTERS]);

export const workloadSelectorOverlap = defineRule({
  id: 'workload-selector-overlap',
  types: ['workload'],
  severity: 'info',
  reads: 'unit',
  summary: 'Two workloads select the Pods of each other',
  why: `Kubernetes does not stop two workloads of one namespace from having overlapping selectors, and says that they "may have
unexpected conflicts". Deployments tell their Pods apart by a hash, but everything else that uses the same labels (a Service, a policy,
a budget, \`kubectl logs\`) takes both. ReplicaSets and ReplicationControllers adopt each other's Pods before they are owned.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
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
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
  ^^^^^^^^ \`Deployment/orders\` selects the Pods of \`Deployment/worker\`, and the other way round: give each a label of its own
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: worker
          image: orders:1.4
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
      component: server
  template:
    metadata:
      labels:
        app: orders
        component: server
    spec:
      containers:
        - name: server
          image: orders:1.4
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: worker
spec:
  selector:
    matchLabels:
      app: orders
      component: worker
  template:
    metadata:
      labels:
        app: orders
        component: worker
    spec:
      containers:
        - name: worker
          image: orders:1.4
`,
  *check(workload, { unit }) {
    if (!CONTROLLERS.has(workload.maker) || workload.selector === undefined || workload.selectorKey === undefined)
      return;
    const other = findRival(workload, unit);
    if (other === undefined) return;
    const { start, end } = other.selectorKey ?? headSpan(other);
    yield {
      at: workload.selectorKey,
      severity: ADOPTERS.has(workload.maker) && ADOPTERS.has(other.maker) ? 'warning' : 'info',
      message: `\`${describeResource(other)}\` selects the Pods of \`${describeResource(workload)}\`, and the other way round: give each a label of its own`,
      related: [{ file: other.file, start, end, message: `the selector of \`${describeResource(other)}\`` }],
    };
  },
});

/** Of each pair the later one speaks. */
function findRival(workload: Workload, unit: Unit): Workload | undefined {
  const [label] = workload.template.labels?.entries ?? [];
  if (label?.value === undefined || workload.selector === undefined) return undefined;
  const { selector } = workload;
  for (const other of unit.index.workloadsWithLabel(label.key.value, label.value.value)) {
    if (other === workload || !CONTROLLERS.has(other.maker) || other.selector === undefined) continue;
    if (other.file > workload.file || (other.file === workload.file && other.start > workload.start)) continue;
    const isSame = other.kind === workload.kind && other.name?.value === workload.name?.value;
    if (isSame || sameNamespace(other.namespace, workload.namespace) !== 'yes') continue;
    if (matchWorkload(selector, other) !== 'yes' || matchWorkload(other.selector, workload) !== 'yes') continue;
    if (areAppliedTogether(unit, other, workload) !== 'no') return other;
  }
  return undefined;
}

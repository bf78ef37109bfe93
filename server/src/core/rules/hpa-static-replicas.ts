import { sameNamespace } from '../cluster/selection.ts';
import type { HorizontalPodAutoscaler } from '../k8s/autoscaler.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

export const hpaStaticReplicas = defineRule({
  id: 'hpa-static-replicas',
  types: ['workload'],
  severity: 'info',
  reads: 'unit',
  summary: 'A workload under an autoscaler says how many replicas it wants',
  why: `A HorizontalPodAutoscaler writes \`spec.replicas\` of its target. Where the manifest has a number as well, every
\`kubectl apply\` sets the workload back to that number until the autoscaler acts again: in the middle of the day it may lose most
of its Pods. Kubernetes advises to leave the field away. \`replicas: 0\` is another matter: it turns the autoscaler off.`,
  source:
    'https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 2
            ^ \`HorizontalPodAutoscaler/orders\` decides how many Pods there are; every apply sets them back to 2 until it acts again
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
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: orders
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: orders
  minReplicas: 2
  maxReplicas: 8
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
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: orders
spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: orders
  maxReplicas: 8
`,
  *check(workload, { unit }) {
    const { replicas, replicasKey } = workload;
    if (replicas?.value === undefined || replicas.value === 0 || replicasKey === undefined) return;
    const autoscaler = findAutoscaler(workload, unit);
    if (autoscaler === undefined) return;
    const { start, end } = autoscaler.target ?? headSpan(autoscaler);
    const name = describeResource(autoscaler);
    yield {
      at: replicas,
      message: `\`${name}\` decides how many Pods there are; every apply sets them back to ${replicas.value} until it acts again`,
      related: [{ file: autoscaler.file, start, end, message: `\`${name}\` scales it` }],
      fixes: [
        {
          title: 'Leave `replicas` to the autoscaler',
          safe: false,
          edits: [{ file: workload.file, edit: { kind: 'delete-pair', key: replicasKey } }],
        },
      ],
    };
  },
});

/** The autoscaler that is applied with a workload and certainly scales it. */
function findAutoscaler(workload: Workload, unit: Unit): HorizontalPodAutoscaler | undefined {
  for (const autoscaler of unit.index.ofType('autoscaler')) {
    const { target } = autoscaler;
    if (autoscaler.opaque || target?.kind?.value !== workload.kind || target.name?.value !== workload.name?.value)
      continue;
    if (target.name === undefined || sameNamespace(autoscaler.namespace, workload.namespace) !== 'yes') continue;
    if (areAppliedTogether(unit, autoscaler, workload) !== 'no') return autoscaler;
  }
  return undefined;
}

import { sameNamespace, selectWorkloads } from '../cluster/selection.ts';
import type { PodDisruptionBudget } from '../k8s/disruptionBudget.ts';
import type { IntOrString } from '../k8s/field.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';

export const pdbBlocksEviction = defineRule({
  id: 'pdb-blocks-eviction',
  types: ['disruptionBudget'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A PodDisruptionBudget never allows an eviction',
  why: `A drain of a node evicts its Pods through the eviction API, which asks every PodDisruptionBudget. One with
\`maxUnavailable: 0\`, or whose \`minAvailable\` is as large as the number of Pods, allows none at all: drains and node upgrades
hang until somebody deletes the budget or the Pods. Percentages are rounded up to whole Pods.`,
  source: 'https://kubernetes.io/docs/tasks/run-application/configure-pdb/#identify-an-application-to-protect',
  bad: `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: orders
spec:
  minAvailable: 2
                ^ 2 of 2 Pods of \`Deployment/orders\` must stay available, so none may ever be evicted and node drains hang
  selector:
    matchLabels:
      app: orders
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
  minAvailable: 50%
  selector:
    matchLabels:
      app: orders
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
  *check(budget, { unit }) {
    if (budget.selector === undefined) return;
    const { matched, possible } = selectWorkloads(unit.index, budget.selector, budget.namespace);
    const [workload] = matched;
    if (workload === undefined || matched.length > 1 || possible.length > 0) return;
    const replicas = leastPods(workload, unit);
    if (replicas === undefined || replicas === 0) return;
    const found = findBlock(budget, replicas, describeResource(workload));
    if (found === undefined) return;
    const { start, end } = workload.replicas ?? headSpan(workload);
    const message = `\`${describeResource(workload)}\` has ${replicas} ${replicas === 1 ? 'Pod' : 'Pods'}`;
    yield { ...found, related: [{ file: workload.file, start, end, message }] };
  },
});

function findBlock({ minAvailable, maxUnavailable }: PodDisruptionBudget, replicas: number, workload: string) {
  if (maxUnavailable?.value !== undefined && countOf(maxUnavailable.value, replicas) === 0) {
    const message = `no Pod of \`${workload}\` may ever be unavailable, so none may be evicted and node drains hang`;
    return { at: maxUnavailable, message };
  }
  if (minAvailable?.value === undefined) return undefined;
  const needed = countOf(minAvailable.value, replicas);
  if (needed === undefined || needed < replicas) return undefined;
  const message = `${needed} of ${replicas} Pods of \`${workload}\` must stay available, so none may ever be evicted and node drains hang`;
  return { at: minAvailable, message };
}

/** Percentages are of the Pods that the controller wants, rounded up (kubernetes pkg/controller/disruption). */
function countOf(value: IntOrString, replicas: number): number | undefined {
  if (typeof value === 'number') return value;
  const percent = /^(\d{1,3})%$/.exec(value)?.[1];
  return percent === undefined ? undefined : Math.ceil((Number(percent) * replicas) / 100);
}

/**
 * The fewest Pods that a workload has by what the manifests say; `undefined` where they do not: an autoscaler may make more, so
 * its least number counts only where it is its greatest, too.
 */
function leastPods(workload: Workload, { index, others }: Unit): number | undefined {
  if (!['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(workload.maker)) return undefined;
  for (const each of [index, ...others]) {
    for (const autoscaler of each.ofType('autoscaler')) {
      const { target, namespace } = autoscaler;
      const isOther = target?.name?.value !== undefined && target.name.value !== workload.name?.value;
      if (!isOther && sameNamespace(namespace, workload.namespace) !== 'no') return undefined;
    }
    for (const { group } of each.customResources) if (group === 'keda.sh') return undefined;
  }
  return replicasOf(workload);
}

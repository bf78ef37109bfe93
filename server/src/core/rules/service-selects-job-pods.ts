import { selectWorkloads } from '../cluster/selection.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import { isJob, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';
import { narrowSelectorFix } from './shared/narrowSelector.ts';

export const serviceSelectsJobPods = defineRule({
  id: 'service-selects-job-pods',
  types: ['service'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A Service takes the Pods of a Job beside those of its application',
  why: `Every Pod with the labels of the selector becomes an endpoint while it runs, whoever made it. The Pods of a migration Job
or CronJob that carry the labels of the application get a share of its traffic until they end, and answer nothing. A label that
only the application has (\`app.kubernetes.io/component\`) in the selector keeps them out.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#services-in-kubernetes',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
        ^^^^^^ the selector takes the Pods of \`Job/migrate\` as well as those of \`Deployment/orders\`: while they run they get a share of the connections
spec:
  selector:
    app: orders
  ports:
    - port: 80
---
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
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: orders
        component: migration
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: orders:1.4
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
    component: server
  ports:
    - port: 80
---
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
apiVersion: batch/v1
kind: Job
metadata:
  name: migrate
spec:
  template:
    metadata:
      labels:
        app: orders
        component: migration
    spec:
      restartPolicy: Never
      containers:
        - name: migrate
          image: orders:1.4
`,
  *check(service, { unit }) {
    const taken = takenByAccident(service, unit);
    if (taken === undefined) return;
    const { lasting, passing } = taken;
    const [job] = passing;
    const [server] = lasting;
    if (job === undefined || server === undefined) return;
    const { start, end } = headSpan(service);
    const fix = narrowSelectorFix(service, lasting, passing);
    yield {
      at: { start, end },
      message: `the selector takes the Pods of \`${describeResource(job)}\` as well as those of \`${describeResource(server)}\`: while they run they get a share of the connections`,
      related: [job, server].map((workload) => ({
        file: workload.file,
        start: headSpan(workload).start,
        end: headSpan(workload).end,
        message: `the Pods of \`${describeResource(workload)}\` have the labels of the selector`,
      })),
      ...(fix && { fixes: [fix] }),
    };
  },
});

/** What a Service takes of Jobs beside what runs on; `undefined` where it takes one kind alone: then that is meant. */
export function takenByAccident(
  service: Service,
  unit: Unit,
): { readonly lasting: readonly Workload[]; readonly passing: readonly Workload[] } | undefined {
  if (!selectsPods(service) || service.selector === undefined) return undefined;
  const { matched } = selectWorkloads(unit.index, service.selector, service.namespace);
  const near = matched.filter((workload) => areAppliedTogether(unit, service, workload) !== 'no');
  const passing = near.filter((workload) => isJob(workload) || isHook(workload));
  const lasting = near.filter((workload) => !passing.includes(workload));
  return passing.length > 0 && lasting.length > 0 ? { lasting, passing } : undefined;
}

/** Helm runs a hook's Pod to its end and does not count it among the release. */
function isHook({ maker, annotations }: Workload): boolean {
  return maker === 'Pod' && (annotations?.entries.some(({ key }) => key.value === 'helm.sh/hook') ?? false);
}

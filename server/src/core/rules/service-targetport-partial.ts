import { type PodPort, resolveServicePorts } from '../cluster/endpointPorts.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { takenByAccident } from './service-selects-job-pods.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';
import { narrowSelectorFix } from './shared/narrowSelector.ts';

export const serviceTargetportPartial = defineRule({
  id: 'service-targetport-partial',
  types: ['service'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A named targetPort exists on some of the selected workloads only',
  why: `The name of a \`targetPort\` is looked up on each Pod by itself. Pods without it stand in a slice of their own that has no
such port: they get no connection of this port, though the Service selects them. Mostly the selector is wider than meant, because
several workloads share the label that it asks for.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
      targetPort: http
                  ^^^^ \`Deployment/orders-worker\` has no port \`http\`/TCP, \`Deployment/orders\` has: the selector takes both, and only the Pods with the port get connections
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
      tier: server
  template:
    metadata:
      labels:
        app: orders
        tier: server
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - name: http
              containerPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders-worker
spec:
  selector:
    matchLabels:
      app: orders
      tier: worker
  template:
    metadata:
      labels:
        app: orders
        tier: worker
    spec:
      containers:
        - name: worker
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
    tier: server
  ports:
    - port: 80
      targetPort: http
---
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
        tier: server
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - name: http
              containerPort: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders-worker
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
        tier: worker
    spec:
      containers:
        - name: worker
          image: orders:1.4
`,
  *check(service, { unit }) {
    if (takenByAccident(service, unit) !== undefined) return;
    for (const { port, target, protocol, on } of resolveServicePorts(unit, service)) {
      const written = port.targetPort;
      if (typeof target !== 'string' || written?.value !== target || protocol === undefined) continue;
      const together = on.filter(({ workload }) => counts(service, workload, unit));
      const having = together.filter(({ found }) => found.kind === 'named').map(toWorkload);
      const lacking = together.filter(({ found }) => found.kind === 'none').map(toWorkload);
      const [has] = having;
      const [lacks] = lacking;
      if (has === undefined || lacks === undefined) continue;
      const fix = narrowSelectorFix(service, having, lacking);
      yield {
        at: written,
        message: `\`${describeResource(lacks)}\` has no port \`${target}\`/${protocol}, \`${describeResource(has)}\` has: the selector takes both, and only the Pods with the port get connections`,
        related: [lacks, has].map((workload) => ({
          file: workload.file,
          start: headSpan(workload).start,
          end: headSpan(workload).end,
          message: `\`${describeResource(workload)}\` is selected`,
        })),
        ...(fix && { fixes: [fix] }),
      };
    }
  },
});

/** Applied with the Service, and running: what is scaled to nothing has no Pods. */
function counts(service: Service, workload: Workload, unit: Unit): boolean {
  return workload.replicas?.value !== 0 && areAppliedTogether(unit, service, workload) !== 'no';
}

function toWorkload({ workload }: PodPort): Workload {
  return workload;
}

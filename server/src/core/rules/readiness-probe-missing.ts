import { resolvePortsIn } from '../cluster/endpointPorts.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import { isJob, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { defineRule } from './rule.ts';

export const readinessProbeMissing = defineRule({
  id: 'readiness-probe-missing',
  types: ['workload'],
  severity: 'info',
  reads: 'unit',
  optional: true,
  summary: 'A container behind a Service has no readiness probe',
  why: `Without a readiness probe a Pod counts as ready as soon as its containers run: during a rollout it gets connections before the
application listens, and keeps them while the application hangs.`,
  source: 'https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#readiness-probe',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: server
            ^^^^^^ \`Service/web\` leads to this container as soon as it runs: it has no \`readinessProbe\`
      image: nginx:1.29
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: server
      image: nginx:1.29
      readinessProbe:
        tcpSocket:
          port: 80
`,
  *check(workload, { unit }) {
    if (isJob(workload) || workload.maker === 'custom') return;
    const service = unit.index.derive(servedBy).get(workload);
    if (service === undefined) return;
    const containers = workload.template.containers.filter(({ role }) => role === 'container');
    if (containers.some(({ probes }) => probes.some(({ field }) => field === 'readinessProbe'))) return;
    const [first] = containers;
    if (first === undefined) return;
    const { start, end } = headSpan(service);
    yield {
      at: first.name ?? first,
      message: `\`${describeResource(service)}\` leads to this container as soon as it runs: it has no \`readinessProbe\``,
      related: [{ file: service.file, start, end, message: `\`${describeResource(service)}\` selects the Pods` }],
    };
  },
});

/** A Service that certainly leads to a workload, by workload. */
function servedBy(index: ResourceIndex): ReadonlyMap<Workload, Service> {
  const served = new Map<Workload, Service>();
  for (const service of index.ofType('service'))
    for (const { on } of resolvePortsIn(index, service).slice(0, 1))
      for (const { workload } of on) if (!served.has(workload)) served.set(workload, service);
  return served;
}

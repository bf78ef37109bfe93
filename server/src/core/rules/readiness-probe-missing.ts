import { resolvePortsIn } from '../cluster/endpointPorts.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import { type Container, isJob, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Fix } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

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
    if (isJob(workload) || workload.maker === 'custom' || workload.opaque || workload.template.containersOpen) return;
    if (isSystemNamespace(workload.namespace?.value)) return;
    const service = unit.index.derive(servedBy).get(workload);
    if (service === undefined) return;
    const containers = workload.template.containers.filter(({ role }) => role === 'container');
    if (containers.some(hasReadinessProbe)) return;
    const [first] = containers;
    if (first === undefined) return;
    const { start, end } = headSpan(service);
    yield {
      at: first.name ?? first,
      message: `\`${describeResource(service)}\` leads to this container as soon as it runs: it has no \`readinessProbe\``,
      related: [{ file: service.file, start, end, message: `\`${describeResource(service)}\` selects the Pods` }],
      fixes: fixesOf(workload, containers, service, unit),
    };
  },
});

function hasReadinessProbe({ probes, hasReadinessCommand }: Container): boolean {
  return hasReadinessCommand || probes.some(({ field }) => field === 'readinessProbe');
}

/** A probe of the port that the Service leads to, where one container declares it. */
function fixesOf(workload: Workload, containers: readonly Container[], service: Service, unit: Unit): readonly Fix[] {
  const [found] = resolvePortsIn(unit.index, service).flatMap(({ on }) =>
    on.filter((one) => one.workload === workload),
  );
  const port = found?.found.kind === 'named' || found?.found.kind === 'number' ? found.found.port : undefined;
  const declared = containers.flatMap((container) =>
    container.ports.flatMap((own) => (own.containerPort?.value === port ? [{ container, own }] : [])),
  );
  const [one, other] = declared;
  if (one === undefined || other !== undefined || (containerProtocolOf(one.own) ?? 'TCP') !== 'TCP') return [];
  const { start, end } = one.container;
  const value = `tcpSocket:\n  port: ${one.own.name?.value ?? port}`;
  const edit = { kind: 'insert-pair', mapping: { start, end }, key: 'readinessProbe', value } as const;
  return [{ title: 'Add a probe that connects to the port', safe: false, edits: [{ file: workload.file, edit }] }];
}

/** A Service that certainly leads to a workload, by workload. */
function servedBy(index: ResourceIndex): ReadonlyMap<Workload, Service> {
  const served = new Map<Workload, Service>();
  for (const service of index.ofType('service'))
    for (const { on } of resolvePortsIn(index, service).slice(0, 1))
      for (const { workload } of on) if (!served.has(workload)) served.set(workload, service);
  return served;
}

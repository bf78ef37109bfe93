import { findNearest } from '../base/editDistance.ts';
import { belongsTogether } from '../cluster/lookup.ts';
import { monitoredWorkloads } from '../cluster/monitored.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { mayAddContainers, type Workload } from '../k8s/workload.ts';
import { defineRule, replaceScalar } from './rule.ts';

export const podmonitorPortUnknown = defineRule({
  id: 'podmonitor-port-unknown',
  types: ['monitor'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A PodMonitor names a port that none of its Pods has',
  why: `\`podMetricsEndpoints[].port\` of a PodMonitor is the *name* of a container port. A name that no container of the selected
Pods declares is no error for the Prometheus operator: it scrapes nothing, in silence.`,
  source: 'https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.PodMetricsEndpoint',
  bad: `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  podMetricsEndpoints:
    - port: metric
            ^^^^^^ \`Deployment/orders\` has no container port named \`metric\`, so nothing is scraped; did you mean \`metrics\`?
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
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - name: metrics
              containerPort: 9090
`,
  good: `
apiVersion: monitoring.coreos.com/v1
kind: PodMonitor
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  podMetricsEndpoints:
    - port: metrics
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
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - name: metrics
              containerPort: 9090
`,
  *check(monitor, { unit, settings }) {
    if (monitor.kind !== 'PodMonitor') return;
    const { matched, possible } = monitoredWorkloads(unit.index, monitor);
    const [first] = matched;
    if (first === undefined || possible.length > 0 || matched.some(isOpen)) return;
    if (!matched.some((workload) => belongsTogether(monitor, workload, unit))) return;
    const names = matched.flatMap(namesOf);
    const others = unit.others.flatMap((index) => {
      const selection = monitoredWorkloads(index, monitor);
      return [...selection.matched, ...selection.possible];
    });
    // An operator may make another one that has the port.
    const mayBeMore = whyMoreMayExist(unit, monitor.namespace, settings.external) !== undefined;
    for (const { port } of monitor.endpoints) {
      const wanted = port?.value;
      if (port === undefined || wanted === undefined || wanted === '' || names.includes(wanted)) continue;
      if (others.some((workload) => isOpen(workload) || namesOf(workload).includes(wanted))) continue;
      const near = findNearest(wanted, names, (name) => name);
      const who =
        matched.length === 1
          ? `\`${describeResource(first)}\` has no container port named`
          : `none of the ${matched.length} selected workloads has a container port named`;
      yield {
        at: port,
        severity: mayBeMore ? 'hint' : 'warning',
        message: `${who} \`${wanted}\`, so nothing is scraped${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
        related: matched.slice(0, 4).map((workload) => {
          const { start, end } = headSpan(workload);
          const own = namesOf(workload).map((name) => `\`${name}\``);
          const message = `\`${describeResource(workload)}\` ${own.length === 0 ? 'names no port' : `has ${own.join(', ')}`}`;
          return { file: workload.file, start, end, message };
        }),
        ...(near !== undefined && {
          fixes: [
            {
              title: `Change \`${wanted}\` to \`${near}\``,
              safe: false,
              edits: [replaceScalar(monitor.file, port, near)],
            },
          ],
        }),
      };
    }
  },
});

/** Every container counts, init containers too: Prometheus sees the ports of all. */
function namesOf({ template }: Workload): readonly string[] {
  return template.containers.flatMap(({ ports }) => ports.flatMap(({ name }) => name?.value ?? []));
}

function isOpen(workload: Workload): boolean {
  const { containers, containersOpen } = workload.template;
  if (workload.opaque || containersOpen || containers.length === 0 || mayAddContainers(workload)) return true;
  return containers.some(({ portsOpen, ports }) => portsOpen || ports.some(({ decided }) => !decided));
}

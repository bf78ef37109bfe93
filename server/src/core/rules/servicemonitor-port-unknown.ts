import { findNearest } from '../base/editDistance.ts';
import { belongsTogether } from '../cluster/lookup.ts';
import { monitoredServices } from '../cluster/monitored.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { defineRule, replaceScalar } from './rule.ts';

export const servicemonitorPortUnknown = defineRule({
  id: 'servicemonitor-port-unknown',
  types: ['monitor'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A ServiceMonitor names a port that none of its Services has',
  why: `\`endpoints[].port\` of a ServiceMonitor is the *name* of a port of the Service, neither its number nor the name of the
container's port. A name that no selected Service has is no error for the Prometheus operator: it scrapes nothing, in silence.`,
  source: 'https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Endpoint',
  bad: `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  endpoints:
    - port: metric
            ^^^^^^ \`Service/orders\` has no port named \`metric\`, so nothing is scraped; did you mean \`metrics\`?
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  labels:
    app: orders
spec:
  selector:
    app: orders
  ports:
    - name: metrics
      port: 9090
`,
  good: `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  endpoints:
    - port: metrics
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  labels:
    app: orders
spec:
  selector:
    app: orders
  ports:
    - name: metrics
      port: 9090
`,
  *check(monitor, { unit, settings }) {
    if (monitor.kind !== 'ServiceMonitor') return;
    const here = monitoredServices(unit.index, monitor);
    const services = here.matched.filter((service) => belongsTogether(monitor, service, unit));
    const [first] = services;
    if (first === undefined || here.possible.length > 0) return;
    if ([...here.matched].some((service) => service.opaque || service.portsOpen)) return;
    const names = here.matched.flatMap(({ ports }) => ports.map(({ name }) => name));
    if (names.some((name) => name !== undefined && name.value === undefined)) return;
    const others = unit.others.map((index) => monitoredServices(index, monitor));
    // An operator may make another one that has the port.
    const mayBeMore = whyMoreMayExist(unit, monitor.namespace, settings.external) !== undefined;
    for (const { port } of monitor.endpoints) {
      const wanted = port?.value;
      if (port === undefined || wanted === undefined || wanted === '') continue;
      if (names.some((name) => name?.value === wanted)) continue;
      const isElsewhere = others.some(({ matched, possible }) =>
        [...matched, ...possible].some(
          (service) => service.portsOpen || service.ports.some(({ name }) => name?.value === wanted),
        ),
      );
      if (isElsewhere) continue;
      const near = findNearest(wanted, names, (name) => name?.value ?? '')?.value;
      const who =
        services.length === 1
          ? `\`${describeResource(first)}\` has`
          : `none of the ${services.length} selected Services has`;
      const lack = services.length === 1 ? `no port named \`${wanted}\`` : `a port named \`${wanted}\``;
      yield {
        at: port,
        severity: mayBeMore ? 'hint' : 'warning',
        message: `${who} ${lack}, so nothing is scraped${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
        related: services.slice(0, 4).map((service) => {
          const { start, end } = headSpan(service);
          const own = service.ports.flatMap(({ name }) => (name?.value === undefined ? [] : `\`${name.value}\``));
          const message = `\`${describeResource(service)}\` ${own.length === 0 ? 'names no port' : `has ${own.join(', ')}`}`;
          return { file: service.file, start, end, message };
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

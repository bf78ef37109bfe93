import { findNearest } from '../base/editDistance.ts';
import { belongsTogether } from '../cluster/lookup.ts';
import { monitoredServices } from '../cluster/monitored.ts';
import { isTypo } from '../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { sameNamespace } from '../cluster/selection.ts';
import { matchRequirement, type Requirement } from '../k8s/labels.ts';
import type { Monitor } from '../k8s/monitor.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, replaceScalar } from './rule.ts';

export const servicemonitorSelectsNothing = defineRule({
  id: 'servicemonitor-selects-nothing',
  types: ['monitor'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A ServiceMonitor selects no Service',
  why: `A ServiceMonitor selects Services by the labels in *their own* metadata, not by those of the Pods, and only in its own
namespace unless \`namespaceSelector\` names others. Where it selects none, the Prometheus operator says nothing and nothing is scraped.`,
  source: 'https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors',
  bad: `
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: orders
  namespace: monitoring
spec:
  selector:
    matchLabels:
      app: orders
           ^^^^^^ \`Service/orders\` has these labels, but is in namespace \`shop\`: without \`namespaceSelector\` only \`monitoring\` is looked at
  endpoints:
    - port: metrics
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
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
  namespace: monitoring
spec:
  namespaceSelector:
    matchNames:
      - shop
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
  namespace: shop
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
    const { selector } = monitor;
    if (monitor.kind !== 'ServiceMonitor' || selector === undefined || selector.open) return;
    if (selector.requirements.length === 0) return;
    for (const index of [unit.index, ...unit.others]) {
      const { matched, possible } = monitoredServices(index, monitor);
      if (matched.length > 0 || possible.length > 0) return;
    }
    if (whyMoreMayExist(unit, monitor.namespace, settings.external) !== undefined) return;
    const elsewhere = monitoredServices(unit.index, monitor).elsewhere.find(
      (service) => belongsTogether(monitor, service, unit) || isPair(monitor, service),
    );
    if (elsewhere !== undefined) yield outOfReach(monitor, elsewhere);
    else yield* slip(monitor, unit);
  },
});

/** A monitor and a Service of one name, or of names that differ in a part, are meant for each other wherever they stand. */
function isPair(monitor: Monitor, service: Service): boolean {
  return monitor.name?.value !== undefined && monitor.name.value === service.name?.value;
}

function outOfReach(monitor: Monitor, service: Service): Finding {
  const [first] = monitor.selector?.requirements ?? [];
  const { start, end } = headSpan(service);
  const isAbsent = !monitor.namespaces.written;
  const own = monitor.namespace?.value;
  const scope = isAbsent
    ? `without \`namespaceSelector\` only ${own === undefined ? "the monitor's own namespace" : `\`${own}\``} is looked at`
    : '`namespaceSelector` does not name it';
  return {
    at: first?.values[0] ?? first?.key ?? headSpan(monitor),
    message: `\`${describeResource(service)}\` has these labels, but is in namespace \`${service.namespace?.value ?? ''}\`: ${scope}`,
    related: [{ file: service.file, start, end, message: `\`${describeResource(service)}\` is here` }],
  };
}

/** One requirement that a Service misses by a typo. */
function* slip(monitor: Monitor, unit: Unit): Iterable<Finding> {
  const requirements = monitor.selector?.requirements ?? [];
  for (const requirement of requirements) {
    const [value] = requirement.values;
    if (requirement.operator !== 'In' || requirement.values.length !== 1 || value === undefined) continue;
    const rest = requirements.filter((other) => other !== requirement);
    const candidates = [...unit.index.ofType('service')].filter((service) => isNear(monitor, service, rest, unit));
    const near = findNearest(value.value, candidates, (service) => labelOf(service, requirement) ?? '');
    const actual = near && labelOf(near, requirement);
    if (near === undefined || actual === undefined || !isTypo(value.value, actual)) continue;
    const { start, end } = headSpan(near);
    yield {
      at: value,
      message: `no Service has the label \`${requirement.key.value}=${value.value}\`, so nothing is scraped; \`${describeResource(near)}\` has \`${requirement.key.value}=${actual}\``,
      related: [{ file: near.file, start, end, message: `the labels of \`${describeResource(near)}\`` }],
      fixes: [
        {
          title: `Change \`${value.value}\` to \`${actual}\``,
          safe: false,
          edits: [replaceScalar(monitor.file, value, actual)],
        },
      ],
    };
    return;
  }
}

function isNear(monitor: Monitor, service: Service, rest: readonly Requirement[], unit: Unit): boolean {
  if (service.opaque || service.labels === undefined || !belongsTogether(monitor, service, unit)) return false;
  if (!monitor.namespaces.written && sameNamespace(monitor.namespace, service.namespace) === 'no') return false;
  const { labels } = service;
  return rest.every((requirement) => matchRequirement(requirement, labels) === 'yes');
}

function labelOf(service: Service, { key }: Requirement): string | undefined {
  return service.labels?.entries.find((entry) => entry.key.value === key.value)?.value?.value;
}

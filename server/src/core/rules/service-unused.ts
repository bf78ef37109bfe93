import { hostReferencesOf, hostWordsOf, isHostHolder, meaningsOf, namespaceOf } from '../cluster/hostReferences.ts';
import { monitoredServices } from '../cluster/monitored.ts';
import { sameNamespace } from '../cluster/selection.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import { isHeadless, type Service, serviceTypeOf } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

export const serviceUnused = defineRule({
  id: 'service-unused',
  types: ['service'],
  severity: 'hint',
  reads: 'unit',
  optional: true,
  summary: 'Nothing in the manifests uses a Service',
  why: `No Ingress, route, StatefulSet or monitor of the manifests names the Service, and no variable, argument or ConfigMap holds its DNS
name. Its users may live elsewhere, or know it from code; otherwise it is a leftover.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
        ^^^^^^ no manifest here uses this Service
spec:
  selector:
    app: orders
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: web:2.0
      env:
        - name: ORDERS_URL
          value: http://orders:80/
`,
  *check(service, { unit, settings }) {
    const name = service.name?.value;
    const type = serviceTypeOf(service);
    if (isSystemNamespace(service.namespace?.value)) return;
    if (name === undefined || type !== 'ClusterIP' || isHeadless(service) || unit.open !== undefined) return;
    if (isNamed(service, name, unit) || isMonitored(service, unit)) return;
    if (namesInValues(unit, settings.clusterDomain, service).has(name)) return;
    const { start, end } = headSpan(service);
    yield { at: { start, end }, message: 'no manifest here uses this Service' };
  },
});

/** By an Ingress, a route, a StatefulSet, or hand-written endpoints. */
function isNamed({ namespace }: Service, name: string, { index, others }: Unit): boolean {
  return [index, ...others].some((each) => {
    for (const ingress of each.ofType('ingress'))
      if (
        sameNamespace(ingress.namespace, namespace) !== 'no' &&
        ingress.backends.some(({ service }) => service?.value === name)
      )
        return true;
    for (const route of each.ofType('route'))
      if (route.backends.some((backend) => backend.name?.value === name)) return true;
    for (const workload of each.ofType('workload')) if (workload.serviceName?.value === name) return true;
    return [...each.ofType('endpoints')].some((endpoints) => endpoints.service?.value === name);
  });
}

function isMonitored(service: Service, { index }: Unit): boolean {
  return [...index.ofType('monitor')].some((monitor) => {
    const { matched, possible } = monitoredServices(index, monitor);
    return monitor.kind === 'ServiceMonitor' && (matched.includes(service) || possible.includes(service));
  });
}

/** The names of Services that values of the unit may mean in the Service's namespace. */
function namesInValues(unit: Unit, clusterDomain: string, { namespace }: Service): ReadonlySet<string> {
  const names = new Set<string>();
  for (const holder of unit.index.all) {
    if (!isHostHolder(holder)) continue;
    for (const { text } of [...hostReferencesOf(unit, holder), ...hostWordsOf(unit, holder)]) {
      for (const meaning of meaningsOf(text.host.value, clusterDomain))
        if (sameNamespace(namespaceOf(meaning, holder), namespace) !== 'no') names.add(meaning.service);
    }
  }
  return names;
}

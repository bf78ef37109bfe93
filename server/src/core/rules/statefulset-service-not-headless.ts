import { lookUp, nearestTo } from '../cluster/lookup.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { type Service, serviceTypeOf } from '../k8s/service.ts';
import { defineRule, type Fix } from './rule.ts';

export const statefulsetServiceNotHeadless = defineRule({
  id: 'statefulset-service-not-headless',
  types: ['workload'],
  severity: 'info',
  reads: 'unit',
  summary: 'The Service of a StatefulSet has an address of its own',
  why: `A StatefulSet asks for a headless Service to give its Pods stable names. The name of a Service with a cluster IP leads to any
of the Pods instead of to all of them, and only for headless Services is it documented that each Pod has a name of its own.

\`clusterIP\` cannot be changed: to make a Service headless it is deleted and created again.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#limitations',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: pg
spec:
  selector:
    app: pg
  ports:
    - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: pg
spec:
  serviceName: pg
               ^^ Service \`pg\` has a cluster IP: its name leads to any Pod of \`StatefulSet/pg\`, and names of single Pods are documented for headless Services only
  selector:
    matchLabels:
      app: pg
  template:
    metadata:
      labels:
        app: pg
    spec:
      containers:
        - name: pg
          image: postgres:17
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: pg
spec:
  clusterIP: None
  selector:
    app: pg
  ports:
    - port: 5432
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: pg
spec:
  serviceName: pg
  selector:
    matchLabels:
      app: pg
  template:
    metadata:
      labels:
        app: pg
    spec:
      containers:
        - name: pg
          image: postgres:17
`,
  *check(set, { unit }) {
    const name = set.serviceName;
    if (set.maker !== 'StatefulSet' || name?.value === undefined) return;
    const services = nearestTo(set, lookUp(unit.index.services(name.value), set.namespace).here, unit);
    const [service] = services;
    if (service === undefined || !services.every(hasClusterIP)) return;
    const { start, end } = name;
    yield {
      at: { start, end },
      message: `Service \`${name.value}\` has a cluster IP: its name leads to any Pod of \`${describeResource(set)}\`, and names of single Pods are documented for headless Services only`,
      related: [{ file: service.file, ...placeOf(service), message: `Service \`${name.value}\` is not headless` }],
      fixes: services.length === 1 ? fixesOf(service) : [],
    };
  },
});

function hasClusterIP(service: Service): boolean {
  const type = serviceTypeOf(service);
  if (service.opaque || type === undefined || type === 'ExternalName') return false;
  const addresses = [service.clusterIP, ...service.clusterIPs];
  return addresses.every((field) => field === undefined || (field.value !== undefined && field.value !== 'None'));
}

function placeOf({ clusterIP, name, kindSpan }: Service): { readonly start: number; readonly end: number } {
  const { start, end } = clusterIP ?? name ?? kindSpan;
  return { start, end };
}

/** Ports of nodes and load balancers need an address, so other types stay what they are. */
function fixesOf(service: Service): readonly Fix[] {
  const { file, clusterIP, clusterIPs, specPlace } = service;
  if (serviceTypeOf(service) !== 'ClusterIP' || clusterIPs.length > 0) return [];
  const title = 'Make the Service headless (it must be created anew)';
  if (clusterIP !== undefined) {
    const span = { start: clusterIP.start, end: clusterIP.end };
    return [{ title, safe: false, edits: [{ file, edit: { kind: 'replace-scalar', span, value: 'None' } }] }];
  }
  if (specPlace === undefined) return [];
  return [
    {
      title,
      safe: false,
      edits: [{ file, edit: { kind: 'insert-pair', mapping: specPlace, key: 'clusterIP', value: 'None' } }],
    },
  ];
}

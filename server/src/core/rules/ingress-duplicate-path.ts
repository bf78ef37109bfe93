import { sameNamespace } from '../cluster/selection.ts';
import type { Ingress, IngressBackend } from '../k8s/ingress.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { areAppliedTogether } from './shared/appliedTogether.ts';

export const ingressDuplicatePath = defineRule({
  id: 'ingress-duplicate-path',
  types: ['ingress'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Two rules of Ingresses give one path to different backends',
  why: `The rules of all Ingresses of one class are joined into one table. Where two of them have the same host, path and path
type but other backends, the controller takes one of them (most take the older object, some refuse the second); the other backend gets nothing.
Canary releases, which split one path on purpose, say so in annotations.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend:
              service:
                name: orders
                port:
                  number: 80
          - path: /api
                  ^^^^ path \`/api\` of \`shop.example.com\` leads to Service \`orders\` already, in \`Ingress/shop\`; only one of the two gets the requests
            pathType: Prefix
            backend:
              service:
                name: billing
                port:
                  number: 80
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /api
            pathType: Prefix
            backend:
              service:
                name: orders
                port:
                  number: 80
          - path: /api
            pathType: Exact
            backend:
              service:
                name: billing
                port:
                  number: 80
`,
  *check(ingress, { unit }) {
    if (isSplit(ingress)) return;
    for (const backend of ingress.backends) {
      const key = keyOf(backend);
      if (key === undefined || backend.path === undefined) continue;
      const first = findFirst(ingress, backend, key, unit);
      if (first?.backend.path === undefined) continue;
      const { start, end } = first.backend.path;
      const host = backend.host?.value === undefined ? 'all hosts' : `\`${backend.host.value}\``;
      yield {
        at: backend.path,
        message: `path \`${backend.path.value}\` of ${host} leads to Service \`${first.backend.service?.value}\` already, in \`${describeResource(first.ingress)}\`; only one of the two gets the requests`,
        related: [{ file: first.ingress.file, start, end, message: 'the first rule' }],
      };
    }
  },
});

/** Annotations by which controllers split one path between several Ingresses, or choose by more than the path. */
const SPLITTING =
  /^(?:nginx\.ingress\.kubernetes\.io\/(?:canary.*|server-snippet|configuration-snippet|use-regex)|alb\.ingress\.kubernetes\.io\/(?:conditions\..*|actions\..*|group\..*))$/;

function isSplit({ annotations, opaque }: Ingress): boolean {
  return opaque || (annotations?.entries.some(({ key }) => SPLITTING.test(key.value)) ?? false);
}

/** Host, path and path type; `undefined` where one is not decided, or the backend is no Service. */
function keyOf({ place, host, path, pathType, service, resource }: IngressBackend): string | undefined {
  if (place !== 'path' || resource || service?.value === undefined || path?.value === undefined) return undefined;
  if (host !== undefined && host.value === undefined) return undefined;
  if (pathType === undefined || pathType.value === undefined) return undefined;
  return JSON.stringify([host?.value ?? '', path.value, pathType.value]);
}

/** The earlier rule with the same key and another backend. */
function findFirst(ingress: Ingress, backend: IngressBackend, key: string, unit: Unit) {
  for (const other of unit.index.derive(pathTable).get(key) ?? []) {
    const isSame = other.ingress === ingress;
    if (isSame && other.backend.start >= backend.start) continue;
    if (!isSame && !isRival(other.ingress, ingress, unit)) continue;
    if (sameBackend(other.backend, backend)) return undefined;
    return other;
  }
  return undefined;
}

interface Entry {
  readonly ingress: Ingress;
  readonly backend: IngressBackend;
}

function pathTable(index: Unit['index']): ReadonlyMap<string, readonly Entry[]> {
  const table = new Map<string, Entry[]>();
  for (const ingress of index.ofType('ingress')) {
    if (isSplit(ingress)) continue;
    for (const backend of ingress.backends) {
      const key = keyOf(backend);
      if (key === undefined) continue;
      const entries = table.get(key);
      if (entries === undefined) table.set(key, [{ ingress, backend }]);
      else entries.push({ ingress, backend });
    }
  }
  return table;
}

/** Whether another Ingress, which stands earlier, is certainly of the same class and applied with this one. */
function isRival(other: Ingress, ingress: Ingress, unit: Unit): boolean {
  if (other.file > ingress.file || (other.file === ingress.file && other.start > ingress.start)) return false;
  if (other.name?.value === ingress.name?.value && sameNamespace(other.namespace, ingress.namespace) !== 'no')
    return false;
  if (classOf(other) === undefined || classOf(other) !== classOf(ingress)) return false;
  return areAppliedTogether(unit, other, ingress) !== 'no';
}

/** Empty: the default class; `undefined`: not decided. */
function classOf({ className, annotations }: Ingress): string | undefined {
  if (className !== undefined) return className.value;
  const written = annotations?.entries.find(({ key }) => key.value === 'kubernetes.io/ingress.class');
  return written === undefined ? '' : written.value?.value;
}

function sameBackend(one: IngressBackend, other: IngressBackend): boolean {
  const isKnown = one.port?.value !== undefined && other.port?.value !== undefined;
  return one.service?.value === other.service?.value && (!isKnown || one.port.value === other.port.value);
}

import { knownNamespaces } from '../cluster/namespaces.ts';
import type { Gateway, Granted, ObjectRef, ReferenceGrant, Route } from '../k8s/gateway.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';

export const referencegrantMissing = defineRule({
  id: 'referencegrant-missing',
  types: ['route', 'gateway'],
  severity: 'error',
  reads: 'unit',
  summary: 'A reference into another namespace has no ReferenceGrant there',
  why: `A route may name a backend of another namespace, and a Gateway a certificate, only where a ReferenceGrant *in that other
namespace* allows it. Without one the reference is treated as if its object did not exist: requests are answered with status 500, a
listener without certificate is not ready.`,
  source: 'https://gateway-api.sigs.k8s.io/api-types/referencegrant/',
  bad: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
  namespace: edge
spec:
  rules:
    - backendRefs:
        - name: orders
          namespace: shop
                     ^^^^ no ReferenceGrant in namespace \`shop\` lets an HTTPRoute of \`edge\` refer to a Service there, so the reference is refused
          port: 80
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
spec:
  selector:
    app: orders
  ports:
    - port: 80
`,
  good: `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: shop
  namespace: edge
spec:
  rules:
    - backendRefs:
        - name: orders
          namespace: shop
          port: 80
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata:
  name: edge
  namespace: shop
spec:
  from:
    - group: gateway.networking.k8s.io
      kind: HTTPRoute
      namespace: edge
  to:
    - group: ""
      kind: Service
---
apiVersion: v1
kind: Service
metadata:
  name: orders
  namespace: shop
spec:
  selector:
    app: orders
  ports:
    - port: 80
`,
  *check(resource, { unit }) {
    const own = resource.namespace?.value;
    if (own === undefined) return;
    for (const { ref, kind } of referencesOf(resource)) {
      const target = ref.namespace?.value;
      if (ref.namespace === undefined || target === undefined || target === own) continue;
      const what = { group: ref.group?.value ?? '', kind: ref.kind?.value ?? kind, name: ref.name?.value };
      if (what.name === undefined || isUndecidedRef(ref) || what.group !== '' || what.kind !== kind) continue;
      if (
        [unit.index, ...unit.others].some((index) =>
          [...index.ofType('referenceGrant')].some((grant) => allows(grant, resource, what, target)),
        )
      )
        continue;
      const article = /^[AEIOU]|^HTTP/.test(resource.kind) ? 'an' : 'a';
      yield {
        at: ref.namespace,
        severity: severityOf(unit, target),
        message: `no ReferenceGrant in namespace \`${target}\` lets ${article} ${resource.kind} of \`${own}\` refer to a ${what.kind} there, so the reference is refused`,
      };
    }
  },
});

/** Where no object of the other namespace is shown, its grants may stand in another repository. */
function severityOf(unit: Unit, target: string): 'error' | 'warning' | 'hint' {
  if (!knownNamespaces(unit).has(target) || unit.open !== undefined) return 'hint';
  const isShown = [...unit.index.ofType('service'), ...unit.index.ofType('workload')].some(
    ({ namespace }) => namespace?.value === target,
  );
  return isShown ? 'error' : 'hint';
}

function* referencesOf(resource: Route | Gateway): Iterable<{ readonly ref: ObjectRef; readonly kind: string }> {
  if (resource.type === 'route') for (const ref of resource.backends) yield { ref, kind: 'Service' };
  else
    for (const listener of resource.listeners) for (const ref of listener.certificates) yield { ref, kind: 'Secret' };
}

function isUndecidedRef({ group, kind }: ObjectRef): boolean {
  return (group !== undefined && group.value === undefined) || (kind !== undefined && kind.value === undefined);
}

interface Target {
  readonly group: string;
  readonly kind: string;
  readonly name: string | undefined;
}

/** Whether a grant allows, or may allow, the reference. */
function allows(grant: ReferenceGrant, from: Route | Gateway, to: Target, namespace: string): boolean {
  if (grant.namespace?.value !== undefined && grant.namespace.value !== namespace) return false;
  if (grant.opaque) return true;
  const isFrom = (entry: Granted) =>
    mayBe(entry.group, from.group) && mayBe(entry.kind, from.kind) && mayBe(entry.namespace, from.namespace?.value);
  const isTo = (entry: Granted) =>
    (entry.group === undefined ? to.group === '' : mayBe(entry.group, to.group)) &&
    mayBe(entry.kind, to.kind) &&
    (entry.name === undefined || mayBe(entry.name, to.name));
  return grant.from.some(isFrom) && grant.to.some(isTo);
}

function mayBe(field: Granted['kind'], value: string | undefined): boolean {
  return field !== undefined && (field.value === undefined || field.value === value);
}

import { sameNamespace } from '../cluster/selection.ts';
import { type Direction, isolates, type NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { hasCustomPolicies, isSystemNamespace } from './shared/customPolicies.ts';

export const namespaceWithoutDefaultDeny = defineRule({
  id: 'namespace-without-default-deny',
  types: ['other'],
  severity: 'info',
  reads: 'unit',
  optional: true,
  summary: 'A namespace has no policy that denies what no other policy allows',
  why: `NetworkPolicies only add to each other: what is allowed is what any of them allows, for Pods that any of them selects. A policy
with an empty \`podSelector\`, both policy types and no rules isolates every Pod of the namespace, those that come later too.`,
  source:
    'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-ingress-and-all-egress-traffic',
  bad: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
        ^^^^ namespace \`shop\` has no default-deny policy for ingress and egress, so Pods that no other policy selects are open
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.29
`,
  good: `
apiVersion: v1
kind: Namespace
metadata:
  name: shop
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  labels:
    app: web
spec:
  containers:
    - name: web
      image: nginx:1.29
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
  namespace: shop
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
`,
  *check(resource, { unit }) {
    const { name } = resource;
    if (resource.kind !== 'Namespace' || resource.group !== '' || name?.value === undefined) return;
    if (isSystemNamespace(name.value) || unit.open !== undefined || hasCustomPolicies(unit)) return;
    if (![...unit.index.ofType('workload')].some(({ namespace }) => namespace?.value === name.value)) return;
    const lacking = (['ingress', 'egress'] as const).filter((direction) => !mayDeny(unit, name, direction));
    if (lacking.length === 0) return;
    yield {
      at: name,
      message: `namespace \`${name.value}\` has no default-deny policy for ${lacking.join(' and ')}, so Pods that no other policy selects are open`,
    };
  },
});

function mayDeny({ index, others }: Unit, name: NetworkPolicy['namespace'], direction: Direction): boolean {
  return [index, ...others].some((each) =>
    [...each.ofType('networkPolicy')].some((policy) => {
      if (sameNamespace(policy.namespace, name) === 'no') return false;
      if (policy.opaque || policy.podSelector?.open === true) return true;
      if ((policy.podSelector?.requirements.length ?? 0) > 0) return false;
      return isolates(policy, direction) !== false;
    }),
  );
}

import { isolates } from '../k8s/networkPolicy.ts';
import { defineRule } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

export const netpolAllowAll = defineRule({
  id: 'netpol-allow-all',
  types: ['networkPolicy'],
  severity: 'info',
  reads: 'resource',
  optional: true,
  summary: 'A rule of a NetworkPolicy allows everything',
  why: `An empty rule (\`- {}\`) allows every connection of its direction, from and to everybody, on every port. Because policies only
add to each other, it undoes the isolation by all other policies that select the same Pods.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#allow-all-ingress-traffic',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - {}
      ^^ this rule allows all ingress, whatever other policies say
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
spec:
  podSelector:
    matchLabels:
      app: web
  ingress:
    - from:
        - podSelector: {}
`,
  *check(policy) {
    const { ingress, egress } = policy;
    if (isSystemNamespace(policy.namespace?.value)) return;
    for (const [direction, list] of [
      ['ingress', ingress],
      ['egress', egress],
    ] as const) {
      // Rules of a direction that the policy does not isolate do nothing.
      if (isolates(policy, direction) === false) continue;
      for (const rule of list?.rules ?? []) {
        if (rule.peers.length > 0 || rule.ports.length > 0 || rule.peersOpen || rule.portsOpen) continue;
        const { start, end } = rule;
        yield { at: { start, end }, message: `this rule allows all ${direction}, whatever other policies say` };
      }
    }
  },
});

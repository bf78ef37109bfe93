import { selectPolicyPods } from '../cluster/policySelection.ts';
import { type Direction, isolates } from '../k8s/networkPolicy.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { isJob, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule } from './rule.ts';
import { hasCustomPolicies, isSystemNamespace } from './shared/customPolicies.ts';

export const podWithoutNetworkpolicy = defineRule({
  id: 'pod-without-networkpolicy',
  types: ['workload'],
  severity: 'info',
  reads: 'unit',
  optional: true,
  summary: 'No NetworkPolicy isolates the Pods of a workload',
  why: `A Pod that no NetworkPolicy selects for a direction is open in that direction: every Pod of the cluster may connect to it, or
it to everything. Policies of several directions and namespaces are taken together; where a network plugin's own policies exist, nothing
is said.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
        ^^^^^^ no NetworkPolicy isolates the Pods of \`Deployment/orders\`: everybody may connect to them, and they to everything
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
`,
  good: `
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
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: default-deny
spec:
  podSelector: {}
  policyTypes:
    - Ingress
    - Egress
`,
  *check(workload, { unit }) {
    const { hostNetwork } = workload.template;
    if (isJob(workload) || workload.maker === 'custom' || isSystemNamespace(workload.namespace?.value)) return;
    if (hostNetwork !== undefined && hostNetwork.value !== false) return;
    if (unit.open !== undefined || hasCustomPolicies(unit)) return;
    const open = (['ingress', 'egress'] as const).filter((direction) => isOpen(workload, direction, unit));
    if (open.length === 0) return;
    const both = 'everybody may connect to them, and they to everything';
    const one = open[0] === 'ingress' ? 'everybody may connect to them' : 'they may connect to everything';
    const direction = open.length === 2 ? '' : ` for ${open[0]}`;
    const { start, end } = headSpan(workload);
    yield {
      at: { start, end },
      message: `no NetworkPolicy isolates the Pods of \`${describeResource(workload)}\`${direction}: ${open.length === 2 ? both : one}`,
    };
  },
});

/** Whether no policy of the folder isolates the Pods, not even perhaps. */
function isOpen(workload: Workload, direction: Direction, { index, others }: Unit): boolean {
  return [index, ...others].every((each) =>
    [...each.ofType('networkPolicy')].every((policy) => {
      if (policy.opaque) return false;
      if (isolates(policy, direction) === false) return true;
      const { matched, possible } = selectPolicyPods(index, policy);
      return !matched.includes(workload) && !possible.includes(workload);
    }),
  );
}

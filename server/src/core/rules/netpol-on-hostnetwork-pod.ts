import { selectPolicyPods } from '../cluster/policySelection.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import { defineRule } from './rule.ts';
import { describeAll } from './shared/policyReceivers.ts';

export const netpolOnHostnetworkPod = defineRule({
  id: 'netpol-on-hostnetwork-pod',
  types: ['networkPolicy'],
  severity: 'info',
  reads: 'unit',
  summary: 'A NetworkPolicy that selects Pods on the host network, where most network plugins do not enforce it',
  why: `A Pod with \`hostNetwork: true\` uses the addresses of its node. Kubernetes leaves open what policies do to such Pods: most
network plugins treat their traffic as that of the node, so that the policy neither protects nor restricts them, and
\`podSelector\` peers do not recognise them.

Policies that select a whole namespace are left alone, as long as they take other Pods too.`,
  source:
    'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: agent
        ^^^^^ \`DaemonSet/agent\` is on the host network, where most network plugins do not enforce policies: this one probably protects nothing
spec:
  podSelector:
    matchLabels:
      app: agent
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      hostNetwork: true
      containers:
        - name: agent
          image: agent:3
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: agent
spec:
  podSelector:
    matchLabels:
      app: agent
---
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  selector:
    matchLabels:
      app: agent
  template:
    metadata:
      labels:
        app: agent
    spec:
      containers:
        - name: agent
          image: agent:3
`,
  *check(policy, { unit }) {
    const { matched } = selectPolicyPods(unit.index, policy);
    const onHost = matched.filter(isOnHost);
    if (onHost.length === 0) return;
    const isAll = onHost.length === matched.length;
    const isNarrow = policy.podSelector !== undefined && policy.podSelector.requirements.length > 0;
    if (!isAll && !isNarrow) return;
    const verb = onHost.length === 1 ? 'is' : 'are';
    const effect = isAll ? 'this one probably protects nothing' : 'this one probably has no effect there';
    yield {
      at: headSpan(policy),
      message: `${describeAll(onHost)} ${verb} on the host network, where most network plugins do not enforce policies: ${effect}`,
      related: onHost.slice(0, 5).map(relate),
    };
  },
});

function isOnHost({ template, opaque }: Workload): boolean {
  return !opaque && template.hostNetwork?.value === true;
}

function relate(workload: Workload) {
  const { start, end } = workload.template.hostNetwork ?? headSpan(workload);
  return { file: workload.file, start, end, message: `\`${describeResource(workload)}\` asks for it here` };
}

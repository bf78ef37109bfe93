import { type LabelSelector, requirementText, selectorText } from '../k8s/labels.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import { defineRule, type Fix } from './rule.ts';
import { describePlace, findSplitPeer, peersOf, type SplitPeer } from './shared/policyPeers.ts';

export const netpolPeerOrInsteadOfAnd = defineRule({
  id: 'netpol-peer-or-instead-of-and',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Two peers, `namespaceSelector` and `podSelector`, that were probably meant as one',
  why: `Each item of \`from\` or \`to\` is an alternative. \`- namespaceSelector\` followed by \`- podSelector\` lets in *every* Pod of
those namespaces, and besides the labelled Pods of the policy's own namespace. Both keys in one item take the labelled Pods
of those namespaces only. One hyphen makes the difference.

It is a warning where the labelled Pods are in those namespaces and not in the policy's own. It is a hint where nothing shows
them, and where both places have such Pods and the list holds just these two.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
        - podSelector:
          ^^^^^^^^^^^ these are two peers: every Pod of \`kubernetes.io/metadata.name=monitoring\` namespaces, or Pods in namespace \`shop\` that match \`app=prometheus\`, of which there are none; without the hyphen it is one peer that takes only such Pods of those namespaces
            matchLabels:
              app: prometheus
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prometheus
  namespace: monitoring
spec:
  selector:
    matchLabels:
      app: prometheus
  template:
    metadata:
      labels:
        app: prometheus
    spec:
      containers:
        - name: prometheus
          image: prom/prometheus:v3.5.0
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: monitoring
          podSelector:
            matchLabels:
              app: prometheus
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prometheus
  namespace: monitoring
spec:
  selector:
    matchLabels:
      app: prometheus
  template:
    metadata:
      labels:
        app: prometheus
    spec:
      containers:
        - name: prometheus
          image: prom/prometheus:v3.5.0
`,
  *check(policy, { unit }) {
    for (const placed of peersOf(policy)) {
      if (placed.peer.podSelector === undefined) continue;
      const split = findSplitPeer(unit, policy, placed);
      if (split === undefined) continue;
      const { namespaceSelector, podSelector, pods, namespaces, reading } = split;
      const everyone = `every Pod of ${describeNamespaces(namespaceSelector)}`;
      const here = `Pods ${describePlace(policy.namespace)} that match \`${selectorText(podSelector)}\``;
      const message = `these are two peers: ${everyone}, or ${here}${reading === 'slip' ? ', of which there are none' : ''}; without the hyphen it is one peer that takes only such Pods of those namespaces`;
      const { start, end } = namespaces;
      yield {
        at: pods.podSelectorKey ?? pods,
        message,
        severity: reading === 'slip' ? 'warning' : 'hint',
        related: [{ file: policy.file, start, end, message: 'the other peer' }],
        fixes: [merge(policy, split)],
      };
    }
  },
});

function describeNamespaces({ requirements, open }: LabelSelector): string {
  if (requirements.length === 0 && !open) return 'every namespace';
  return `\`${requirements.map(requirementText).join(',')}\` namespaces`;
}

/** Moves the `podSelector` into the item of the `namespaceSelector`. */
function merge({ file }: NetworkPolicy, { pods, namespaces, podSelector }: SplitPeer): Fix {
  return {
    title: 'Make one peer of both',
    safe: false,
    edits: [
      {
        file,
        edit: {
          kind: 'insert-pair',
          mapping: { start: namespaces.start, end: namespaces.end },
          key: 'podSelector',
          value: selectorYaml(podSelector),
        },
      },
      { file, edit: { kind: 'delete-item', item: { start: pods.start, end: pods.end } } },
    ],
  };
}

function selectorYaml({ requirements }: LabelSelector): string {
  const labels = requirements.filter(({ origin }) => origin !== 'matchExpressions');
  const expressions = requirements.filter(({ origin }) => origin === 'matchExpressions');
  const lines = labels.map(({ key, values }) => `  ${key.value}: ${JSON.stringify(values[0]?.value ?? '')}`);
  const items = expressions.map(({ key, operator, values }) => {
    const list =
      values.length === 0 ? '' : `, values: [${values.map(({ value }) => JSON.stringify(value)).join(', ')}]`;
    return `  - {key: ${key.value}, operator: ${operator}${list}}`;
  });
  return [
    ...(lines.length > 0 ? ['matchLabels:', ...lines] : []),
    ...(items.length > 0 ? ['matchExpressions:', ...items] : []),
  ].join('\n');
}

import { requirementText, selectorText } from '../k8s/labels.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { toScalarText } from '../yaml/quote.ts';
import { defineRule, type Fix, type Related } from './rule.ts';
import { findNarrowedPeer, type NarrowedPeer } from './shared/narrowedPeers.ts';
import { type PlacedPeer, peersOf } from './shared/policyPeers.ts';

export const kustomizeLabelsNarrowNetpolPeers = defineRule({
  id: 'kustomize-labels-narrow-netpol-peers',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Labels of a kustomization narrow a peer of a NetworkPolicy that means Pods outside of it',
  why: `\`commonLabels\`, and \`labels\` with \`includeSelectors\`, put their labels into every selector of the kustomization: also into the
\`matchLabels\` of the peers of a NetworkPolicy. A peer that means Pods of another namespace or kustomization (the cluster's DNS, an
ingress controller, Prometheus) then asks for a label that only the objects of this kustomization have, and lets nobody through.

What stands in \`matchExpressions\` is left alone. \`labels\` with \`includeTemplates\` labels the Pods and no selector.`,
  source: 'https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/commonlabels/',
  bad: `
#- kustomization.yaml
namespace: shop
labels:
  - pairs:
      app: orders
           ^^^^^^ this label is put into the peer \`k8s-app=kube-dns\` of \`NetworkPolicy/orders\` too; Pods in namespace \`kube-system\` do not get it from here, so the policy lets nothing out to them
    includeSelectors: true
resources:
  - orders.yaml
#- orders.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      component: server
  template:
    metadata:
      labels:
        component: server
    spec:
      containers:
        - name: server
          image: orders:1.4
`,
  good: `
#- kustomization.yaml
namespace: shop
labels:
  - pairs:
      app: orders
    includeTemplates: true
resources:
  - orders.yaml
#- orders.yaml
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      component: server
  template:
    metadata:
      labels:
        component: server
    spec:
      containers:
        - name: server
          image: orders:1.4
`,
  *check(policy, context) {
    for (const placed of peersOf(policy)) {
      const narrowed = findNarrowedPeer(context, policy, placed);
      if (narrowed === undefined) continue;
      const { added, workload } = narrowed;
      const isSure = workload !== undefined || isNoneOfTheirs(narrowed);
      yield {
        at: added[0].values[0] ?? added[0].key,
        message: describe(policy, placed, narrowed, isSure),
        severity: isSure ? 'warning' : 'hint',
        related: relate(policy, narrowed),
        fixes: fixesOf(policy, narrowed),
      };
    }
  },
});

/** Labels that say which application an object is of: those of other applications have other values. */
const NAMING_LABELS: ReadonlySet<string> = new Set([
  'app',
  'k8s-app',
  'app.kubernetes.io/name',
  'app.kubernetes.io/instance',
]);

/** Namespaces of the platform: no application's kustomization labels what runs there. */
const PLATFORM_NAMESPACE =
  /^(kube-system|kube-public|kube-node-lease|ingress-nginx|cert-manager|monitoring|(openshift|istio|linkerd|calico|gatekeeper|knative|tigera)(-.*)?)$/;

/** Whether Pods that no manifest shows lack the labels all the same. A label such as `team` may well be given to them elsewhere. */
function isNoneOfTheirs({ added, namespace }: NarrowedPeer): boolean {
  return (
    added.some(({ key }) => NAMING_LABELS.has(key.value)) ||
    (namespace !== undefined && PLATFORM_NAMESPACE.test(namespace))
  );
}

function describe(
  policy: NetworkPolicy,
  { direction }: PlacedPeer,
  { written, added, workload, namespace }: NarrowedPeer,
  isSure: boolean,
): string {
  const labels =
    added.length === 1 ? 'this label is' : `${added.map((one) => `\`${requirementText(one)}\``).join(' and ')} are`;
  const it = added.length === 1 ? 'it' : 'them';
  const peer = written.requirements.length === 0 ? 'a peer' : `the peer \`${selectorText(written)}\``;
  const head = `${labels} put into ${peer} of \`${describeResource(policy)}\` too`;
  const way = direction === 'ingress' ? 'no longer lets them in' : 'lets nothing out to them';
  if (workload !== undefined)
    return `${head}; the Pods of \`${describeResource(workload)}\` in namespace \`${workload.namespace?.value}\` do not have ${it}, so the policy ${way}`;
  const place = namespace === undefined ? 'other namespaces' : `namespace \`${namespace}\``;
  return isSure
    ? `${head}; Pods in ${place} do not get ${it} from here, so the policy ${way}`
    : `${head}; unless the Pods in ${place} have ${it} as well, the policy ${way}`;
}

function relate(policy: NetworkPolicy, { written, workload }: NarrowedPeer): readonly Related[] {
  const [kept] = written.requirements;
  const { start, end } = kept?.values[0] ?? kept?.key ?? headSpan(policy);
  const peer = { file: policy.file, start, end, message: 'the peer as it is written' };
  if (workload === undefined) return [peer];
  const name = headSpan(workload);
  const message = `\`${describeResource(workload)}\` is what it takes without the label`;
  return [peer, { file: workload.file, start: name.start, end: name.end, message }];
}

/** The same peer in the form that kustomize leaves alone, where it has that form alone. */
function fixesOf({ file }: NetworkPolicy, { written, matchLabels, key: label, added }: NarrowedPeer): readonly Fix[] {
  const isPlain = written.requirements.every(({ origin, values }) => origin === 'matchLabels' && values.length === 1);
  const isReplaced = written.requirements.some(({ key }) => added.some((one) => one.key.value === key.value));
  if (!isPlain || isReplaced || written.requirements.length === 0) return [];
  const items = written.requirements.map(({ key, values: [value] }) => {
    const [name, text] = [key.value, value?.value ?? ''].map((part) => toScalarText(part, 'plain', 'double'));
    return `{key: ${name}, operator: In, values: [${text}]}`;
  });
  const list = !matchLabels.flow && items.length === 1 ? `- ${items[0]}` : `[${items.join(', ')}]`;
  const { start, end } = matchLabels;
  return [
    {
      title: 'Write the peer as `matchExpressions`, which kustomize leaves alone',
      safe: false,
      edits: [
        {
          file,
          edit: { kind: 'replace-key', span: { start: label.start, end: label.end }, value: 'matchExpressions' },
        },
        { file, edit: { kind: 'text', span: { start, end }, newText: list } },
      ],
    },
  ];
}

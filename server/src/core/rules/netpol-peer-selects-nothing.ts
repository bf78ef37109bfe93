import { findDoubts } from '../cluster/locality.ts';
import { NAMESPACE_NAME_LABEL } from '../cluster/namespaces.ts';
import { mayMatchExternalPods, whyMoreMayExist } from '../cluster/openWorld.ts';
import { selectPeerPods } from '../cluster/policySelection.ts';
import { isUndecided } from '../k8s/field.ts';
import type { LabelSelector } from '../k8s/labels.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Fix, type RuleContext } from './rule.ts';
import {
  askNearMiss,
  describeMissingPods,
  findPolicySlip,
  findSplitPeer,
  isDecidedSelector,
  isShown,
  namespaceOfPeer,
  type PlacedPeer,
  peersOf,
  relateNearMiss,
  selectElsewhere,
  spanOfNearMiss,
  spanOfSelector,
} from './shared/policyPeers.ts';
import { nearMissFix } from './shared/selectors.ts';

export const netpolPeerSelectsNothing = defineRule({
  id: 'netpol-peer-selects-nothing',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A peer of a NetworkPolicy takes no Pod, so nobody is let through',
  why: `A \`podSelector\` in \`from\` or \`to\` looks only into the policy's own namespace; for Pods of another namespace the same
peer needs a \`namespaceSelector\` as well. A peer that takes no Pod is accepted and lets nobody through.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#behavior-of-to-and-from-selectors',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: orders
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: order
                   ^^^^^ no Pod in namespace \`shop\` has the label \`app=order\`, so this peer lets nobody in; did you mean \`app=orders\`?
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: orders
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: orders
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
  namespace: shop
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
  *check(policy, context) {
    const { unit, settings } = context;
    for (const placed of peersOf(policy)) {
      const { peer } = placed;
      const selector = peer.podSelector;
      if (!peer.decided || peer.ipBlock !== undefined || !isDecidedSelector(selector)) continue;
      const doubts = findDoubts(unit, (index) => selectPeerPods(unit, policy, peer, index));
      if (doubts === undefined) continue;
      if (mayMatchExternalPods(settings.external, selector)) continue;
      if (findSplitPeer(unit, policy, placed) !== undefined) continue;
      yield* checkEmptyPeer(context, policy, placed, selector, doubts);
    }
  },
});

function* checkEmptyPeer(
  { unit, settings }: RuleContext,
  policy: NetworkPolicy,
  placed: PlacedPeer,
  selector: LabelSelector,
  doubts: readonly Workload[],
): Iterable<Finding> {
  const { peer, direction } = placed;
  const namespace = namespaceOfPeer(unit, policy, peer);
  const { external } = settings;
  const consequence = direction === 'ingress' ? 'this peer lets nobody in' : 'this peer lets nothing out';
  const describe = (isSure: boolean) => describeMissingPods(namespace, selector, consequence, isSure);
  const slip = isUndecided(namespace)
    ? undefined
    : findPolicySlip({ unit, policy, selector, namespace, external, doubts });
  if (slip !== undefined) {
    const { miss, isSure } = slip;
    yield {
      at: spanOfNearMiss(miss),
      message: `${describe(isSure)}${askNearMiss(miss)}`,
      severity: isSure ? 'warning' : 'hint',
      related: [relateNearMiss(miss)],
      fixes: [nearMissFix(policy.file, miss)],
    };
    return;
  }
  const isOpen = whyMoreMayExist(unit, namespace, external) !== undefined;
  // Who has no `namespaceSelector` may have forgotten it; a namespace that was chosen may be filled from elsewhere.
  if (peer.namespaceSelector !== undefined || isOpen || doubts.length > 0) return;
  const [first, ...rest] = selectElsewhere(unit, selector, policy.namespace);
  if (first !== undefined) {
    const isShared = rest.some((workload) => workload.namespace?.value !== first.namespace?.value);
    const isSure = isShown(unit, policy.namespace, first);
    const { start, end } = headSpan(first);
    yield {
      at: spanOfSelector(selector),
      message: `${describe(isSure)}; \`${describeResource(first)}\` in namespace \`${first.namespace?.value}\` would fit, which needs a \`namespaceSelector\` in the same peer`,
      severity: isSure ? 'warning' : 'hint',
      related: [
        {
          file: first.file,
          start,
          end,
          message: `\`${describeResource(first)}\` has these labels in another namespace`,
        },
      ],
      fixes: isShared ? [] : [addNamespace(policy, placed, first)],
    };
  } else if (isClusterDns(selector) && policy.namespace?.value !== undefined) {
    yield {
      at: spanOfSelector(selector),
      message: `${describe(true)}; the DNS Pods of a cluster are in \`kube-system\`, which needs a \`namespaceSelector\` in the same peer`,
      fixes: [addNamespaceNamed(policy, placed, 'kube-system')],
    };
  } else if (isShown(unit, policy.namespace) && isKeyInUse(unit, selector)) {
    const message = `${describe(false)}; unless it comes from elsewhere, ${consequence}`;
    yield { at: spanOfSelector(selector), message, severity: 'hint' };
  }
}

/** The label of CoreDNS and its predecessor, in every distribution. */
function isClusterDns({ requirements }: LabelSelector): boolean {
  return requirements.some(
    ({ key, values }) => key.value === 'k8s-app' && values.some(({ value }) => value === 'kube-dns'),
  );
}

/** A label that no workload has at all is one that clients are asked to carry (`access: granted`). */
function isKeyInUse(unit: Unit, { requirements }: LabelSelector): boolean {
  return requirements.every(({ key }) => unit.index.workloadsWithKey(key.value).length > 0);
}

function addNamespace(policy: NetworkPolicy, placed: PlacedPeer, workload: Workload): Fix {
  return addNamespaceNamed(policy, placed, workload.namespace?.value ?? '');
}

function addNamespaceNamed({ file }: NetworkPolicy, { peer }: PlacedPeer, name: string): Fix {
  return {
    title: `Look for them in namespace \`${name}\``,
    safe: false,
    edits: [
      {
        file,
        edit: {
          kind: 'insert-pair',
          mapping: { start: peer.start, end: peer.end },
          key: 'namespaceSelector',
          value: `matchLabels:\n  ${NAMESPACE_NAME_LABEL}: ${name}`,
        },
      },
    ],
  };
}

import { findDoubts } from '../cluster/locality.ts';
import { mayMatchExternalPods, whyMoreMayExist } from '../cluster/openWorld.ts';
import { selectPolicyPods } from '../cluster/policySelection.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import type { Severity } from '../workspace/config.ts';
import { defineRule, type Related } from './rule.ts';
import {
  askNearMiss,
  describeMissingPods,
  findPolicySlip,
  findSlip,
  isDecidedSelector,
  isShown,
  relateNearMiss,
  selectElsewhere,
  spanOfNearMiss,
  spanOfSelector,
} from './shared/policyPeers.ts';
import { nearMissFix } from './shared/selectors.ts';

export const netpolSelectsNoPods = defineRule({
  id: 'netpol-selects-no-pods',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'The `podSelector` of a NetworkPolicy takes no Pod',
  why: `A policy isolates the Pods of its own namespace that have the labels of its \`podSelector\`: those of the Pod template,
not of the Deployment. A selector that takes none is accepted and protects nothing; the Pods it was written for stay open to
everyone.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
  namespace: shop
spec:
  podSelector:
    matchLabels:
      app: order
           ^^^^^ no Pod in namespace \`shop\` has the label \`app=order\`, so this policy protects nothing; did you mean \`app=orders\`?
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
  *check(policy, { unit, settings }) {
    const selector = policy.podSelector;
    if (!isDecidedSelector(selector)) return;
    const doubts = findDoubts(unit, (index) => selectPolicyPods(index, policy));
    if (doubts === undefined || mayMatchExternalPods(settings.external, selector)) return;
    const { namespace } = policy;
    const { external } = settings;
    const describe = (isSure: boolean) =>
      describeMissingPods(namespace, selector, 'this policy protects nothing', isSure);
    const slip = findPolicySlip({ unit, policy, selector, namespace, external, doubts });
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
    if (isOpen || doubts.length > 0) return;
    const elsewhere = selectElsewhere(unit, selector, policy.namespace);
    const [first] = elsewhere;
    if (first !== undefined) {
      const place = first.namespace?.value ?? '';
      const severity = severityElsewhere(unit, policy, elsewhere);
      yield {
        at: policy.namespace ?? spanOfSelector(selector),
        message: `${describe(severity === 'warning')}; \`${describeResource(first)}\` in namespace \`${place}\` would fit, but a policy reaches no other namespace`,
        severity,
        related: elsewhere.slice(0, 5).map(relate),
      };
    } else if (isShown(unit, policy.namespace)) {
      const message = `${describe(false)}; unless it comes from elsewhere, this policy protects nothing`;
      yield { at: spanOfSelector(selector), message, severity: 'hint' };
    }
  },
});

/**
 * The Pods of a namespace that manifests show are known; a namespace that they do not show may be filled from elsewhere,
 * unless its name is a slip.
 */
function severityElsewhere(unit: Unit, policy: NetworkPolicy, elsewhere: readonly Workload[]): Severity {
  if (elsewhere.every((workload) => isShown(unit, policy.namespace, workload))) return 'warning';
  const own = policy.namespace?.value;
  const names = elsewhere.flatMap(({ namespace }) => namespace?.value ?? []);
  const isSlip = own !== undefined && findSlip(own, names, (name) => name) !== undefined;
  return isSlip && unit.index.named('Namespace', own).length === 0 ? 'warning' : 'hint';
}

function relate(workload: Workload): Related {
  const { start, end } = headSpan(workload);
  return {
    file: workload.file,
    start,
    end,
    message: `\`${describeResource(workload)}\` has these labels in another namespace`,
  };
}

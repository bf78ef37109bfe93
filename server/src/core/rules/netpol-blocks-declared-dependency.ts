import { isInDoubt } from '../cluster/openWorld.ts';
import { selectPolicyPods } from '../cluster/policySelection.ts';
import { isolatingSpan } from '../cluster/reach.ts';
import type { Direction, NetworkPolicy } from '../k8s/networkPolicy.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Fix, type Related, type RuleContext } from './rule.ts';
import { type DeniedNeed, deniedNeedsOf, mayAllow } from './shared/deniedNeeds.ts';
import { mayRedirect } from './shared/meshes.ts';
import { missingRuleFix } from './shared/missingRule.ts';
import { hasIdleRule, hasToldSlip } from './shared/policyFaults.ts';

export const netpolBlocksDeclaredDependency = defineRule({
  id: 'netpol-blocks-declared-dependency',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Policies that deny a connection which a workload is told to open',
  why: `A variable, an argument or a ConfigMap tells a workload to call a Service, and the policies of one side have no rule for
this connection. Both sides count: the egress of the caller and the ingress of the Pods behind the Service, each on the port of
the Pods. What is denied is dropped by most network plugins, so that the caller waits until it times out.

Nothing is said where a policy of another kind, an undecided label, a block of addresses or the host network leaves it open.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#the-two-sorts-of-pod-isolation',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  ingress:
  ^^^^^^^ no policy lets \`Deployment/web\` in to TCP 8080 of \`Deployment/orders\`, though its \`ORDERS_URL\` names \`http://orders\`: such connections time out
    - from:
        - podSelector:
            matchLabels:
              app: billing
      ports:
        - port: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
      targetPort: 8080
---
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
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web:1.4
          env:
            - name: ORDERS_URL
              value: http://orders
---
apiVersion: v1
kind: Pod
metadata:
  name: billing
  labels:
    app: billing
spec:
  containers:
    - name: billing
      image: billing:1
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
      ports:
        - port: 8080
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: orders
  labels:
    app: orders
spec:
  containers:
    - name: server
      image: orders:1.4
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: web
      image: web:1.4
      env:
        - name: ORDERS_URL
          value: http://orders
`,
  *check(policy, context) {
    const { unit, settings } = context;
    const { namespace } = policy;
    if (namespace?.value !== undefined && settings.external.namespaces.includes(namespace.value)) return;
    const denied = deniedNeedsOf(unit, policy, settings.clusterDomain).filter(
      ({ to, from, policy: speaking }) => speaking === policy && !mayRedirect(unit, from) && !mayRedirect(unit, to),
    );
    for (const direction of ['ingress', 'egress'] as const) {
      const own = denied.filter(
        (one) => one.direction === direction && !isTotalEgress(one) && !isMeantElsewhere(one, context),
      );
      const [first] = own;
      if (first === undefined || hasToldSlip(policy, direction, context)) continue;
      yield report(policy, direction, [first, ...own.slice(1)], context);
    }
  },
});

/** Where Pods may open no connection at all, not even to a DNS server, this is what is to be said. */
function isTotalEgress({ direction, policies, from }: DeniedNeed): boolean {
  const { dnsPolicy } = from.template;
  const asksCluster = dnsPolicy === undefined || dnsPolicy.value === 'ClusterFirst';
  return direction === 'egress' && asksCluster && policies.every(({ egress }) => (egress?.rules.length ?? 0) === 0);
}

/** Whether the rule is there, in a policy that a slip keeps from working. */
function isMeantElsewhere({ from, to, direction, protocol, port }: DeniedNeed, context: RuleContext): boolean {
  const [subject, workload] = direction === 'ingress' ? [to, from] : [from, to];
  return hasIdleRule(subject, direction, context, (policy) =>
    mayAllow(context.unit, policy, direction, { kind: 'pods', workload }, { workload: to, protocol, port }),
  );
}

function report(
  policy: NetworkPolicy,
  direction: Direction,
  denied: readonly [DeniedNeed, ...DeniedNeed[]],
  { unit, settings }: RuleContext,
) {
  const [first, ...others] = denied;
  const isOpen = [first.from, first.to].some(({ namespace }) => isInDoubt(unit, policy, namespace, settings.external));
  return {
    at: isolatingSpan(policy, direction),
    message: `${describe(first)}: ${others.length === 0 ? 'such connections time out' : `they time out, and ${others.length} more that are declared`}`,
    ...(isOpen ? { severity: 'hint' as const } : {}),
    related: relate(denied, policy),
    fixes: fixesOf(policy, direction, denied, unit),
  };
}

function describe({ from, to, protocol, port, direction, need }: DeniedNeed): string {
  const [caller, goal] = [from, to].map((workload) => `\`${describeResource(workload)}\``);
  const { name, text } = need.evidence;
  const evidence = `${name === '' ? 'its arguments name' : `its \`${name}\` names`} \`${text}\``;
  return direction === 'ingress'
    ? `no policy lets ${caller} in to ${protocol} ${port} of ${goal}, though ${evidence}`
    : `no policy lets ${caller} out to ${protocol} ${port} of ${goal}, though ${evidence}`;
}

/** The places that declare the needs, then the other policies that isolate the Pods. */
function relate(denied: readonly [DeniedNeed, ...DeniedNeed[]], policy: NetworkPolicy): readonly Related[] {
  const [first] = denied;
  const strings = denied.slice(0, 3).map(({ from, to, need: { evidence } }) => ({
    file: evidence.file,
    start: evidence.start,
    end: evidence.end,
    message: `\`${describeResource(from)}\` is told of \`${describeResource(to)}\` here`,
  }));
  const isolating = first.policies
    .filter((other) => other !== policy)
    .slice(0, 2)
    .map((other) => {
      const { start, end } = isolatingSpan(other, first.direction);
      const message = `\`${describeResource(other)}\` isolates the Pods too, and has no such rule`;
      return { file: other.file, start, end, message };
    });
  const { service } = first.need;
  const target =
    service === undefined
      ? []
      : [{ file: service.file, ...spanOf(headSpan(service)), message: 'the Service in between' }];
  return [...strings, ...isolating, ...target].slice(0, 5);
}

function spanOf({ start, end }: { readonly start: number; readonly end: number }) {
  return { start, end };
}

/** The missing rules, where this policy is about nobody but the Pods that need them. */
function fixesOf(
  policy: NetworkPolicy,
  direction: Direction,
  denied: readonly DeniedNeed[],
  unit: Unit,
): readonly Fix[] {
  const subjects = new Set(denied.map(({ from, to }) => (direction === 'ingress' ? to : from)));
  const { matched, possible } = selectPolicyPods(unit.index, policy);
  if (possible.length > 0 || matched.some((workload) => !subjects.has(workload))) return [];
  const [first] = denied;
  const title =
    denied.length === 1 && first !== undefined
      ? direction === 'ingress'
        ? `Let \`${describeResource(first.from)}\` in`
        : `Let the Pods out to \`${describeResource(first.to)}\``
      : `Add the ${denied.length} missing rules`;
  const fix = missingRuleFix(
    unit,
    policy,
    direction,
    title,
    denied.map(({ from, to, protocol, port }) => ({ peer: direction === 'ingress' ? from : to, protocol, port })),
  );
  return fix === undefined ? [] : [fix];
}

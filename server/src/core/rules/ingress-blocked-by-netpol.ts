import { type DeclaredNeed, declaredNeedsOf } from '../cluster/declaredNeeds.ts';
import { belongsTogether } from '../cluster/lookup.ts';
import { NAMESPACE_NAME_LABEL } from '../cluster/namespaces.ts';
import { isInDoubt } from '../cluster/openWorld.ts';
import { selectPolicyPods } from '../cluster/policySelection.ts';
import { policyWorldOf } from '../cluster/policyWorld.ts';
import { isolatingSpan } from '../cluster/reach.ts';
import type { Route } from '../k8s/gateway.ts';
import type { Ingress } from '../k8s/ingress.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import type { Protocol } from '../k8s/ports.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Fix, type RuleContext } from './rule.ts';
import { mayAllow, mayBeAllowedBeside, speakingPolicy } from './shared/deniedNeeds.ts';
import { homeOfController, isServedOutside, whoKeepsControllersOut } from './shared/ingressControllers.ts';
import { mayRedirect } from './shared/meshes.ts';
import { insertRules } from './shared/missingRule.ts';
import { hasIdleRule, hasToldSlip } from './shared/policyFaults.ts';
import { asItem, matchLabels, portLines, ruleLines, styleOf } from './shared/policyRuleText.ts';

export const ingressBlockedByNetpol = defineRule({
  id: 'ingress-blocked-by-netpol',
  types: ['ingress', 'route'],
  severity: 'warning',
  reads: 'unit',
  summary: 'An Ingress or route to Pods whose policies let no ingress controller in',
  why: `Requests from outside reach a Pod through the Pods of an ingress controller or gateway, which mostly run in a namespace of
their own. Where policies isolate the Pods behind the backend, and no rule for their port can mean such a controller, every
request ends in a timeout of the controller, a 504 for the user.

A rule counts as meant for a controller when it allows everybody, a block of addresses, a namespace that these manifests do not
show or select by other labels than its name, or Pods and namespaces that are called like one. Nothing is said where a
controller is on the host network, or the load balancer of a cloud serves the Ingress.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-resource',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  ingressClassName: nginx
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                      ^^^^ no policy lets an ingress controller in to TCP 8080 of \`Deployment/shop\`, so requests to \`shop.example.com/\` time out; \`NetworkPolicy/shop\` isolates the Pods
                port:
                  number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
spec:
  podSelector:
    matchLabels:
      app: shop
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: tests
      ports:
        - port: 8080
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  selector:
    matchLabels:
      app: shop
  template:
    metadata:
      labels:
        app: shop
    spec:
      containers:
        - name: shop
          image: shop:3
---
apiVersion: v1
kind: Pod
metadata:
  name: tests
  labels:
    app: tests
spec:
  containers:
    - name: tests
      image: tests:3
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  defaultBackend:
    service:
      name: shop
      port:
        number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  selector:
    app: shop
  ports:
    - port: 80
      targetPort: 8080
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop
spec:
  podSelector:
    matchLabels:
      app: shop
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ingress-nginx
      ports:
        - port: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels:
    app: shop
spec:
  containers:
    - name: shop
      image: shop:3
`,
  *check(resource, context) {
    if (resource.opaque || isServedOutside(resource)) return;
    const { unit, settings } = context;
    const groups = new Map<string, DeclaredNeed[]>();
    for (const need of declaredNeedsOf(unit, settings.clusterDomain).by(resource)) {
      const group = groups.get(need.evidence.text) ?? [];
      groups.set(need.evidence.text, group);
      group.push(need);
    }
    for (const group of groups.values()) {
      const blocked = group.flatMap((need) => findBlocked(resource, need, context) ?? []);
      const certain = blocked.find(({ need }) => need.doubt === undefined);
      // One of the Pods that a request may come to is enough.
      if (certain !== undefined && blocked.length === group.length) yield report(resource, certain, context);
    }
  },
});

interface Blocked {
  readonly need: DeclaredNeed;
  readonly workload: Workload;
  readonly protocol: Protocol;
  readonly port: number;
  readonly policies: readonly NetworkPolicy[];
  readonly policy: NetworkPolicy;
}

function findBlocked(resource: Ingress | Route, need: DeclaredNeed, context: RuleContext): Blocked | undefined {
  const { unit, settings } = context;
  const { to, protocol, port } = need;
  if (to.kind !== 'pods' || protocol === undefined || port === undefined) return undefined;
  const { workload } = to;
  const namespace = workload.namespace?.value;
  if (namespace !== undefined && settings.external.namespaces.includes(namespace)) return undefined;
  if (!belongsTogether(resource, workload, unit) || mayRedirect(unit, workload)) return undefined;
  const policies = whoKeepsControllersOut(policyWorldOf(unit), workload, protocol, port);
  const policy = policies && speakingPolicy(unit, policies, workload);
  if (policies === undefined || policy === undefined || hasToldSlip(policy, 'ingress', context)) return undefined;
  const destination = { workload, protocol, port };
  if (mayBeAllowedBeside(unit, workload, 'ingress', undefined, destination)) return undefined;
  if (hasIdleRule(workload, 'ingress', context, (one) => mayAllow(unit, one, 'ingress', undefined, destination)))
    return undefined;
  return { need, workload, protocol, port, policies, policy };
}

function report(resource: Ingress | Route, blocked: Blocked, { unit, settings }: RuleContext): Finding {
  const { need, workload, protocol, port, policies, policy } = blocked;
  const isOpen = isInDoubt(unit, policy, workload.namespace, settings.external);
  const goal = `${protocol} ${port} of \`${describeResource(workload)}\``;
  const { start, end } = need.evidence;
  const fix = fixOf(resource, blocked, unit);
  return {
    at: { start, end },
    message: `no policy lets an ingress controller in to ${goal}, so ${describeRequests(resource, need)} time out; \`${describeResource(policy)}\` isolates the Pods`,
    ...(isOpen ? { severity: 'hint' as const } : {}),
    related: [policy, ...policies.filter((other) => other !== policy)].slice(0, 4).map((one) => {
      const at = isolatingSpan(one, 'ingress');
      const message = `\`${describeResource(one)}\` isolates the Pods for ingress`;
      return { file: one.file, start: at.start, end: at.end, message };
    }),
    fixes: fix === undefined ? [] : [fix],
  };
}

function describeRequests(resource: Ingress | Route, { evidence }: DeclaredNeed): string {
  if (resource.type === 'route') return 'its requests';
  const backend = resource.backends.find(({ service }) => service?.start === evidence.start);
  if (backend === undefined || backend.place === 'default') return 'requests to the default backend';
  return `requests to \`${backend.host?.value ?? ''}${backend.path?.value ?? '/'}\``;
}

/** A rule for the controller's namespace, where the policy is about nobody but these Pods and the namespace can be told. */
function fixOf(resource: Ingress | Route, { policy, workload, protocol, port }: Blocked, unit: Unit): Fix | undefined {
  const home = homeOfController(unit, resource);
  const { matched, possible } = selectPolicyPods(unit.index, policy);
  if (home === undefined || possible.length > 0 || matched.some((other) => other !== workload)) return undefined;
  const peer = asItem(['namespaceSelector:', ...matchLabels([{ key: NAMESPACE_NAME_LABEL, value: home }])]);
  const rule = ruleLines('ingress', peer, portLines(protocol, port, styleOf(policy)));
  const edits = insertRules(policy, 'ingress', [rule]);
  return edits.length === 0 ? undefined : { title: `Let the namespace \`${home}\` in`, safe: false, edits };
}

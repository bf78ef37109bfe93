import type { Span } from '../base/span.ts';
import { declaredNeedsOf } from '../cluster/declaredNeeds.ts';
import { belongsTogether } from '../cluster/lookup.ts';
import { isInDoubt } from '../cluster/openWorld.ts';
import { isolationBy, takenBy } from '../cluster/policy.ts';
import { onHost } from '../cluster/policyPeers.ts';
import { readRulePorts } from '../cluster/policyPorts.ts';
import { selectPolicyPods } from '../cluster/policySelection.ts';
import { type KnownPolicy, type PolicyWorld, policyWorldOf } from '../cluster/policyWorld.ts';
import { hasPort } from '../cluster/portIntervals.ts';
import { isolatingSpan } from '../cluster/reach.ts';
import type { NetworkPolicy } from '../k8s/networkPolicy.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { netpolProtocolMismatch } from './netpol-protocol-mismatch.ts';
import { defineRule, type Fix } from './rule.ts';
import { insertRules } from './shared/missingRule.ts';
import { hasIdleRule } from './shared/policyFaults.ts';
import { describeAll } from './shared/policyReceivers.ts';

export const netpolEgressBlocksDns = defineRule({
  id: 'netpol-egress-blocks-dns',
  types: ['networkPolicy'],
  severity: 'info',
  reads: 'unit',
  summary: 'Policies that restrict egress without a rule for DNS: the Pods can resolve no name',
  why: `A Pod that policies isolate for egress reaches only what one of them allows, and the cluster's DNS is no exception. Without
UDP port 53 (or 5353, where DNS listens on it) every look-up of a Service's name waits until it fails, and so does whatever
depends on it.

All policies on the Pods count together. It is a warning where the Pods are told the names of hosts, else information: some
Pods need no DNS.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#default-deny-all-egress-traffic',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: orders
spec:
  podSelector:
    matchLabels:
      app: orders
  policyTypes: [Ingress, Egress]
  egress:
  ^^^^^^ \`Deployment/orders\` cannot resolve names: no policy lets its Pods out to UDP port 53, and its \`DATABASE_URL\` names \`database\`
    - to:
        - podSelector:
            matchLabels:
              app: database
      ports:
        - port: 5432
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
          env:
            - name: DATABASE_URL
              value: postgres://database:5432/orders
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
  policyTypes: [Ingress, Egress]
  egress:
    - to:
        - podSelector:
            matchLabels:
              app: database
      ports:
        - port: 5432
    - to:
        - namespaceSelector: {}
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - port: 53
          protocol: UDP
        - port: 53
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
`,
  *check(policy, context) {
    const { unit, settings } = context;
    const { namespace } = policy;
    const world = policyWorldOf(unit);
    const isExternal = namespace?.value !== undefined && settings.external.namespaces.includes(namespace.value);
    if (isExternal || world.open !== undefined || world.overriding(namespace) !== undefined) return;
    // The protocol of a rule for DNS is more telling.
    if ([...netpolProtocolMismatch.check(policy, context)].length > 0) return;
    const blocked = selectPolicyPods(unit.index, policy).matched.filter(
      (workload) => isBlocked(world, policy, workload) && !hasIdleRule(workload, 'egress', context, isRuleForDns),
    );
    if (blocked.length === 0) return;
    const hostOf = (workload: Workload) => findHost(unit, workload, settings.clusterDomain);
    const needing = blocked.find((workload) => hostOf(workload) !== undefined);
    const need = needing && hostOf(needing);
    const isOpen = isInDoubt(unit, policy, namespace, settings.external);
    yield {
      at: isolatingSpan(policy, 'egress'),
      message: `${describeAll(blocked)} cannot resolve names: no policy lets ${blocked.length === 1 ? 'its' : 'their'} Pods out to UDP port 53${needing === undefined || need === undefined ? '' : describeNeed(needing, need, blocked)}`,
      ...(needing !== undefined && !isOpen ? { severity: 'warning' as const } : {}),
      related: blocked.slice(0, 5).map((workload) => relate(workload, hostOf(workload))),
      fixes: fixesOf(policy),
    };
  },
});

/** Whether a policy is the one to speak of for a workload whose Pods no policy lets out to a DNS server. */
function isBlocked(world: PolicyWorld, policy: NetworkPolicy, workload: Workload): boolean {
  const { unit } = world;
  const { dnsPolicy } = workload.template;
  if (workload.opaque || onHost(workload) !== 'no' || !belongsTogether(policy, workload, unit)) return false;
  if (dnsPolicy !== undefined && (dnsPolicy.value === undefined || dnsPolicy.value === 'None')) return false;
  const certain: NetworkPolicy[] = [];
  for (const known of world.policiesIn(workload.namespace)) {
    const isolates = isolationBy(known, takenBy(known.policy, workload), 'egress');
    if (isolates === 'no') continue;
    if (mayAllowDns(known)) return false;
    if (isolates === 'yes') certain.push(known.policy);
  }
  if (mayBeAllowedBeside(unit, workload)) return false;
  // Of several, one that was written to let something out, else one for these Pods.
  const speaking =
    certain.find(({ egress }) => (egress?.rules.length ?? 0) > 0) ??
    certain.find(({ podSelector }) => (podSelector?.requirements.length ?? 0) > 0) ??
    certain[0];
  return speaking === policy;
}

function isRuleForDns({ egress }: NetworkPolicy): boolean {
  return (egress?.rules ?? []).some((rule) => {
    const { fixed, named } = readRulePorts(rule);
    return named.length > 0 || hasPort(fixed.possible.UDP, 53);
  });
}

/** Whether a rule may let UDP 53 or 5353 out, to whomever. */
function mayAllowDns({ egress }: KnownPolicy): boolean {
  if (egress === undefined) return false;
  return (
    egress.open ||
    egress.rules.some(({ ports: { fixed, named } }) => {
      if (named.some(({ protocol }) => protocol !== 'TCP' && protocol !== 'SCTP')) return true;
      return [53, 5353].some((port) => hasPort(fixed.possible.UDP, port));
    })
  );
}

/** Whether a policy of no written namespace, of another unit, may be applied to the same place and let DNS out. */
function mayBeAllowedBeside(unit: Unit, workload: Workload): boolean {
  for (const index of unit.others) {
    for (const other of index.ofType('networkPolicy')) {
      if (unit.writtenIn(other.file).length > 0 || takenBy(other, workload) === 'no') continue;
      if (other.opaque || other.egress?.open === true) return true;
      const rules = (other.egress?.rules ?? []).map((rule) => readRulePorts(rule));
      if (rules.some(({ fixed }) => hasPort(fixed.possible.UDP, 53))) return true;
    }
  }
  return false;
}

/** A host that a workload has to look up, and the place that tells it. */
interface ToldHost extends Span {
  readonly file: string;
  /** The variable's name; empty where there is none. */
  readonly name: string;
  readonly host: string;
}

/** The first host that the workload's containers are told of, by themselves or by a ConfigMap. */
function findHost(unit: Unit, workload: Workload, clusterDomain: string): ToldHost | undefined {
  const { file } = workload;
  for (const { environment } of workload.template.containers)
    for (const { name, hosts } of environment.hosts) {
      const [first] = hosts;
      if (first !== undefined)
        return { file, name, host: first.host.value, start: first.host.start, end: first.host.end };
    }
  const [need] = declaredNeedsOf(unit, clusterDomain).from(workload);
  if (need === undefined) return undefined;
  const { name, text, start, end } = need.evidence;
  return { file: need.evidence.file, name, host: text, start, end };
}

function describeNeed(workload: Workload, { name, host }: ToldHost, blocked: readonly Workload[]): string {
  const whose = blocked.length === 1 ? 'its' : `\`${describeResource(workload)}\`'s`;
  return `, and ${whose} ${name === '' ? 'arguments name' : `\`${name}\` names`} \`${host}\``;
}

function relate(workload: Workload, told: ToldHost | undefined) {
  const { start, end } = told ?? headSpan(workload);
  const what = told === undefined ? 'is isolated' : 'has to look this name up';
  return { file: told?.file ?? workload.file, start, end, message: `\`${describeResource(workload)}\` ${what}` };
}

const ALLOW_DNS = `to:
  - namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: kube-system
    podSelector:
      matchLabels:
        k8s-app: kube-dns
ports:
  - port: 53
    protocol: UDP
  - port: 53
    protocol: TCP`;

function fixesOf(policy: NetworkPolicy): readonly Fix[] {
  const edits = insertRules(policy, 'egress', [ALLOW_DNS.split('\n')]);
  return edits.length === 0 ? [] : [{ title: "Let the Pods out to the cluster's DNS", safe: false, edits }];
}

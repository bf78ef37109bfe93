import { findNearest } from '../base/editDistance.ts';
import type { Located } from '../base/span.ts';
import { distanceOf, distanceTo, NEAR } from '../cluster/locality.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { isolates, type NetworkPolicy, type PolicyPort } from '../k8s/networkPolicy.ts';
import { findPort, portNamesOf } from '../k8s/ports.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { portNameFault } from '../k8s/validity.ts';
import { mayAddContainers, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { defineRule, type Finding, type Fix, type Related, type RuleContext, replaceScalar } from './rule.ts';
import { looksWhereItSays, type RulePlace, receiversOf } from './shared/policyReceivers.ts';
import { describeWorkloads } from './shared/unresolvedPorts.ts';

export const netpolNamedPortUnresolved = defineRule({
  id: 'netpol-named-port-unresolved',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A port name in a NetworkPolicy that none of the Pods behind it declares',
  why: `A port name is looked up, with its protocol, among the container ports of the Pods that receive the traffic: the Pods
that the policy selects for ingress, those of the peers for egress. Pods that do not declare it have no such port, and the
rule lets nothing through to them. The names of Service ports play no part.

Where some of the Pods declare it, it is information. Nothing is said then of a selector that takes a whole namespace:
such a rule is for those that have the port.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec',
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
    - ports:
        - port: htpp
                ^^^^ no container of \`Deployment/orders\` has a TCP port named \`htpp\`, so this lets no traffic in; did you mean \`http\`?
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
          ports:
            - name: http
              containerPort: 8080
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
    - ports:
        - port: http
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
          ports:
            - name: http
              containerPort: 8080
`,
  *check(policy, context) {
    for (const direction of ['ingress', 'egress'] as const) {
      if (isolates(policy, direction) === false) continue;
      for (const rule of policy[direction]?.rules ?? []) {
        for (const port of rule.ports) {
          const name = toName(port);
          const finding = name && checkPort(context, { policy, direction, rule }, port, name);
          if (finding !== undefined) yield finding;
        }
      }
    }
  },
});

/** A port name that the API server takes; others have rules of their own. */
function toName({ port, decided }: PolicyPort): Located<string> | undefined {
  if (!decided || port === undefined || typeof port.value !== 'string' || portNameFault(port.value) !== undefined)
    return undefined;
  return { value: port.value, start: port.start, end: port.end };
}

function checkPort(
  { unit, settings }: RuleContext,
  place: RulePlace,
  port: PolicyPort,
  name: Located<string>,
): Finding | undefined {
  const { policy, direction, rule } = place;
  const protocol = port.protocol === undefined ? 'TCP' : port.protocol.value;
  if (protocol === undefined || !['TCP', 'UDP', 'SCTP'].includes(protocol)) return undefined;
  if (direction === 'egress') {
    if (rule.peers.length === 0 || rule.peersOpen) return undefined;
    if (rule.peers.every(({ ipBlock, decided }) => decided && ipBlock !== undefined)) return addressesOnly(name);
    if (!rule.peers.every(looksWhereItSays)) return undefined;
  }
  const receivers = (index: ResourceIndex) => receiversOf(unit, place, index);
  const { matched, possible } = receivers(unit.index);
  if (matched.length === 0) return undefined;
  const reach = distanceTo(policy.file, matched);
  if (possible.some(({ file }) => reach > NEAR || distanceOf(policy.file, file) <= reach)) return undefined;
  const verdicts = matched.map((workload) => declares(workload, name.value, protocol));
  if (verdicts.includes('unknown')) return undefined;
  const without = matched.filter((_, index) => verdicts[index] === 'no');
  if (without.length === 0) return undefined;
  const isPartial = without.length < matched.length;
  if (isPartial && !namesApplication(place)) return undefined;
  const isElsewhere = unit.others.some((index) => {
    const others = receivers(index);
    return [...others.matched, ...others.possible].some((other) => declares(other, name.value, protocol) !== 'no');
  });
  const isOpen = isElsewhere || whyMoreMayExist(unit, policy.namespace, settings.external) !== undefined;
  const near = isPartial ? undefined : nearestName(without, name.value, protocol);
  const isSlip = near !== undefined && !isElsewhere && reach <= 1;
  const question =
    near === undefined ? otherProtocolNote(without, name.value, protocol) : `; did you mean \`${near}\`?`;
  const effect = direction === 'ingress' ? 'lets no traffic in' : 'lets no traffic out';
  return {
    at: name,
    message: `no container of ${describeWorkloads(without)} has ${protocol === 'SCTP' ? 'an' : 'a'} ${protocol} port named \`${name.value}\`, so this ${effect}${isPartial ? ' there' : ''}${question}`,
    ...(isOpen && !isSlip ? { severity: 'hint' as const } : isPartial ? { severity: 'info' as const } : {}),
    related: without.slice(0, 4).map((workload) => relate(workload, protocol)),
    fixes: near === undefined ? [] : [rename(policy, name, near)],
  };
}

/** A selector of everything names no application, so a port of its rules fits some Pods only. */
function namesApplication({ policy, direction, rule }: RulePlace): boolean {
  const selectors = direction === 'ingress' ? [policy.podSelector] : rule.peers.map(({ podSelector }) => podSelector);
  return selectors.every((selector) => selector !== undefined && selector.requirements.length > 0);
}

function addressesOnly(name: Located<string>): Finding {
  return {
    at: name,
    message: `a port name is looked up in the Pods that traffic goes to, and \`ipBlock\` names addresses only: \`${name.value}\` lets no traffic out`,
  };
}

function declares(workload: Workload, name: string, protocol: string): 'yes' | 'no' | 'unknown' {
  const { containers, containersOpen } = workload.template;
  const found = findPort(containers, name, protocol);
  if (found.kind === 'named') return 'yes';
  return found.kind === 'unknown' || containersOpen || workload.opaque || mayAddContainers(workload) ? 'unknown' : 'no';
}

function nearestName(workloads: readonly Workload[], name: string, protocol: string): string | undefined {
  const names = workloads.flatMap((workload) =>
    portNamesOf(workload.template.containers)
      .filter((named) => named.protocol === protocol)
      .map((named) => named.name.value),
  );
  return findNearest(name, new Set(names), (candidate) => candidate);
}

function otherProtocolNote(workloads: readonly Workload[], name: string, protocol: string): string {
  const other = workloads
    .flatMap((workload) => portNamesOf(workload.template.containers))
    .find((named) => named.name.value === name && named.protocol !== protocol)?.protocol;
  return other === undefined ? '' : `; its port of that name is ${other}`;
}

function relate(workload: Workload, protocol: string): Related {
  const named = portNamesOf(workload.template.containers).filter((port) => port.protocol === protocol);
  const { start, end } = named[0]?.name ?? headSpan(workload);
  const names = named.map(({ name }) => `\`${name.value}\``).join(', ');
  const described = `\`${describeResource(workload)}\``;
  const message =
    named.length === 0 ? `${described} names no ${protocol} port` : `${described} names its ${protocol} ports ${names}`;
  return { file: workload.file, start, end, message };
}

function rename({ file }: NetworkPolicy, name: Located<string>, near: string): Fix {
  return { title: `Change \`${name.value}\` to \`${near}\``, safe: false, edits: [replaceScalar(file, name, near)] };
}

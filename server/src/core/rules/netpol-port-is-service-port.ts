import { findPodPort } from '../cluster/endpointPorts.ts';
import { whyMoreMayExist } from '../cluster/openWorld.ts';
import { matchWorkload, sameNamespace } from '../cluster/selection.ts';
import { isolates, type PolicyPort, type PolicyRule } from '../k8s/networkPolicy.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { isHeadless, protocolOf, type Service, type ServicePort, selectsPods, targetPortOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type RuleContext, replaceScalar } from './rule.ts';
import { findShownReceivers, protocolsOf, type RulePlace } from './shared/policyReceivers.ts';
import { describeWorkloads } from './shared/unresolvedPorts.ts';

export const netpolPortIsServicePort = defineRule({
  id: 'netpol-port-is-service-port',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A port in a NetworkPolicy that is the port of a Service, where the Pods listen on another one',
  why: `Policies judge traffic as it arrives at a Pod, when the Service's port has already become its \`targetPort\`. A rule for
the Service's port lets nothing through, and connections end in a timeout.

Nothing is said where a Pod declares the port, or declares none at all: then it may well listen there.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/network-policies/#targeting-a-range-of-ports',
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
        - port: 80
                ^^ \`80\` is the port of \`Service/orders\`; its Pods get that traffic on port 8080, and policies see only this, so the rule lets nothing in to \`Deployment/orders\`
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
      targetPort: http
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
      ports:
        - containerPort: 8080
`,
  *check(policy, context) {
    for (const direction of ['ingress', 'egress'] as const) {
      if (isolates(policy, direction) === false) continue;
      for (const rule of policy[direction]?.rules ?? []) {
        const place: RulePlace = { policy, direction, rule };
        const numbers = rule.ports.filter(
          ({ port, endPort, decided }) => decided && typeof port?.value === 'number' && endPort === undefined,
        );
        const receivers = numbers.length === 0 ? undefined : findShownReceivers(context.unit, place);
        if (receivers === undefined) continue;
        for (const port of numbers) {
          const finding = checkPort(context, place, port, receivers);
          if (finding !== undefined) yield finding;
        }
      }
    }
  },
});

function checkPort(
  { unit, settings }: RuleContext,
  { policy, direction, rule }: RulePlace,
  written: PolicyPort,
  receivers: readonly Workload[],
): Finding | undefined {
  const { port } = written;
  const protocol = written.protocol === undefined ? 'TCP' : written.protocol.value;
  if (port === undefined || typeof port.value !== 'number' || protocol === undefined) return undefined;
  const number = port.value;
  if (receivers.some((workload) => protocolsOf(workload, number).length > 0)) return undefined;
  const mapped = receivers.flatMap((workload) => findMapping(unit, workload, number, protocol) ?? []);
  const [first] = mapped;
  if (first === undefined) return undefined;
  const targets = new Set(mapped.map(({ target }) => target));
  const isAlsoAllowed = mapped.every(({ target }) => isListed(rule, target, protocol));
  const isOpen = whyMoreMayExist(unit, policy.namespace, settings.external) !== undefined;
  const goal = direction === 'ingress' ? 'in to' : 'out to';
  const consequence = isAlsoAllowed
    ? 'which the rule allows too, so this one does nothing'
    : `and policies see only this, so the rule lets nothing ${goal} ${describeWorkloads(receivers)}`;
  return {
    at: port,
    message: `\`${number}\` is the port of \`${describeResource(first.service)}\`; its Pods get that traffic on port ${first.target}, ${consequence}`,
    ...(isAlsoAllowed ? { severity: 'info' as const } : isOpen ? { severity: 'hint' as const } : {}),
    related: mapped.slice(0, 4).map(({ service, port: { start, end }, target }) => ({
      file: service.file,
      start,
      end,
      message: `port ${number} of \`${describeResource(service)}\` leads to port ${target} of the Pods`,
    })),
    fixes:
      targets.size !== 1 || isAlsoAllowed
        ? []
        : [
            {
              title: `Change \`${number}\` to \`${first.target}\``,
              safe: false,
              edits: [replaceScalar(policy.file, port, first.target)],
            },
          ],
  };
}

interface Mapping {
  readonly service: Service;
  readonly port: ServicePort;
  /** The port of the Pods. */
  readonly target: number;
}

/** The Service whose port of this number certainly leads to another one of the workload's Pods. */
function findMapping(unit: Unit, workload: Workload, number: number, protocol: string): Mapping | undefined {
  for (const service of unit.index.ofType('service')) {
    if (service.opaque || isHeadless(service) || !selectsPods(service) || service.selector === undefined) continue;
    const port = service.ports.find((one) => one.port?.value === number && protocolOf(one) === protocol);
    if (port === undefined || sameNamespace(service.namespace, workload.namespace) !== 'yes') continue;
    if (matchWorkload(service.selector, workload) !== 'yes') continue;
    const found = findPodPort(workload, targetPortOf(port), protocol);
    if ((found.kind === 'number' || found.kind === 'named') && found.port !== number)
      return { service, port, target: found.port };
  }
  return undefined;
}

function isListed({ ports }: PolicyRule, target: number, protocol: string): boolean {
  return ports.some(({ port, endPort, protocol: other }) => {
    if ((other === undefined ? 'TCP' : other.value) !== protocol) return false;
    if (typeof port?.value !== 'number') return port === undefined;
    return target >= port.value && target <= (endPort?.value ?? port.value);
  });
}

import { type Direction, isolates, type NetworkPolicy, type PolicyPort } from '../k8s/networkPolicy.ts';
import type { Workload } from '../k8s/workload.ts';
import { defineRule, type Finding, type Fix } from './rule.ts';
import { describeAll, findShownReceivers, protocolsOf, type RulePlace } from './shared/policyReceivers.ts';

export const netpolProtocolMismatch = defineRule({
  id: 'netpol-protocol-mismatch',
  types: ['networkPolicy'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A port in a NetworkPolicy with another protocol than the Pods have it',
  why: `A port of a rule without \`protocol\` is a TCP port. Where the Pods serve the number over UDP alone, as DNS servers often
do, the rule lets nothing of that through.

Nothing is said where a Pod declares the port with both protocols, where another rule of the policy allows the other
protocol, and where Pods do not declare the port at all.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec',
  bad: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: resolver
spec:
  podSelector:
    matchLabels:
      app: resolver
  ingress:
    - ports:
        - port: 53
                ^^ this lets TCP 53 in, and \`Deployment/resolver\` serves the port over UDP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: resolver
spec:
  selector:
    matchLabels:
      app: resolver
  template:
    metadata:
      labels:
        app: resolver
    spec:
      containers:
        - name: server
          image: resolver:2.1
          ports:
            - containerPort: 53
              protocol: UDP
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: resolver
spec:
  podSelector:
    matchLabels:
      app: resolver
  ingress:
    - ports:
        - port: 53
          protocol: UDP
---
apiVersion: v1
kind: Pod
metadata:
  name: resolver
  labels:
    app: resolver
spec:
  containers:
    - name: server
      image: resolver:2.1
      ports:
        - containerPort: 53
          protocol: UDP
`,
  *check(policy, { unit }) {
    for (const direction of ['ingress', 'egress'] as const) {
      if (isolates(policy, direction) === false) continue;
      for (const rule of policy[direction]?.rules ?? []) {
        const place: RulePlace = { policy, direction, rule };
        const numbers = rule.ports.filter(({ port, decided }) => decided && typeof port?.value === 'number');
        const receivers = numbers.length === 0 ? undefined : findShownReceivers(unit, place);
        if (receivers === undefined) continue;
        for (const port of numbers) {
          const finding = checkPort(place, port, receivers);
          if (finding !== undefined) yield finding;
        }
      }
    }
  },
});

function checkPort(
  { policy, direction, rule }: RulePlace,
  written: PolicyPort,
  receivers: readonly Workload[],
): Finding | undefined {
  const { port } = written;
  const allowed = written.protocol === undefined ? 'TCP' : written.protocol.value;
  if (port === undefined || typeof port.value !== 'number' || allowed === undefined || !PROTOCOLS.includes(allowed))
    return undefined;
  const number = port.value;
  const served = new Set(receivers.flatMap((workload) => protocolsOf(workload, number)));
  const [only] = served;
  if (only === undefined || served.size > 1 || only === allowed) return undefined;
  if (!receivers.every((workload) => protocolsOf(workload, number).includes(only))) return undefined;
  if (allows(policy, direction, number, only)) return undefined;
  const { portsPlace } = rule;
  const add: readonly Fix[] =
    portsPlace === undefined
      ? []
      : [
          {
            title: `Allow ${only} ${number} too`,
            safe: false,
            edits: [
              {
                file: policy.file,
                edit: { kind: 'insert-item', sequence: portsPlace, text: `port: ${number}\nprotocol: ${only}` },
              },
            ],
          },
        ];
  return {
    at: port,
    message: `this lets ${allowed} ${number} ${direction === 'ingress' ? 'in' : 'out'}, and ${describeAll(receivers)} ${receivers.length === 1 ? 'serves' : 'serve'} the port over ${only}`,
    related: receivers.slice(0, 4).flatMap((workload) => relate(workload, number, only)),
    fixes: add,
  };
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

/** Whether some rule of the direction allows a port with a protocol, or may: to whom does not matter. */
function allows(policy: NetworkPolicy, direction: Direction, number: number, protocol: string): boolean {
  const list = policy[direction];
  if (list === undefined || list.open) return true;
  return list.rules.some(({ ports, portsOpen }) => {
    if (portsOpen || ports.length === 0) return true;
    return ports.some(({ port, endPort, protocol: other, decided }) => {
      if (!decided || (other !== undefined && other.value === undefined)) return true;
      if ((other?.value ?? 'TCP') !== protocol) return false;
      if (typeof port?.value !== 'number') return true;
      return number >= port.value && number <= (endPort === undefined ? port.value : (endPort.value ?? 65535));
    });
  });
}

function relate(workload: Workload, number: number, protocol: string) {
  const ports = workload.template.containers.flatMap(({ ports: all }) => all);
  const declared = ports.find(({ containerPort }) => containerPort?.value === number);
  const at = declared?.protocol ?? declared?.containerPort;
  if (at === undefined) return [];
  return [{ file: workload.file, start: at.start, end: at.end, message: `declared as ${protocol} here` }];
}

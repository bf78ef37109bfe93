import { describeResource } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import { defineRule, type FileEdit, type Fix, type Related, replaceScalar } from './rule.ts';
import { describeConsequence, findUnresolvedPorts, type UnresolvedPort } from './shared/unresolvedPorts.ts';

export const serviceTargetportProtocolMismatch = defineRule({
  id: 'service-targetport-protocol-mismatch',
  types: ['service'],
  severity: 'error',
  reads: 'unit',
  summary: 'A named `targetPort` exists on the selected Pods with another protocol only',
  why: `A \`targetPort\` that is a name is looked up together with the protocol of the Service port, which is TCP unless the
manifest says otherwise. A UDP port of that name does not count: the EndpointSlice stays without a port and connections
fail. A Service that offers one port over UDP and TCP needs both declared in the container, or a number.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#protocol-support',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: resolver
spec:
  selector:
    app: resolver
  ports:
    - port: 53
      targetPort: dns
                  ^^^ \`dns\` is a UDP port of \`Deployment/resolver\` and this Service port is TCP by default, so connections to port 53 fail
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
            - name: dns
              containerPort: 53
              protocol: UDP
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: resolver
spec:
  selector:
    app: resolver
  ports:
    - name: dns
      port: 53
      targetPort: dns
      protocol: UDP
    - name: dns-tcp
      port: 53
      targetPort: 53
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
            - name: dns
              containerPort: 53
              protocol: UDP
`,
  *check(service, { unit }) {
    for (const unresolved of findUnresolvedPorts(service, unit)) {
      const { name, port, protocol, otherProtocol, severity } = unresolved;
      const [first] = otherProtocol;
      if (first === undefined) continue;
      const isWritten = port.protocol?.value !== undefined && port.protocol.value !== '';
      const actual = first.named.protocol ?? 'of another protocol';
      yield {
        at: isWritten && port.protocol !== undefined ? port.protocol : name,
        message: `\`${name.value}\` is a ${actual} port of \`${describeResource(first.workload)}\` and this Service port is ${protocol}${isWritten ? '' : ' by default'}, ${describeConsequence(service, port)}`,
        severity,
        related: describeOthers(unresolved),
        fixes: fixesOf(service, unresolved),
      };
    }
  },
});

function describeOthers({ otherProtocol }: UnresolvedPort): readonly Related[] {
  return otherProtocol.slice(0, 4).map(({ workload, named }) => {
    const { start, end } = named.port.protocol ?? named.name;
    const message = `\`${describeResource(workload)}\` declares \`${named.name.value}\` with protocol ${named.protocol ?? '?'}`;
    return { file: workload.file, start, end, message };
  });
}

/** The container's protocol, unless that makes two equal ports of one; else the number, which needs no declaration. */
function fixesOf(service: Service, { port, name, otherProtocol }: UnresolvedPort): readonly Fix[] {
  const protocols = new Set(otherProtocol.map(({ named }) => named.protocol));
  const numbers = new Set(otherProtocol.map(({ named }) => named.port.containerPort?.value));
  const [protocol] = protocols;
  const [number] = numbers;
  const fixes: Fix[] = [];
  if (protocols.size === 1 && protocol !== undefined && !hasPort(service, port.port?.value, protocol)) {
    const edit: FileEdit =
      port.protocol === undefined
        ? { file: service.file, edit: { kind: 'insert-pair', mapping: port, key: 'protocol', value: protocol } }
        : replaceScalar(service.file, port.protocol, protocol);
    fixes.push({ title: `Set \`protocol: ${protocol}\``, safe: false, edits: [edit] });
  }
  if (numbers.size === 1 && number !== undefined) {
    const edits = [replaceScalar(service.file, name, number)];
    fixes.push({ title: `Change \`${name.value}\` to ${number}`, safe: false, edits });
  }
  return fixes;
}

function hasPort(service: Service, number: number | undefined, protocol: string): boolean {
  return service.ports.some((port) => port.port?.value === number && port.protocol?.value === protocol);
}

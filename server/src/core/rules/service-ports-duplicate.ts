import { protocolOf, type Service, type ServicePort } from '../k8s/service.ts';
import { defineRule, type Fix, replaceScalar } from './rule.ts';
import { freePortName } from './shared/portNames.ts';

export const servicePortsDuplicate = defineRule({
  id: 'service-ports-duplicate',
  types: ['service'],
  severity: 'error',
  reads: 'resource',
  summary: 'Two ports of a Service have the same number and protocol, or the same name',
  why: `Within one Service every pair of port number and protocol, and every port name, may stand once. The API server refuses
the whole Service otherwise. The same number over TCP and UDP is fine, under two names.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - name: http
      port: 80
      targetPort: 8080
    - name: admin
      port: 80
            ^^ port 80/TCP stands twice in this Service; the API server refuses it
      targetPort: 9090
---
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
      protocol: UDP
    - name: dns
            ^^^ port name \`dns\` stands twice in this Service; the API server refuses it
      port: 53
      protocol: TCP
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
      protocol: UDP
    - name: dns-tcp
      port: 53
      protocol: TCP
`,
  *check(service) {
    if (service.portsOpen) return;
    for (const [index, port] of service.ports.entries()) {
      const before = service.ports.slice(0, index);
      const sameNumber = before.find((other) => isSamePort(port, other));
      if (sameNumber?.port !== undefined && port.port?.value !== undefined) {
        const { start, end } = sameNumber.port;
        yield {
          at: port.port,
          message: `port ${port.port.value}/${protocolOf(port)} stands twice in this Service; the API server refuses it`,
          related: [{ file: service.file, start, end, message: 'the first one' }],
          fixes: [
            {
              title: `Remove the second port ${port.port.value}`,
              safe: false,
              edits: [{ file: service.file, edit: { kind: 'delete-item', item: port } }],
            },
          ],
        };
      }
      const name = port.name?.value;
      const sameName =
        name === undefined || name === '' ? undefined : before.find((other) => other.name?.value === name);
      if (sameName?.name !== undefined && port.name !== undefined) {
        const { start, end } = sameName.name;
        yield {
          at: port.name,
          message: `port name \`${name}\` stands twice in this Service; the API server refuses it`,
          related: [{ file: service.file, start, end, message: 'the first one' }],
          fixes: sameNumber === undefined ? renameFix(service, port) : [],
        };
      }
    }
  },
});

function isSamePort(port: ServicePort, other: ServicePort): boolean {
  const protocol = protocolOf(port);
  return (
    protocol !== undefined &&
    port.port?.value !== undefined &&
    port.port.value === other.port?.value &&
    protocol === protocolOf(other)
  );
}

function renameFix(service: Service, port: ServicePort): readonly Fix[] {
  if (port.name === undefined) return [];
  const name = freePortName(service, port);
  return [
    {
      title: `Rename the second one to \`${name}\``,
      safe: false,
      edits: [replaceScalar(service.file, port.name, name)],
    },
  ];
}

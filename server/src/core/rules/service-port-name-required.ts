import { toScalarText } from '../yaml/quote.ts';
import { defineRule, type FileEdit, replaceScalar } from './rule.ts';
import { freePortName } from './shared/portNames.ts';

export const servicePortNameRequired = defineRule({
  id: 'service-port-name-required',
  types: ['service'],
  severity: 'error',
  reads: 'resource',
  summary: 'A Service with several ports leaves one without a name',
  why: `A Service with a single port may leave it nameless. As soon as it has two, each needs a name of its own, and the API
server refuses the Service otherwise. This holds for every type, ExternalName included.`,
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
    - port: 9090
            ^^^^ port 9090 has no name; a Service with several ports must name each, and the API server refuses it
      targetPort: metrics
`,
  good: `
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
    - name: metrics
      port: 9090
      targetPort: metrics
`,
  *check(service) {
    if (service.portsOpen || service.ports.length < 2 || service.ports.some(({ port }) => port === undefined)) return;
    for (const port of service.ports) {
      if (port.name !== undefined && port.name.value !== '') continue;
      const at = port.name ?? port.port;
      if (at === undefined) continue;
      const which = port.port?.value === undefined ? 'a port' : `port ${port.port.value}`;
      const name = freePortName(service, port);
      const edit: FileEdit =
        port.name === undefined
          ? {
              file: service.file,
              edit: { kind: 'insert-pair', mapping: port, key: 'name', value: toScalarText(name, 'plain', 'double') },
            }
          : replaceScalar(service.file, port.name, name);
      yield {
        at,
        message: `${which} has no name; a Service with several ports must name each, and the API server refuses it`,
        fixes: [{ title: `Name it \`${name}\``, safe: false, edits: [edit] }],
      };
    }
  },
});

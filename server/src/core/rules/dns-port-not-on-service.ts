import { type HostReference, hostReferencesOf } from '../cluster/hostReferences.ts';
import { headSpan } from '../k8s/resourceBase.ts';
import type { Service, ServicePort } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Fix, type Related, type RuleContext } from './rule.ts';
import { findMeantPort, findMissingPort, findUndeclaredPort, type MissingPort } from './shared/hostPorts.ts';

export const dnsPortNotOnService = defineRule({
  id: 'dns-port-not-on-service',
  types: ['workload', 'configMap'],
  severity: 'warning',
  reads: 'unit',
  summary: 'A value leads to a port that the Service does not have',
  why: `A Service answers on its own \`ports\` alone, whatever the Pods behind it listen on: connections to any other port of it are
refused or run into a timeout. The usual mix-up is the Pods' port, which is the \`targetPort\`, for the Service's \`port\`.

Values of environment variables, arguments, and ConfigMaps and Secrets that become variables are looked at.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service',
  bad: `
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
              value: http://orders:8080/api
                                   ^^^^ Service \`orders\` has no port 8080, so connections to it fail; 8080 is the target of its port 80
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
    - port: 80
      targetPort: 8080
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
              value: http://orders:80/api
            - name: PAYMENTS_URL
              value: http://payments.example.com:8080
`,
  *check(holder, context) {
    for (const reference of hostReferencesOf(context.unit, holder)) {
      const missing = findMissingPort(context.unit, reference, context.settings.clusterDomain);
      const finding = missing === undefined ? undeclared(reference, context) : report(reference, missing, context.unit);
      if (finding !== undefined) yield finding;
    }
  },
});

function report({ holder, text }: HostReference, missing: MissingPort, unit: Unit): Finding {
  const { service, port, severity, target } = missing;
  const meant = findMeantPort(unit, service, port);
  const name = service.name?.value ?? '';
  const { start, end } = text.port ?? text.host;
  const what =
    text.port === undefined ? `\`${text.scheme}://\` means port ${port}, which Service \`${name}\` lacks` : '';
  const consequence = severity === 'hint' ? '' : ', so connections to it fail';
  const fact = what === '' ? `Service \`${name}\` has no port ${port}${consequence}` : what;
  return {
    at: { start, end },
    severity,
    message: `${fact}${describeMeant(meant, port, service)}`,
    related: target.services.slice(0, 3).map(relatedPorts),
    fixes: fixesOf(holder.file, text, meant?.port.port?.value, target.services.length === 1),
  };
}

function describeMeant(meant: ReturnType<typeof findMeantPort>, port: number, { ports }: Service): string {
  const number = meant?.port.port?.value;
  if (meant?.reason === 'target') return `; ${port} is the target of its port ${number}`;
  if (meant?.reason === 'nodePort') return `; ${port} is the nodePort of its port ${number}, and nodes alone have it`;
  if (meant?.reason === 'only') return `; its only port is ${number}`;
  return ports.length > 4 ? '' : `; it has ${ports.map(portText).join(', ')}`;
}

function portText({ name, port }: ServicePort): string {
  return name?.value === undefined ? String(port?.value) : `${port?.value} (\`${name.value}\`)`;
}

function relatedPorts(service: Service): Related {
  const { start, end } = service.ports[0]?.port ?? headSpan(service);
  const ports = service.ports.map(portText).join(', ');
  return { file: service.file, start, end, message: `Service \`${service.name?.value ?? ''}\` has ${ports}` };
}

function fixesOf(
  file: string,
  { host, port, exact }: HostReference['text'],
  number: number | undefined,
  isOne: boolean,
): readonly Fix[] {
  if (!exact || number === undefined || !isOne) return [];
  const { start, end } = port ?? { start: host.end, end: host.end };
  const newText = port === undefined ? `:${number}` : String(number);
  const title = port === undefined ? `Write port ${number}` : `Change ${port.value} to ${number}`;
  return [{ title, safe: false, edits: [{ file, edit: { kind: 'text', span: { start, end }, newText } }] }];
}

function undeclared(reference: HostReference, { unit, settings }: RuleContext): Finding | undefined {
  const found = findUndeclaredPort(unit, reference, settings.clusterDomain);
  const { port: at } = reference.text;
  if (found === undefined || at === undefined) return undefined;
  const name = found.service.name?.value ?? '';
  const { start, end } = at;
  return {
    at: { start, end },
    severity: 'hint',
    message: `no Pod behind the headless Service \`${name}\` declares port ${found.port}, and clients connect to the Pods themselves; declared is ${found.declared.join(', ')}`,
    related: [{ file: found.service.file, ...spanOf(found.service), message: `Service \`${name}\` is headless` }],
  };
}

function spanOf(service: Service): { readonly start: number; readonly end: number } {
  const { start, end } = service.clusterIP ?? headSpan(service);
  return { start, end };
}

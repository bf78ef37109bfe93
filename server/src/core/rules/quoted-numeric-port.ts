import type { Span } from '../base/span.ts';
import type { Field } from '../k8s/field.ts';
import type { IngressBackend } from '../k8s/ingress.ts';
import type { Resource } from '../k8s/resource.ts';
import { defineRule, type FileEdit, type Finding, replaceScalar } from './rule.ts';

export const quotedNumericPort = defineRule({
  id: 'quoted-numeric-port',
  types: ['service', 'workload', 'ingress', 'networkPolicy'],
  severity: 'error',
  reads: 'resource',
  summary: 'A port number stands in quotes, or where a port name belongs',
  why: `Where a port may be a number or a name, a string is taken as a name, and a name needs a letter: \`targetPort: "8080"\` is
refused by the API server. Where only a number may stand, a string is refused for its type. An Ingress backend has two fields,
\`number\` and \`name\`; digits belong into the first.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - port: 80
      targetPort: "8080"
                  ^^^^^^ "8080" is taken as a port name, which needs a letter: the API server refuses the Service; write 8080 without quotes
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
      name: web
      port:
        name: "80"
              ^^^^ "80" is taken as a port name, which needs a letter: the API server refuses the Ingress; write \`number: 80\`
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - name: "8080"
      port: 80
      targetPort: 8080
    - name: other
      port: 81
      targetPort: ""
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  defaultBackend:
    service:
      name: web
      port:
        number: 80
`,
  *check(resource) {
    for (const { field, takes, backend } of portsOf(resource)) {
      if (field === undefined) continue;
      const quoted = quotedNumber(field, resource);
      if (quoted === undefined) continue;
      yield backend?.portKind === 'name' ? inName(resource, backend, quoted) : inQuotes(resource, quoted, takes);
    }
  },
});

interface PortField {
  readonly field: Field<unknown>;
  readonly takes: 'number' | 'number or name';
  readonly backend?: IngressBackend;
}

interface QuotedNumber extends Span {
  readonly digits: string;
  /** It stands without quotes, where a string must be. */
  readonly isNumber: boolean;
}

function* portsOf(resource: Resource): Iterable<PortField> {
  switch (resource.type) {
    case 'service':
      for (const { port, targetPort, nodePort } of resource.ports) {
        yield { field: port, takes: 'number' };
        yield { field: targetPort, takes: 'number or name' };
        yield { field: nodePort, takes: 'number' };
      }
      return;
    case 'workload':
      for (const { ports, probes } of resource.template.containers) {
        for (const { start, end, decided } of ports) if (!decided) yield* wrongIntegersIn(resource, { start, end });
        for (const { handler, port } of probes)
          yield { field: port, takes: handler === 'grpc' ? 'number' : 'number or name' };
      }
      return;
    case 'networkPolicy':
      for (const rule of [...(resource.ingress?.rules ?? []), ...(resource.egress?.rules ?? [])]) {
        for (const { port, endPort } of rule.ports) {
          yield { field: port, takes: 'number or name' };
          yield { field: endPort, takes: 'number' };
        }
      }
      return;
    case 'ingress':
      if (resource.shape === 'v1')
        for (const backend of resource.backends) yield { field: backend.port, takes: 'number', backend };
  }
}

function* wrongIntegersIn(resource: Resource, span: Span): Iterable<PortField> {
  for (const fault of resource.faults) {
    if (fault.code !== 'wrong-type' || fault.expected !== 'integer') continue;
    if (span.start <= fault.start && fault.end <= span.end)
      yield { field: { undecided: 'type', start: fault.start, end: fault.end }, takes: 'number' };
  }
}

function quotedNumber(field: Field<unknown>, resource: Resource): QuotedNumber | undefined {
  if (field === undefined) return undefined;
  const { start, end } = field;
  if (typeof field.value === 'string')
    return /^\d+$/.test(field.value) ? { digits: field.value, isNumber: false, start, end } : undefined;
  if (!('undecided' in field) || field.undecided !== 'type') return undefined;
  const fault = resource.faults.find((each) => each.start === start && each.end === end);
  if (fault?.code !== 'wrong-type' || !/^\d+$/.test(fault.text)) return undefined;
  return { digits: fault.text, isNumber: fault.expected === 'string', start, end };
}

function inQuotes(resource: Resource, { digits, start, end }: QuotedNumber, takes: PortField['takes']): Finding {
  const reason =
    takes === 'number'
      ? `"${digits}" is a string where a number must stand`
      : `"${digits}" is taken as a port name, which needs a letter`;
  return {
    at: { start, end },
    message: `${reason}: the API server refuses the ${resource.kind}; write ${Number(digits)} without quotes`,
    fixes: [
      {
        title: `Write ${Number(digits)} without quotes`,
        safe: !/^0\d/.test(digits),
        edits: [replaceScalar(resource.file, { start, end }, Number(digits))],
      },
    ],
  };
}

function inName(resource: Resource, backend: IngressBackend, { digits, isNumber, start, end }: QuotedNumber): Finding {
  const reason = isNumber
    ? `the field \`name\` takes a string, and ${digits} is a number`
    : `"${digits}" is taken as a port name, which needs a letter`;
  const key = backend.portKey;
  const edits: readonly FileEdit[] =
    key === undefined
      ? []
      : [
          { file: resource.file, edit: { kind: 'replace-key', span: key, value: 'number' } },
          replaceScalar(resource.file, { start, end }, Number(digits)),
        ];
  return {
    at: { start, end },
    message: `${reason}: the API server refuses the Ingress; write \`number: ${Number(digits)}\``,
    fixes:
      edits.length === 0 ? [] : [{ title: `Write \`number: ${Number(digits)}\``, safe: !/^0\d/.test(digits), edits }],
  };
}

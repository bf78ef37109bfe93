import type { IngressBackend } from '../k8s/ingress.ts';
import type { Resource } from '../k8s/resource.ts';
import { defineRule, type FileEdit, type Finding, replaceScalar } from './rule.ts';
import { type PortField, portsOf, type QuotedNumber, quotedNumber } from './shared/quotedNumbers.ts';

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

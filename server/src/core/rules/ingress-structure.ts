import type { Refusal } from '../k8s/api/refusal.ts';
import type { Ingress, IngressBackend } from '../k8s/ingress.ts';
import { defineRule, type FileEdit, type Fix } from './rule.ts';

export const ingressStructure = defineRule({
  id: 'ingress-structure',
  types: ['ingress'],
  severity: 'error',
  reads: 'resource',
  summary: 'The API server refuses the rules of an Ingress',
  why: `An Ingress of \`networking.k8s.io/v1\` needs \`rules\` or a \`defaultBackend\`. Each path needs a \`pathType\`, and a path that begins
with \`/\` where the type is \`Prefix\` or \`Exact\`; each backend needs a Service with the name *or* the number of a port, or a resource.
The fields \`serviceName\` and \`servicePort\` are those of \`v1beta1\`, which Kubernetes 1.22 has removed.`,
  source: 'https://kubernetes.io/docs/reference/using-api/deprecation-guide/#ingress-v122',
  bad: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            ^^^^ a path needs a \`pathType\`: one of \`Exact\`, \`ImplementationSpecific\`, \`Prefix\`; the API server refuses the Ingress
            backend:
              service:
                name: shop
                port:
                  number: 80
          - path: /old
            pathType: Prefix
            backend:
              serviceName: shop
              ^^^^^^^^^^^ \`serviceName\` is a field of \`v1beta1\`; in \`networking.k8s.io/v1\` it is \`service.name\`; the API server refuses the Ingress
              servicePort: 80
              ^^^^^^^^^^^ \`servicePort\` is a field of \`v1beta1\`; in \`networking.k8s.io/v1\` it is \`service.port\`; the API server refuses the Ingress
`,
  good: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
spec:
  rules:
    - host: shop.example.com
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: shop
                port:
                  number: 80
`,
  *check(ingress, { refusals }) {
    if (ingress.shape !== 'v1') return;
    for (const backend of ingress.backends) {
      const fix = migrate(ingress, backend);
      for (const { value, start, end } of backend.outdated?.keys ?? []) {
        yield {
          at: { start, end },
          message: `\`${value}\` is a field of \`v1beta1\`; in \`networking.k8s.io/v1\` it is \`${SUCCESSORS.get(value)}\`; the API server refuses the Ingress`,
          ...(fix && { fixes: [fix] }),
        };
      }
    }
    for (const refusal of refusals()) {
      if (!isStructural(refusal) || isToldAbove(refusal, ingress)) continue;
      const { start, end, message } = refusal;
      const fix = addPathType(ingress, refusal);
      yield {
        at: { start, end },
        message: `${message}; the API server refuses the Ingress`,
        ...(fix && { fixes: [fix] }),
      };
    }
  },
});

const SUCCESSORS: ReadonlyMap<string, string> = new Map([
  ['serviceName', 'service.name'],
  ['servicePort', 'service.port'],
]);

/** Rules, paths and backends: names of hosts and the like are no matter of structure. */
function isStructural({ field, reason }: Refusal): boolean {
  if (reason === 'Type' || reason === 'Kind' || reason === 'Strict') return false;
  return field === 'spec' || /(?:\.pathType|\.path|\.backend|defaultBackend|\.port|\.paths)$/.test(field);
}

/** A backend without `service`, at whose key the refusal points, because its fields are the outdated ones. */
function isToldAbove({ field, end }: Refusal, { backends }: Ingress): boolean {
  if (!/(?:\.backend|defaultBackend)$/.test(field)) return false;
  const following = backends.filter((backend) => backend.start >= end).sort((a, b) => a.start - b.start);
  return following[0]?.outdated !== undefined;
}

function addPathType({ backends, file }: Ingress, { field, reason, start }: Refusal): Fix | undefined {
  if (reason !== 'FieldValueRequired' || !field.endsWith('.pathType')) return undefined;
  const item = backends.find(
    ({ pathItem }) => pathItem !== undefined && pathItem.start <= start && start < pathItem.end,
  )?.pathItem;
  if (item === undefined) return undefined;
  return {
    title: 'Add `pathType: Prefix`',
    safe: false,
    edits: [{ file, edit: { kind: 'insert-pair', mapping: item, key: 'pathType', value: 'Prefix' } }],
  };
}

function migrate({ file }: Ingress, { outdated, start, end }: IngressBackend): Fix | undefined {
  const { name, port, keys = [] } = outdated ?? {};
  if (name?.value === undefined || port?.value === undefined || keys.length !== 2) return undefined;
  const kind = typeof port.value === 'number' ? 'number' : 'name';
  const value = `\n  name: ${name.value}\n  port:\n    ${kind}: ${port.value}`;
  const edits: readonly FileEdit[] = [
    ...keys.map((key) => ({ file, edit: { kind: 'delete-pair' as const, key } })),
    { file, edit: { kind: 'insert-pair', mapping: { start, end }, key: 'service', value } },
  ];
  return { title: 'Write it as `service` with `name` and `port`', safe: false, edits };
}

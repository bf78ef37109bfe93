import type { Refusal } from '../k8s/api/refusal.ts';
import { ANY_RESOURCE, defineRule } from './rule.ts';

export const apiServerRefuses = defineRule({
  id: 'api-server-refuses',
  types: ANY_RESOURCE,
  severity: 'error',
  reads: 'resource',
  summary: 'A value that the API server refuses',
  why: `What the API server can decode it looks at field by field: names and labels have a form, ports a range, some fields are
required, others exclude each other. One such fault is enough for the whole object to be refused. What is said here is what
the server itself would say, for objects as they are written; what depends on the cluster (whether a namespace, a class or a
Service account exists) is not looked at.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/',
  bad: `
apiVersion: v1
kind: ConfigMap
metadata:
  name: Web_Config
        ^^^^^^^^^^
data:
  mode: fast
`,
  good: `
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-config
data:
  mode: fast
`,
  *check({ kind }, { refusals }) {
    const meant = refusals().flatMap(({ meant }) => meant ?? []);
    for (const refusal of refusals()) {
      const { reason, start, end, message, text = '' } = refusal;
      if (reason === 'Strict' || reason === 'Type' || reason === 'Kind') continue;
      if (PLACEHOLDER.test(text) || meant.some((path) => isAt(refusal, path))) continue;
      yield { at: { start, end }, message: `${message}: the API server refuses the ${kind}` };
    }
  },
});

/** `<your-domain>.example.com`, `__NAME__`, `YOUR_NAME`: to be replaced before anyone applies the file. */
const PLACEHOLDER =
  /<[^<>]+>|^(__.*__|@.*@|%.*%|\[.*\]|[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|(YOUR|REPLACE|CHANGE|TODO|XXX).*)$|\$\(/;

/** What a misspelt field leaves out is said there. */
function isAt({ reason, field }: Refusal, path: string): boolean {
  return (
    reason === 'FieldValueRequired' && (field === path || field.startsWith(`${path}.`) || field.startsWith(`${path}[`))
  );
}

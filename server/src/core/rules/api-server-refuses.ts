import type { Refusal } from '../k8s/api/refusal.ts';
import type { Resource } from '../k8s/resource.ts';
import { ANY_RESOURCE, defineRule } from './rule.ts';
import { isPartial } from './shared/partial.ts';

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
  *check(resource, { refusals }) {
    const all = refusals();
    if (isPartial(resource, all)) return;
    for (const refusal of all) {
      const { reason, field, start, end, message } = refusal;
      if (reason === 'Strict' || reason === 'Type' || reason === 'Kind') continue;
      if (isPlaceholder(refusal) || isConsequence(refusal, all)) continue;
      const finding = { at: { start, end }, message: `${message}: the API server refuses the ${resource.kind}`, field };
      yield mayBeMeant(refusal, resource) ? { ...finding, severity: 'hint' } : finding;
    }
  },
});

/** `<your-domain>.example.com`, `__NAME__`, `$NAME`, `YOUR_NAME`: to be replaced before anyone applies the file. */
function isPlaceholder({ text = '', message, reason }: Refusal): boolean {
  if (reason === 'FieldValueInvalid' && /^[A-Z][A-Z0-9_-]{2,}$/.test(text)) return true;
  return PLACEHOLDER.test(text) || /`[^`]*(<[^<>`]+>|\$[A-Z_]|[A-Z]{2,}_[A-Z])[^`]*`/.test(message);
}

const PLACEHOLDER = /<[^<>]+>|^(__.*__|@.*@|%.*%|\[.*\]|(REPLACE|CHANGE|TODO|XXX|YOUR).*)$|[A-Z]{2,}_[A-Z]|\$[A-Z_(]/;

/** What a misspelt field leaves out is said there; without a selector no labels match it; a faulty volume cannot be mounted. */
function isConsequence({ reason, field, message }: Refusal, all: readonly Refusal[]): boolean {
  if (reason === 'FieldValueNotFound' && message.endsWith('is refused itself')) return true;
  if (field === 'spec.template.metadata.labels') {
    return all.some((other) => other.field === 'spec.selector' && other.reason === 'FieldValueRequired');
  }
  if (reason !== 'FieldValueRequired') return false;
  return all.some(
    ({ meant }) =>
      meant !== undefined && (field === meant || field.startsWith(`${meant}.`) || field.startsWith(`${meant}[`)),
  );
}

/** A key without a value is there to be filled in; no replicas at all are possible where a feature is turned on. */
function mayBeMeant({ reason, field, text }: Refusal, { kind }: Resource): boolean {
  if (kind === 'HorizontalPodAutoscaler' && field === 'spec.minReplicas' && text === '0') return true;
  return reason === 'FieldValueRequired' && text === '';
}

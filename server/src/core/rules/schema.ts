import { removalOf } from '../k8s/api/kindVersions.ts';
import type { Refusal } from '../k8s/api/refusal.ts';
import { TABLE_VERSION } from '../k8s/api/shapeTable.ts';
import type { Resource } from '../k8s/resource.ts';
import { ANY_RESOURCE, defineRule, type Finding, type Fix } from './rule.ts';
import { isPartial } from './shared/partial.ts';

export const schema = defineRule({
  id: 'schema',
  types: ANY_RESOURCE,
  severity: 'error',
  reads: 'resource',
  summary: 'A field, a type or a kind that the API server does not know',
  why: `The API server decodes a manifest into typed fields before it looks at anything else. A value of another type stops it
there: the object is refused, and none of its other faults is reported. Fields that it does not know it refuses too, as long
as kubectl asks for strict validation, which it does by default; without that they are dropped in silence. Names of fields
are case-sensitive. Versions of kinds that Kubernetes has removed are unknown as well.

Fields and kinds are those of Kubernetes ${TABLE_VERSION}. For another \`kubernetesVersion\` those that are unknown are hints. In the editor
this is left to other extensions that check YAML against schemas, where there are any: see the setting \`kubefathom.schema\`.`,
  source: 'https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: web
            ^^^ a mapping must stand here, not the string \`web\`: the API server refuses the Service
  ports:
    - port: eighty
            ^^^^^^ a whole number must stand here, not the string \`eighty\`: the API server refuses the Service
      targetport: http
      ^^^^^^^^^^ \`spec.ports[0]\` has no field \`targetport\`: the API server refuses the Service; did you mean \`targetPort\`?
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
    - port: 80
      targetPort: http
`,
  *check(resource, { settings, refusals }) {
    const isOther = settings.kubernetesVersion !== TABLE_VERSION;
    const all = refusals();
    if (isPartial(resource, all)) return;
    for (const refusal of all) {
      const { reason, text = '' } = refusal;
      if (reason === 'Type' && !PLACEHOLDER.test(text)) yield toFinding(refusal, resource);
      if (reason === 'Strict') yield isOther ? asHint(toFinding(refusal, resource)) : toFinding(refusal, resource);
      if (reason !== 'Kind') continue;
      const removal = removalOf(resource.apiVersion, resource.kind);
      // A kind that is like no other may be newer than the table.
      const isUnsure = isOther || refusal.message.lastIndexOf('; ') < 0;
      if (removal === undefined) yield isUnsure ? asHint(toFinding(refusal, resource)) : toFinding(refusal, resource);
      else if (removal.minor <= minorOf(settings.kubernetesVersion)) yield toFinding(refusal, resource);
    }
  },
});

/** `PORT`, `<service-port>`, `__PORT__`, `($replicas)`: to be replaced before anyone applies the file. */
const PLACEHOLDER = /^([A-Z][A-Z0-9_]*|<.*>|\(\$.*\)|__.*__|@.*@|%.*%|\[.*\])$/;

function toFinding(refusal: Refusal, { kind, file }: Resource): Finding {
  const { start, end, message, meant } = refusal;
  const name = meant?.slice(meant.lastIndexOf('.') + 1);
  const fixes: readonly Fix[] =
    name === undefined
      ? []
      : [
          {
            title: `Change \`${refusal.field.slice(refusal.field.lastIndexOf('.') + 1)}\` to \`${name}\``,
            safe: false,
            edits: [{ file, edit: { kind: 'replace-key', span: { start, end }, value: name } }],
          },
        ];
  // What may be meant stands last.
  const hintAt = refusal.reason === 'Type' ? -1 : message.lastIndexOf('; ');
  const [fact, hint] = hintAt < 0 ? [message, ''] : [message.slice(0, hintAt), message.slice(hintAt)];
  return {
    at: { start, end },
    message: `${fact}: the API server refuses the ${kind}${hint}`,
    fixes,
    field: refusal.field,
  };
}

function asHint(finding: Finding): Finding {
  return { ...finding, severity: 'hint', message: `${finding.message} (as of Kubernetes ${TABLE_VERSION})` };
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

import type { DuplicateKey } from '../k8s/field.ts';
import type { Resource } from '../k8s/resource.ts';
import { isKustomized } from '../sources/unit.ts';
import { ANY_RESOURCE, defineRule, type Fix } from './rule.ts';

export const yamlDuplicateKey = defineRule({
  id: 'yaml-duplicate-key',
  types: ANY_RESOURCE,
  severity: 'warning',
  reads: 'resource',
  summary: 'A key stands twice in one mapping, and the first value is lost',
  why: `\`kubectl\` keeps the last of equal keys and says nothing, in spite of its strict validation: it has dropped the others
before the API server can see them. kustomize refuses the file, and so does a server that is sent the YAML itself. A key
that overrides what a merge (\`<<\`) brings is no duplicate.`,
  source: 'https://yaml.org/spec/1.2.2/#3213-node-comparison',
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
      ^^^^^^^^^^ \`targetPort\` stands twice here: \`kubectl\` drops this value in silence, and kustomize refuses the file
      protocol: TCP
      targetPort: http
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
      protocol: TCP
      targetPort: http
`,
  *check(resource, { unit }) {
    for (const fault of resource.faults) {
      if (fault.code !== 'duplicate-key') continue;
      const isBuilt = isKustomized(unit, resource);
      yield {
        at: { start: fault.start, end: fault.end },
        message: `\`${fault.key}\` stands twice here${consequenceOf(fault, isBuilt)}`,
        ...(isBuilt ? { severity: 'error' as const } : fault.equal ? { severity: 'info' as const } : {}),
        related: [{ file: resource.file, ...fault.winner, message: 'the value that counts' }],
        fixes: [removeLoser(resource, fault)],
        tag: 'unnecessary',
      };
    }
  },
});

function consequenceOf({ equal }: DuplicateKey, isBuilt: boolean): string {
  if (isBuilt) return ', and kustomize refuses the file; `kubectl` would drop this value in silence';
  return equal
    ? ', with the same value: `kubectl` takes that, kustomize refuses the file'
    : ': `kubectl` drops this value in silence, and kustomize refuses the file';
}

/** The loser means nothing to kubectl: without it the same objects are applied. */
function removeLoser({ file }: Resource, { start, end, key }: DuplicateKey): Fix {
  return {
    title: `Remove this \`${key}\`; the later one counts`,
    safe: true,
    edits: [{ file, edit: { kind: 'delete-pair', key: { start, end } } }],
  };
}

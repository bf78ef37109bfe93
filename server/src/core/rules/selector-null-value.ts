import { ANY_RESOURCE, defineRule, replaceScalar } from './rule.ts';

export const selectorNullValue = defineRule({
  id: 'selector-null-value',
  types: ANY_RESOURCE,
  severity: 'warning',
  reads: 'resource',
  summary: 'A label of a selector has no value, and the requirement vanishes',
  why: `A key without a value is null. \`kubectl apply\` drops such a key before it sends the object, so the selector takes more
Pods than it says; other ways into the cluster turn it into an empty string, and the selector takes none of them.`,
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
    tier:
    ^^^^ \`tier\` has no value: \`kubectl apply\` drops it in silence, and the selector takes Pods of any \`tier\`
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
    tier: ""
  ports:
    - port: 80
`,
  *check(resource) {
    for (const fault of resource.faults) {
      if (fault.code !== 'null-in-selector') continue;
      const { key, value, start, end } = fault;
      yield {
        at: { start, end },
        message: `\`${key}\` has no value: \`kubectl apply\` drops it in silence, and the selector takes Pods of any \`${key}\``,
        fixes: [
          {
            title: `Remove \`${key}\``,
            safe: false,
            edits: [{ file: resource.file, edit: { kind: 'delete-pair', key: { start, end } } }],
          },
          {
            title: `Ask for an empty \`${key}\`: write \`""\``,
            safe: false,
            edits: [replaceScalar(resource.file, value, '')],
          },
        ],
      };
    }
  },
});

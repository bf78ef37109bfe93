import type { WrongType } from '../k8s/field.ts';
import type { Resource } from '../k8s/resource.ts';
import { isCustomResource } from '../sources/resourceIndex.ts';
import { ANY_RESOURCE, defineRule } from './rule.ts';
import { portsOf, quotedNumber } from './shared/quotedNumbers.ts';

export const schema = defineRule({
  id: 'schema',
  types: ANY_RESOURCE,
  severity: 'error',
  reads: 'resource',
  summary: 'A value has a type that its field does not take',
  why: `The API server decodes a manifest into typed fields before it looks at anything else. A value of another type stops it
there: the object is refused, and none of its other faults is reported. Fields that hold a list or a mapping take nothing
else, not even the text of one.`,
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
  *check(resource) {
    if (isCustomResource(resource) || (resource.type === 'workload' && resource.maker === 'custom')) return;
    for (const fault of resource.faults) {
      if (fault.code !== 'wrong-type' || PLACEHOLDER.test(fault.text) || isQuotedPort(fault, resource)) continue;
      const { start, end } = fault;
      yield {
        at: { start, end },
        message: `${EXPECTED[fault.expected]} must stand here, not ${describe(fault)}: the API server refuses the ${resource.kind}`,
      };
    }
  },
});

/** `PORT`, `<service-port>`, `__PORT__`, `($replicas)`: to be replaced before anyone applies the file. */
const PLACEHOLDER = /^([A-Z][A-Z0-9_]*|<.*>|\(\$.*\)|__.*__|@.*@|%.*%|\[.*\])$/;

const EXPECTED: Readonly<Record<WrongType['expected'], string>> = {
  string: 'a string',
  integer: 'a whole number',
  'integer or string': 'a whole number or a string',
  boolean: '`true` or `false`',
  mapping: 'a mapping',
  list: 'a list',
};

function describe({ found, text }: WrongType): string {
  return found === 'mapping' || found === 'list' ? `a ${found}` : `the ${found} \`${text}\``;
}

/** What quoted-numeric-port says better, with its fix. */
function isQuotedPort(fault: WrongType, resource: Resource): boolean {
  for (const { field } of portsOf(resource)) {
    if (field?.start === fault.start && quotedNumber(field, resource) !== undefined) return true;
  }
  return false;
}

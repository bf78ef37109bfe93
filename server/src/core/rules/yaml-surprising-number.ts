import type { SurprisingNumber } from '../k8s/field.ts';
import type { Resource } from '../k8s/resource.ts';
import { ANY_RESOURCE, defineRule, type Fix, replaceScalar } from './rule.ts';

export const yamlSurprisingNumber = defineRule({
  id: 'yaml-surprising-number',
  types: ANY_RESOURCE,
  severity: 'warning',
  reads: 'resource',
  summary: 'A number is read as another one than it looks like',
  why: `Kubernetes reads YAML 1.1: a leading zero makes a number octal (\`0120\` is 80), underscores separate digits, \`0x\` and \`0b\`
are bases. YAML 1.2 tools read some of these as other numbers, or as text.`,
  source: 'https://yaml.org/type/int.html',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 0120
            ^^^^ Kubernetes reads \`0120\` as 80: a leading zero makes a number octal
      targetPort: 8_080
                  ^^^^^ Kubernetes reads \`8_080\` as 8080; other YAML readers take it for text
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
`,
  *check(resource) {
    for (const fault of resource.faults) {
      if (fault.code !== 'surprising-number' || looksLikeItsValue(fault)) continue;
      yield {
        at: { start: fault.start, end: fault.end },
        message: `Kubernetes reads \`${fault.text}\` as ${fault.value}${reasonOf(fault.text)}`,
        fixes: fixesOf(resource, fault),
      };
    }
  },
});

/** `80.0` and `-0`: every reader and every person takes them for the same number. */
function looksLikeItsValue({ text, value }: SurprisingNumber): boolean {
  return /^[-+]?(0|[1-9][0-9]*)(\.0*)?$/.test(text) && Number(text) === value;
}

function reasonOf(text: string): string {
  const digits = text.replace(/^[-+]/, '');
  if (/^0[0-7_]+$/.test(digits)) return ': a leading zero makes a number octal';
  if (/^0o/i.test(digits)) return ', an octal number';
  if (/^0x/i.test(digits)) return ', a hexadecimal number';
  if (/^0b/i.test(digits)) return ', a binary number';
  if (digits.includes('_')) return '; other YAML readers take it for text';
  return '';
}

function fixesOf({ file }: Resource, fault: SurprisingNumber): readonly Fix[] {
  const isOctal = /^[-+]?0[0-7_]+$/.test(fault.text);
  const written = replaceScalar(file, fault, fault.value);
  const fixes: Fix[] = [{ title: `Write it as \`${fault.value}\``, safe: !isOctal, edits: [written] }];
  const decimal = Number(fault.text.replaceAll('_', ''));
  if (isOctal && Number.isInteger(decimal) && decimal !== fault.value)
    fixes.push({ title: `Change it to \`${decimal}\``, safe: false, edits: [replaceScalar(file, fault, decimal)] });
  return fixes;
}

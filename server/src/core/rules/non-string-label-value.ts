import type { NonString } from '../k8s/field.ts';
import type { Resource } from '../k8s/resource.ts';
import { isCustomResource } from '../sources/resourceIndex.ts';
import { isKustomized, type Unit } from '../sources/unit.ts';
import type { Severity } from '../workspace/config.ts';
import { ANY_RESOURCE, defineRule, replaceScalar } from './rule.ts';

export const nonStringLabelValue = defineRule({
  id: 'non-string-label-value',
  types: ANY_RESOURCE,
  severity: 'error',
  reads: 'unit',
  summary: 'A label, annotation, selector or environment value is a number or boolean where a string must stand',
  why: `Labels, annotations, selectors and environment variables hold strings only. Kubernetes reads YAML 1.1, in which \`yes\`,
\`on\`, \`off\`, \`n\` and \`y\` are booleans, and \`1.10\`, \`0123\`, \`1_000\` and \`1e3\` are numbers. The API server refuses the whole
object. Quotes make a string of any of them.

In a kustomization \`yes\`, \`on\` and their like, and annotations of any type, come out of the build as strings; nothing is
said about them there.`,
  source: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set',
  bad: `
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    version: 1.10
             ^^^^ label \`version\` is the number 1.1, not a string: the API server refuses the Service; quote it
spec:
  selector:
    canary: yes
            ^^^ selector \`canary\` is the boolean true, not a string: the API server refuses the Service; quote it
  ports:
    - port: 80
`,
  good: `
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    version: "1.10"
    patch: 1.10.0
    released: 2026-01-31
    note: null
spec:
  selector:
    canary: "yes"
  ports:
    - port: 80
`,
  *check(resource, { unit }) {
    for (const fault of resource.faults) {
      if (fault.code !== 'non-string' || becomesString(fault, resource, unit)) continue;
      const { start, end } = fault;
      yield {
        at: { start, end },
        severity: severityOf(fault, resource),
        message: `${PLACES[fault.place]} \`${fault.key}\` is the ${describeValue(fault.value)}, not a string: the API server refuses the ${resource.kind}; quote it`,
        fixes: [
          { title: `Quote \`${fault.text}\``, safe: true, edits: [replaceScalar(resource.file, fault, fault.text)] },
        ],
      };
    }
  },
});

const PLACES: Readonly<Record<NonString['place'], string>> = {
  label: 'label',
  annotation: 'annotation',
  selector: 'selector',
  env: 'environment variable',
};

/** kustomize writes annotations as strings, and quotes what YAML 1.1 alone takes for booleans. */
function becomesString({ place, text }: NonString, resource: Resource, unit: Unit): boolean {
  return isKustomized(unit, resource) && (place === 'annotation' || /^(y|n|yes|no|on|off)$/i.test(text));
}

/** What a custom resource's own schema takes in its Pod template is not ours to know. */
function isInCustomTemplate(fault: NonString, resource: Resource): boolean {
  if (resource.type !== 'workload' || resource.maker !== 'custom') return false;
  return resource.template.start <= fault.start && fault.end <= resource.template.end;
}

/** Files of other tools look like custom resources and never reach an API server, which alone reads `yes` so. */
function severityOf(fault: NonString, resource: Resource): Severity {
  if (isInCustomTemplate(fault, resource)) return 'warning';
  return isCustomResource(resource) && !resource.group.endsWith('.k8s.io') ? 'hint' : 'error';
}

function describeValue(value: string): string {
  return value === 'true' || value === 'false' ? `boolean ${value}` : `number ${value}`;
}

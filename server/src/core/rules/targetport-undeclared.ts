import { resolveServicePorts } from '../cluster/endpointPorts.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import { defineRule, type Fix } from './rule.ts';
import { isSystemNamespace } from './shared/customPolicies.ts';

export const targetportUndeclared = defineRule({
  id: 'targetport-undeclared',
  types: ['service'],
  severity: 'hint',
  reads: 'unit',
  optional: true,
  summary: 'No selected container declares a numeric targetPort',
  why: `A numeric \`targetPort\` needs no declaration: connections go to that port of the Pods, declared or not. Where containers declare
other ports, though, the number is often a leftover; and a declaration tells readers, NetworkPolicies by name and monitors what is there.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports',
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
      targetPort: 8081
                  ^^^^ \`Pod/web\` declares no port 8081/TCP
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: server
      image: nginx:1.29
      ports:
        - containerPort: 8080
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
      targetPort: 8080
---
apiVersion: v1
kind: Pod
metadata:
  name: web
  labels:
    app: web
spec:
  containers:
    - name: server
      image: nginx:1.29
      ports:
        - containerPort: 8080
`,
  *check(service, { unit }) {
    if (isSystemNamespace(service.namespace?.value)) return;
    for (const { port, target, protocol, on } of resolveServicePorts(unit, service)) {
      const at = port.targetPort ?? port.port;
      if (typeof target !== 'number' || protocol === undefined || at === undefined || on.length === 0) continue;
      const lacking = on.filter(({ workload, found }) => {
        const { containers, containersOpen } = workload.template;
        const isOpen = workload.opaque || containersOpen || containers.some(({ portsOpen }) => portsOpen);
        return !isOpen && found.kind === 'number' && found.declared === undefined;
      });
      const [first] = lacking;
      if (first === undefined || lacking.length < on.length) continue;
      yield {
        at,
        message: `\`${describeResource(first.workload)}\` declares no port ${target}/${protocol}`,
        related: lacking.slice(0, 4).map(({ workload }) => {
          const { start, end } = headSpan(workload);
          return { file: workload.file, start, end, message: `\`${describeResource(workload)}\` is selected` };
        }),
        fixes: lacking.length === 1 ? declare(first.workload, target, protocol) : [],
      };
    }
  },
});

/** A declaration in the only container of a workload's Pods. */
function declare({ file, template: { containers } }: Workload, port: number, protocol: string): readonly Fix[] {
  const [container, other] = containers.filter(({ role }) => role === 'container');
  if (container === undefined || other !== undefined) return [];
  const text = `containerPort: ${port}${protocol === 'TCP' ? '' : `\nprotocol: ${protocol}`}`;
  const { portsPlace, start, end } = container;
  const item = `- ${text.replace('\n', '\n  ')}`;
  const edit =
    portsPlace === undefined
      ? ({ kind: 'insert-pair', mapping: { start, end }, key: 'ports', value: item } as const)
      : ({ kind: 'insert-item', sequence: portsPlace, text } as const);
  return [{ title: `Declare port ${port}`, safe: false, edits: [{ file, edit }] }];
}

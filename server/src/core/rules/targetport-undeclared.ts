import { resolveServicePorts } from '../cluster/endpointPorts.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import { defineRule } from './rule.ts';

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
      };
    }
  },
});

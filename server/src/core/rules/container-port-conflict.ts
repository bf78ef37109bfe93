import type { ContainerPort } from '../k8s/ports.ts';
import { containerProtocolOf } from '../k8s/ports.ts';
import type { Container } from '../k8s/workload.ts';
import { defineRule } from './rule.ts';

export const containerPortConflict = defineRule({
  id: 'container-port-conflict',
  types: ['workload'],
  severity: 'warning',
  reads: 'resource',
  summary: 'Two containers of one Pod listen on the same port',
  why: `The containers of a Pod share one network: only one of them can listen on a port of a protocol. The second one fails
with "address already in use" and is restarted for ever. The API server accepts both declarations, with a warning. Plain init
containers are exempt, because they have ended when the others start; sidecars are not.`,
  source: 'https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking',
  bad: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  selector:
    matchLabels:
      app: orders
  template:
    metadata:
      labels:
        app: orders
    spec:
      containers:
        - name: server
          image: orders:1.4
          ports:
            - containerPort: 8080
        - name: admin
          image: admin:0.9
          ports:
            - containerPort: 8080
                             ^^^^ container \`server\` declares 8080/TCP too; containers of a Pod share one network, so only one of them can listen there
`,
  good: `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: resolver
spec:
  selector:
    matchLabels:
      app: resolver
  template:
    metadata:
      labels:
        app: resolver
    spec:
      initContainers:
        - name: warm-up
          image: resolver:2.1
          ports:
            - containerPort: 53
              protocol: UDP
      containers:
        - name: server
          image: resolver:2.1
          ports:
            - containerPort: 53
              protocol: UDP
        - name: relay
          image: relay:1.0
          ports:
            - containerPort: 53
              protocol: TCP
`,
  *check(workload) {
    const lasting = workload.template.containers.filter(({ role }) => role !== 'init');
    const holders = new Map<string, { readonly container: Container; readonly port: ContainerPort }>();
    for (const container of lasting) {
      for (const port of container.ports) {
        const key = keyOf(port);
        if (key === undefined || port.containerPort === undefined) continue;
        const holder = holders.get(key);
        if (holder === undefined) holders.set(key, { container, port });
        if (holder === undefined || holder.container === container || holder.port.containerPort === undefined) continue;
        const { start, end } = holder.port.containerPort;
        const name = holder.container.name?.value;
        const other = name === undefined ? 'another container' : `container \`${name}\``;
        yield {
          at: port.containerPort,
          message: `${other} declares ${key} too; containers of a Pod share one network, so only one of them can listen there`,
          related: [{ file: workload.file, start, end, message: `${other} declares it` }],
        };
      }
    }
  },
});

/** `8080/TCP`; `undefined` where that is not decided, or where a host port tells that the addresses may differ. */
function keyOf(port: ContainerPort): string | undefined {
  const protocol = containerProtocolOf(port);
  const number = port.containerPort?.value;
  if (protocol === undefined || number === undefined || port.hostPort !== undefined || !port.decided) return undefined;
  return `${number}/${protocol}`;
}

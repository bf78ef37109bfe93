import type { Span } from '../base/span.ts';
import { type ContainerPort, containerProtocolOf } from '../k8s/ports.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { protocolOf, type Service, type ServicePort } from '../k8s/service.ts';
import type { Container, Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Fix, type Related } from './rule.ts';
import { leadsTo, renameContainerPort, toValidPortName } from './shared/portNames.ts';

export const containerPortNameDuplicate = defineRule({
  id: 'container-port-name-duplicate',
  types: ['workload'],
  severity: 'warning',
  reads: 'unit',
  summary: 'Two container ports of one Pod have the same name',
  why: `Within one container every port name may stand once, whatever the protocols; the API server refuses others. Two
containers of a Pod may share a name, and then Services and NetworkPolicies that use it reach the first container only,
ordinary containers before sidecars. It is a warning where a Service of the manifests does, else a hint. Ports of plain init
containers count for nobody.`,
  source: 'https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#ports',
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
            - name: http
              containerPort: 8080
            - name: http
                    ^^^^ port name \`http\` stands twice in container \`server\`; the API server refuses the object
              containerPort: 8081
        - name: exporter
          image: exporter:0.9
          ports:
            - name: http
                    ^^^^ port name \`http\` is container \`server\`'s already, so \`Service/orders\` never reaches this port
              containerPort: 9100
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector:
    app: orders
  ports:
    - port: 80
      targetPort: http
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
            - name: dns
              containerPort: 53
              protocol: UDP
      containers:
        - name: server
          image: resolver:2.1
          ports:
            - name: dns
              containerPort: 53
              protocol: UDP
        - name: relay
          image: relay:1.0
          ports:
            - name: dns
              containerPort: 5353
              protocol: TCP
`,
  *check(workload, { unit }) {
    const containers = workload.template.containers;
    const ordered = [
      ...containers.filter(({ role }) => role === 'container'),
      ...containers.filter(({ role }) => role === 'sidecar'),
    ];
    for (const container of containers) {
      const isLasting = container.role !== 'init';
      const earlier = isLasting ? ordered.slice(0, ordered.indexOf(container)) : [];
      for (const [index, port] of container.ports.entries()) {
        const name = port.name?.value;
        if (port.name === undefined || name === undefined || name === '') continue;
        const twin = container.ports.slice(0, index).find((other) => other.name?.value === name);
        const rename = (): Fix => renameFix(container, port, name);
        if (twin !== undefined) {
          yield refused(workload, container, port.name, twin, rename());
          continue;
        }
        const winner = earlier.find((other) => other.ports.some((each) => isSameName(each, port)));
        const declaration = winner?.ports.find((each) => isSameName(each, port));
        if (winner !== undefined && declaration?.name !== undefined)
          yield shadowed(unit, workload, winner, port, port.name, declaration.name, rename());
      }
    }

    function renameFix(container: Container, port: ContainerPort, name: string): Fix {
      const taken = new Set(containers.flatMap(({ ports }) => ports.flatMap((each) => each.name?.value ?? [])));
      const base = container.name === undefined ? name : `${container.name.value}-${name}`;
      const renamed = toValidPortName(base, taken);
      const edits = renameContainerPort(unit, workload, container, port, renamed);
      return { title: `Rename this port to \`${renamed}\``, safe: false, edits };
    }
  },
});

function refused(
  workload: Workload,
  container: Container,
  at: { readonly value: string; readonly start: number; readonly end: number },
  twin: ContainerPort,
  fix: Fix,
): Finding {
  const { start, end } = twin.name ?? twin;
  return {
    at,
    message: `port name \`${at.value}\` stands twice in ${describeContainer(container)}; the API server refuses the object`,
    severity: workload.maker === 'custom' ? 'warning' : 'error',
    related: [{ file: workload.file, start, end, message: 'the first one' }],
    fixes: [fix],
  };
}

function shadowed(
  unit: Unit,
  workload: Workload,
  winner: Container,
  port: ContainerPort,
  at: { readonly value: string; readonly start: number; readonly end: number },
  first: { readonly start: number; readonly end: number },
  fix: Fix,
): Finding {
  const user = findUser(unit, workload, port);
  const consequence =
    user === undefined
      ? '; a Service that used the name would never reach this port'
      : `, so \`${describeResource(user.service)}\` never reaches this port`;
  const { start, end } = first;
  const related: Related[] = [
    { file: workload.file, start, end, message: `the port that \`${at.value}\` reaches` },
    ...(user === undefined ? [] : [{ file: user.service.file, ...user.at, message: 'the Service uses the name here' }]),
  ];
  return {
    at,
    severity: user === undefined ? 'hint' : 'warning',
    message: `port name \`${at.value}\` is ${describeContainer(winner)}'s already${consequence}`,
    related,
    fixes: [fix],
  };
}

/** A Service that looks this very name and protocol up. Probes and monitors may use it as well, and mean each container's. */
function findUser(
  unit: Unit,
  workload: Workload,
  port: ContainerPort,
): { readonly service: Service; readonly at: Span } | undefined {
  const looksUp = (used: ServicePort) =>
    used.targetPort?.value === port.name?.value && protocolOf(used) === containerProtocolOf(port);
  for (const service of unit.index.ofType('service')) {
    const used = service.ports.find(looksUp)?.targetPort;
    if (used !== undefined && leadsTo(service, workload)) return { service, at: { start: used.start, end: used.end } };
  }
  return undefined;
}

function isSameName(one: ContainerPort, other: ContainerPort): boolean {
  const protocol = containerProtocolOf(one);
  return one.name?.value === other.name?.value && protocol !== undefined && protocol === containerProtocolOf(other);
}

function describeContainer(container: Container): string {
  return container.name === undefined ? 'another container' : `container \`${container.name.value}\``;
}

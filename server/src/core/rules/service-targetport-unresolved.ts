import { type PodPort, resolveServicePorts } from '../cluster/endpointPorts.ts';
import { describeResource, headSpan } from '../k8s/resourceBase.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { defineRule, type Finding, type Related } from './rule.ts';
import { findCandidate, fixesOf, lastingPorts, namesOf } from './shared/targetPortFixes.ts';
import {
  describeConsequence,
  describeWorkloads,
  findUnresolvedPorts,
  type UnresolvedPort,
} from './shared/unresolvedPorts.ts';

export const serviceTargetportUnresolved = defineRule({
  id: 'service-targetport-unresolved',
  types: ['service'],
  severity: 'error',
  reads: 'unit',
  summary: 'A named `targetPort` is the name of no port of the selected Pods',
  why: `A \`targetPort\` that is a name is looked up, with its protocol, among the ports that the containers of each selected
Pod declare. A Pod without such a port stays in the EndpointSlice, but the slice has no port: everything looks healthy and
every connection fails. A number is never checked against anything.`,
  source: 'https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports',
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
      targetPort: htpp
                  ^^^^ no container of \`Deployment/orders\` has a TCP port named \`htpp\`, so connections to port 80 fail; did you mean \`http\`?
---
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
      targetPort: http
---
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
`,
  *check(service, { unit, settings }) {
    yield* findUnseenSidecars(service, unit, settings.kubernetesVersion);
    for (const unresolved of findUnresolvedPorts(service, unit)) {
      if (unresolved.otherProtocol.length > 0) continue;
      const { name, port, protocol, workloads } = unresolved;
      const candidate = findCandidate(unresolved);
      const question = candidate?.near ? `; did you mean \`${candidate.target}\`?` : '';
      const lacking = describeLack(unresolved);
      yield {
        at: name,
        message: `${lacking}, ${describeConsequence(service, port)}${question}`,
        severity: unresolved.severity,
        related: workloads.slice(0, 4).map((workload) => describePorts(workload, name.value, protocol)),
        fixes: fixesOf(service, unresolved, candidate),
      };
    }
  },
});

/** Before Kubernetes 1.32 the EndpointSlice controller looked at no init container, sidecars included. */
function* findUnseenSidecars(service: Service, unit: Unit, version: string): Iterable<Finding> {
  const [major = 1, minor = 99] = version.split('.').map(Number);
  if (!(major === 1 && minor < 32)) return;
  for (const { port, on } of resolveServicePorts(unit, service)) {
    const isUnseen = ({ found }: PodPort) => found.kind === 'named' && found.owner.role === 'sidecar';
    if (on.length === 0 || !on.every(isUnseen) || port.targetPort === undefined) continue;
    yield {
      at: port.targetPort,
      severity: 'info',
      message: `only a sidecar has a port named \`${port.targetPort.value}\`, and Kubernetes ${version} does not look there (1.32 does)`,
    };
  }
}

function describeLack({ name, protocol, workloads }: UnresolvedPort): string {
  const port = `${protocol === 'SCTP' ? 'an' : 'a'} ${protocol} port named \`${name.value}\``;
  const [workload, another] = workloads;
  if (workload !== undefined && another === undefined && endedPort(workload, name.value) !== undefined)
    return `only an init container of \`${describeResource(workload)}\`, ended before traffic comes, has ${port}`;
  return `no container of ${describeWorkloads(workloads)} has ${port}`;
}

function describePorts(workload: Workload, wanted: string, protocol: string): Related {
  const ended = endedPort(workload, wanted);
  const names = namesOf(workload, protocol);
  const place = ended?.name ?? lastingPorts(workload)[0]?.name ?? lastingPorts(workload)[0]?.containerPort;
  const { start, end } = place ?? headSpan(workload);
  const described = describeResource(workload);
  const message =
    ended !== undefined
      ? `only an init container of \`${described}\` declares \`${wanted}\`, and it has ended when traffic comes`
      : names.length > 0
        ? `\`${described}\` names its ${protocol} ports ${names.map((name) => `\`${name}\``).join(', ')}`
        : `\`${described}\` names no ${protocol} port`;
  return { file: workload.file, start, end, message };
}

/** A port of that name in an init container that does not stay. */
function endedPort(workload: Workload, name: string) {
  return workload.template.containers
    .filter(({ role }) => role === 'init')
    .flatMap(({ ports }) => ports)
    .find((port) => port.name?.value === name);
}

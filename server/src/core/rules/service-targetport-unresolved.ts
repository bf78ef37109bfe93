import { findNearest } from '../base/editDistance.ts';
import { portNamesOf } from '../k8s/ports.ts';
import { describeResource, headSpan } from '../k8s/resource.ts';
import type { Service } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import { defineRule, type FileEdit, type Fix, type Related, replaceScalar } from './rule.ts';
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
  *check(service, { unit }) {
    for (const unresolved of findUnresolvedPorts(service, unit)) {
      if (unresolved.otherProtocol.length > 0) continue;
      const { name, port, protocol, workloads } = unresolved;
      const candidate = findCandidate(unresolved);
      const question = candidate?.near ? `; did you mean \`${candidate.target}\`?` : '';
      yield {
        at: name,
        message: `no container of ${describeWorkloads(workloads)} has ${article(protocol)} ${protocol} port named \`${name.value}\`, ${describeConsequence(service, port)}${question}`,
        severity: unresolved.severity,
        related: workloads.slice(0, 4).map((workload) => describePorts(workload, name.value, protocol)),
        fixes: fixesOf(service, unresolved, candidate),
      };
    }
  },
});

interface Candidate {
  readonly target: string | number;
  /** The written name looks like a slip of it. */
  readonly near: boolean;
}

/** What the port should lead to: a similar name, else the only port there is, by name or number. */
function findCandidate({ name, port, protocol, workloads }: UnresolvedPort): Candidate | undefined {
  const names = commonOf(workloads.map((workload) => namesOf(workload, protocol)));
  const near = findNearest(name.value, names, (candidate) => candidate);
  if (near !== undefined) return { target: near, near: true };
  const numbers = commonOf(workloads.map((workload) => numbersOf(workload, protocol)));
  const [onlyName] = names;
  if (names.length === 1 && numbers.length <= 1 && onlyName !== undefined) return { target: onlyName, near: false };
  const [onlyNumber] = numbers;
  if (numbers.length === 1 && onlyNumber !== undefined) return { target: onlyNumber, near: false };
  const own = port.port?.value;
  return own !== undefined && numbers.includes(own) ? { target: own, near: false } : undefined;
}

function namesOf(workload: Workload, protocol: string): readonly string[] {
  return portNamesOf(workload.template.containers)
    .filter((named) => named.protocol === protocol)
    .map((named) => named.name.value);
}

function numbersOf(workload: Workload, protocol: string): readonly number[] {
  return lastingPorts(workload)
    .filter((port) => (port.protocol?.value ?? 'TCP') === protocol)
    .flatMap((port) => port.containerPort?.value ?? []);
}

function lastingPorts(workload: Workload) {
  return workload.template.containers.filter(({ role }) => role !== 'init').flatMap(({ ports }) => ports);
}

function commonOf<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const [first = [], ...rest] = lists;
  return [...new Set(first)].filter((value) => rest.every((list) => list.includes(value)));
}

function fixesOf(service: Service, unresolved: UnresolvedPort, candidate: Candidate | undefined): readonly Fix[] {
  const { name, port } = unresolved;
  const fixes: Fix[] = [];
  if (candidate !== undefined) {
    const isTaken = service.ports.some((other) => other !== port && other.targetPort?.value === candidate.target);
    fixes.push({
      title: `Change \`${name.value}\` to \`${candidate.target}\``,
      safe: candidate.near && !isTaken,
      edits: [replaceScalar(service.file, name, candidate.target)],
    });
  }
  const declaration = nameDeclaration(unresolved, candidate);
  return declaration === undefined ? fixes : [...fixes, declaration];
}

/** Gives the only port of the only workload the name that the Service asks for. */
function nameDeclaration({ name, workloads }: UnresolvedPort, candidate: Candidate | undefined): Fix | undefined {
  const [workload, another] = workloads;
  if (workload === undefined || another !== undefined || typeof candidate?.target !== 'number') return undefined;
  const port = lastingPorts(workload).find(({ containerPort }) => containerPort?.value === candidate.target);
  if (port?.containerPort === undefined || port.name !== undefined || !port.decided) return undefined;
  const edit: FileEdit = {
    file: workload.file,
    edit: { kind: 'insert-pair', mapping: port, key: 'name', value: name.value },
  };
  return {
    title: `Name port ${candidate.target} of \`${describeResource(workload)}\` \`${name.value}\``,
    safe: false,
    edits: [edit],
  };
}

function describePorts(workload: Workload, wanted: string, protocol: string): Related {
  const ended = workload.template.containers
    .filter(({ role }) => role === 'init')
    .flatMap(({ ports }) => ports)
    .find((port) => port.name?.value === wanted);
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

function article(protocol: string): string {
  return protocol === 'SCTP' ? 'an' : 'a';
}

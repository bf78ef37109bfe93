import { findNearest } from '../base/editDistance.ts';
import type { Located } from '../base/span.ts';
import type { ContainerPort } from '../k8s/ports.ts';
import { portNameFault } from '../k8s/validity.ts';
import type { Container, Probe, Workload } from '../k8s/workload.ts';
import { defineRule, type Finding, type Fix, type Related, replaceScalar } from './rule.ts';

export const probeNamedPortUnknown = defineRule({
  id: 'probe-named-port-unknown',
  types: ['workload'],
  severity: 'warning',
  reads: 'resource',
  summary: 'A probe or lifecycle hook names a port that its container does not declare',
  why: `The kubelet looks a probe's port name up among the ports of the *same* container, whatever their protocol. Where it is
missing the API server accepts the Pod, but the probe can never succeed: a readiness probe keeps the Pod out of every Service,
a liveness or startup probe restarts the container for ever. Because it is accepted, this is a warning and no error. A gRPC
probe takes a number only, and a name there is refused.`,
  source:
    'https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/#use-a-named-port',
  bad: `
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - name: http
          containerPort: 80
      readinessProbe:
        httpGet:
          path: /
          port: htpp
                ^^^^ container \`web\` has no port named \`htpp\`, so the readiness probe always fails and the Pod gets no traffic; did you mean \`http\`?
`,
  good: `
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: nginx:1.29
      ports:
        - name: http
          containerPort: 80
      readinessProbe:
        httpGet:
          path: /
          port: http
      livenessProbe:
        tcpSocket:
          port: 9000
`,
  *check(workload) {
    for (const container of workload.template.containers) {
      for (const probe of container.probes) {
        const { port } = probe;
        if (typeof port?.value !== 'string' || /^\d*$/.test(port.value)) continue;
        const name = { value: port.value, start: port.start, end: port.end };
        if (probe.handler === 'grpc') yield grpcName(workload, container, probe, name);
        else if (portNameFault(name.value) === undefined && certainlyLacks(container, name.value))
          yield unknownName(workload, container, probe, name);
      }
    }
  },
});

function certainlyLacks({ ports, portsOpen }: Container, name: string): boolean {
  if (portsOpen || INJECTED.test(name)) return false;
  return ports.every((port) => (port.name === undefined ? port.decided : port.name.value !== name));
}

/** Names that a mesh or a tool puts in on admission, with its own container or port. */
const INJECTED = /^(http-envoy-prom|linkerd-|dapr-)/;

function grpcName(workload: Workload, container: Container, { field }: Probe, name: Located<string>): Finding {
  const number = container.ports.find((port) => port.name?.value === name.value)?.containerPort?.value;
  const { start, end } = name;
  return {
    at: { start, end },
    severity: 'error',
    message: `a gRPC ${NOUNS[field]} takes a port number, not the name \`${name.value}\`: the API server refuses the ${workload.kind}`,
    fixes:
      number === undefined
        ? []
        : [
            {
              title: `Change \`${name.value}\` to ${number}`,
              safe: true,
              edits: [replaceScalar(workload.file, name, number)],
            },
          ],
  };
}

function unknownName(workload: Workload, container: Container, { field }: Probe, name: Located<string>): Finding {
  const named = container.ports.filter((port) => port.name !== undefined && port.name.value !== '');
  const near = findNearest(name.value, named, (port) => port.name?.value ?? '')?.name?.value;
  const owner = container.name === undefined ? 'this container' : `container \`${container.name.value}\``;
  const others = workload.template.containers.filter(
    (other) => other !== container && other.ports.some((port) => port.name?.value === name.value),
  );
  const [other] = others;
  const hint =
    near !== undefined
      ? `; did you mean \`${near}\`?`
      : other?.name !== undefined
        ? `; container \`${other.name.value}\` has it, but only ports of the same container count`
        : '';
  const { start, end } = name;
  return {
    at: { start, end },
    message: `${owner} has no port named \`${name.value}\`, so ${CONSEQUENCES[field]}${hint}`,
    related: [...named.slice(0, 3), ...(other?.ports.filter((port) => port.name?.value === name.value) ?? [])].flatMap(
      (port) => declared(workload, port),
    ),
    fixes: fixesOf(workload, container, name, near),
  };
}

const NOUNS: Readonly<Record<Probe['field'], string>> = {
  readinessProbe: 'readiness probe',
  livenessProbe: 'liveness probe',
  startupProbe: 'startup probe',
  postStart: 'hook',
  preStop: 'hook',
};

const CONSEQUENCES: Readonly<Record<Probe['field'], string>> = {
  readinessProbe: 'the readiness probe always fails and the Pod gets no traffic',
  livenessProbe: 'the liveness probe always fails and the container is restarted for ever',
  startupProbe: 'the startup probe always fails and the container is restarted for ever',
  postStart: 'the `postStart` hook always fails and the container is restarted for ever',
  preStop: 'the `preStop` hook never runs',
};

function declared({ file }: Workload, { name, containerPort }: ContainerPort): readonly Related[] {
  if (name === undefined) return [];
  const number = containerPort === undefined ? '' : ` is ${containerPort.value}`;
  return [{ file, start: name.start, end: name.end, message: `port \`${name.value}\`${number}` }];
}

/** A similar name, else the number of the only port there is; or the name for that port. */
function fixesOf(
  { file }: Workload,
  { ports }: Container,
  name: Located<string>,
  near: string | undefined,
): readonly Fix[] {
  if (near !== undefined) {
    return [
      { title: `Change \`${name.value}\` to \`${near}\``, safe: false, edits: [replaceScalar(file, name, near)] },
    ];
  }
  const [only, another] = ports;
  if (only === undefined || another !== undefined || only.containerPort === undefined) return [];
  const target = only.name?.value ?? only.containerPort.value;
  const change: Fix = {
    title: `Change \`${name.value}\` to ${typeof target === 'number' ? target : `\`${target}\``}`,
    safe: false,
    edits: [replaceScalar(file, name, target)],
  };
  if (only.name !== undefined || !only.decided) return [change];
  const edit = { kind: 'insert-pair' as const, mapping: only, key: 'name', value: name.value };
  return [
    { title: `Name port ${only.containerPort.value} \`${name.value}\``, safe: false, edits: [{ file, edit }] },
    change,
  ];
}

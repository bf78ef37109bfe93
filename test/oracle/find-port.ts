import { type ContainerPort, findPort, type IntOrString, type PortOwner } from '../../server/src/core/k8s/ports.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

interface JsonPort {
  readonly name?: string;
  readonly containerPort?: number;
  readonly protocol?: string;
}

interface JsonContainer {
  readonly name: string;
  readonly ports?: readonly JsonPort[];
  readonly restartPolicy?: string;
}

interface JsonPod {
  readonly containers?: readonly JsonContainer[];
  readonly initContainers?: readonly JsonContainer[];
}

interface JsonServicePort {
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: IntOrString | null;
}

/** The port that a Service's port reaches on a Pod. */
export function run(vector: Vector): Verdict {
  const pod = vector.pod as JsonPod;
  const { port, protocol, targetPort } = vector.servicePort as JsonServicePort;
  const owners = [
    ...(pod.containers ?? []).map((container) => toOwner(container, 'container')),
    ...(pod.initContainers ?? []).map((container) =>
      toOwner(container, container.restartPolicy === 'Always' ? 'sidecar' : 'init'),
    ),
  ];
  // Absent, null, 0 and '' all mean the Service's own port.
  const found = findPort(owners, targetPort || port, protocol ?? 'TCP');
  if (found.kind === 'unknown') return { status: 'unknown' };
  return compare(vector.result, found.kind === 'none' ? null : found.port);
}

function toOwner({ name, ports }: JsonContainer, role: PortOwner['role']): PortOwner {
  return { name: located(name), role, ports: (ports ?? []).map(toPort), portsOpen: false };
}

function toPort({ name, containerPort, protocol }: JsonPort): ContainerPort {
  return {
    name: name === undefined ? undefined : located(name),
    containerPort: containerPort === undefined ? undefined : located(containerPort),
    protocol: protocol === undefined ? undefined : located(protocol),
    hostPort: undefined,
    decided: true,
    start: 0,
    end: 0,
  };
}

function located<T>(value: T) {
  return { value, start: 0, end: 0 };
}

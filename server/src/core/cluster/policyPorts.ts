import type { PolicyPort, PolicyRule } from '../k8s/networkPolicy.ts';
import { containerProtocolOf, type Protocol } from '../k8s/ports.ts';
import { mayAddContainers, type Workload } from '../k8s/workload.ts';
import {
  type ConnectionBounds,
  connectionsOf,
  NO_CONNECTIONS,
  PROTOCOLS,
  UNBOUNDED,
  UNDECIDED,
  unionConnections,
} from './connectionSet.ts';
import { INJECTED_PORTS } from './endpointPorts.ts';
import { ALL_PORTS, NO_PORTS, type PortIntervals, portRange, unionPorts } from './portIntervals.ts';

/** The ports of a rule: those that are the same for every destination, and the names, which each destination declares. */
export interface RulePorts {
  readonly fixed: ConnectionBounds;
  readonly named: readonly NamedRulePort[];
}

export interface NamedRulePort {
  readonly name: string;
  /** `undefined`: not decided. */
  readonly protocol: Protocol | undefined;
}

/** The ports that a rule lets through; none written means all. Ports out of range are none. */
export function readRulePorts({ ports, portsOpen }: PolicyRule): RulePorts {
  if (ports.length === 0) return { fixed: portsOpen ? UNDECIDED : UNBOUNDED, named: [] };
  const named: NamedRulePort[] = [];
  let { sure, possible } = portsOpen ? UNDECIDED : NOTHING;
  for (const port of ports) {
    const name = port.decided && typeof port.port?.value === 'string' ? port.port.value : undefined;
    if (name !== undefined) named.push({ name, protocol: protocolOf(port) });
    const fixed = name === undefined ? fixedPorts(port) : NOTHING;
    sure = unionConnections(sure, fixed.sure);
    possible = unionConnections(possible, fixed.possible);
  }
  return { fixed: { sure, possible }, named };
}

/**
 * What the ports of a rule are at a destination: a workload's Pods, or (`undefined`) an address outside the cluster, which
 * declares no names.
 */
export function portsAt({ fixed, named }: RulePorts, destination: Workload | undefined): ConnectionBounds {
  if (named.length === 0 || destination === undefined) return fixed;
  let { sure, possible } = fixed;
  for (const { name, protocol } of named) {
    for (const one of protocol === undefined ? PROTOCOLS : [protocol]) {
      const numbers = findNamedPort(destination, name, one);
      if (protocol !== undefined) sure = unionConnections(sure, connectionsOf(one, numbers.sure));
      possible = unionConnections(possible, connectionsOf(one, numbers.possible));
    }
  }
  return { sure, possible };
}

/** The numbers that a name stands for in a policy; `sure` lies in `possible`. */
export interface PortNumbers {
  readonly sure: PortIntervals;
  readonly possible: PortIntervals;
}

/**
 * The number of a port name at a workload's Pods, as policies look it up: name and protocol, among ordinary containers.
 * Implementations differ about sidecars, and nothing says which counts of one name for two numbers: both are only possible.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/#NetworkPolicySpec
 */
export function findNamedPort(workload: Workload, name: string, protocol: Protocol): PortNumbers {
  const { containers, containersOpen } = workload.template;
  const numbersOf = (role: 'container' | 'sidecar') =>
    new Set(
      containers
        .filter((container) => container.role === role)
        .flatMap(({ ports }) => ports)
        .filter((port) => port.name?.value === name && containerProtocolOf(port) === protocol)
        .flatMap(({ containerPort }) => containerPort?.value ?? []),
    );
  if (workload.opaque) return { sure: NO_PORTS, possible: ALL_PORTS };
  const [own, sidecars] = [numbersOf('container'), numbersOf('sidecar')];
  const hasDoubt = containers.some(
    (container) =>
      container.role === 'container' &&
      container.ports.some((port) => !port.decided && (port.name === undefined || port.name.value === name)),
  );
  const mayBeElsewhere =
    own.size === 0 &&
    (containersOpen ||
      containers.length === 0 ||
      containers.some(({ role, portsOpen }) => role === 'container' && portsOpen) ||
      mayAddContainers(workload) ||
      INJECTED_PORTS.has(name));
  if (hasDoubt || mayBeElsewhere) return { sure: NO_PORTS, possible: ALL_PORTS };
  const [number] = own;
  if (own.size === 1 && number !== undefined) return { sure: portRange(number), possible: portRange(number) };
  const possible = [...(own.size > 0 ? own : sidecars)].map((one) => portRange(one)).reduce(unionPorts, NO_PORTS);
  return { sure: NO_PORTS, possible };
}

const NOTHING: ConnectionBounds = { sure: NO_CONNECTIONS, possible: NO_CONNECTIONS };

/** `undefined`: not decided. */
function protocolOf({ protocol }: PolicyPort): Protocol | undefined {
  return protocol === undefined ? 'TCP' : PROTOCOLS.find((name) => name === protocol.value);
}

/** A port without a name. */
function fixedPorts(item: PolicyPort): ConnectionBounds {
  if (!item.decided) return UNDECIDED;
  const protocol = protocolOf(item);
  const { sure, possible } = numbersOf(item);
  const boundsOf = (one: Protocol) => ({ sure: connectionsOf(one, sure), possible: connectionsOf(one, possible) });
  if (protocol !== undefined) return boundsOf(protocol);
  return {
    sure: NO_CONNECTIONS,
    possible: PROTOCOLS.map((one) => boundsOf(one).possible).reduce(unionConnections),
  };
}

function numbersOf({ port, endPort }: PolicyPort): PortNumbers {
  if (port === undefined) return { sure: ALL_PORTS, possible: ALL_PORTS };
  if (typeof port.value !== 'number') return { sure: NO_PORTS, possible: ALL_PORTS };
  const one = portRange(port.value);
  if (endPort === undefined) return { sure: one, possible: one };
  if (endPort.value === undefined) return { sure: one, possible: portRange(port.value, 65535) };
  const range = portRange(port.value, endPort.value);
  return { sure: range, possible: range };
}

import type { Protocol } from '../k8s/ports.ts';
import {
  ALL_PORTS,
  hasPort,
  intersectPorts,
  NO_PORTS,
  type PortIntervals,
  portsText,
  subtractPorts,
  unionPorts,
} from './portIntervals.ts';

/** The protocols that a NetworkPolicy knows. */
export const PROTOCOLS: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];

/** Connections to one destination: of each protocol, the ports. */
export type ConnectionSet = Readonly<Record<Protocol, PortIntervals>>;

/** What is certainly allowed, and what is not certainly denied; `sure` lies in `possible`. */
export interface ConnectionBounds {
  readonly sure: ConnectionSet;
  readonly possible: ConnectionSet;
}

export const NO_CONNECTIONS: ConnectionSet = { TCP: NO_PORTS, UDP: NO_PORTS, SCTP: NO_PORTS };
export const ALL_CONNECTIONS: ConnectionSet = { TCP: ALL_PORTS, UDP: ALL_PORTS, SCTP: ALL_PORTS };

/** Everything is allowed. */
export const UNBOUNDED: ConnectionBounds = { sure: ALL_CONNECTIONS, possible: ALL_CONNECTIONS };
/** Nothing is known. */
export const UNDECIDED: ConnectionBounds = { sure: NO_CONNECTIONS, possible: ALL_CONNECTIONS };

export function connectionsOf(protocol: Protocol, ports: PortIntervals): ConnectionSet {
  return { ...NO_CONNECTIONS, [protocol]: ports };
}

export function unionConnections(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  if (a === b || b === NO_CONNECTIONS || a === ALL_CONNECTIONS) return a;
  if (a === NO_CONNECTIONS || b === ALL_CONNECTIONS) return b;
  return combine(a, b, unionPorts);
}

export function intersectConnections(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  if (a === b || a === NO_CONNECTIONS || b === ALL_CONNECTIONS) return a;
  if (b === NO_CONNECTIONS || a === ALL_CONNECTIONS) return b;
  return combine(a, b, intersectPorts);
}

/** The connections of `a` that `b` lacks. */
export function subtractConnections(a: ConnectionSet, b: ConnectionSet): ConnectionSet {
  if (a === b || b === ALL_CONNECTIONS) return NO_CONNECTIONS;
  return b === NO_CONNECTIONS ? a : combine(a, b, subtractPorts);
}

export function isEmptySet(set: ConnectionSet): boolean {
  return PROTOCOLS.every((protocol) => set[protocol].length === 0);
}

export function hasConnection(set: ConnectionSet, protocol: Protocol, port: number): boolean {
  return hasPort(set[protocol], port);
}

/** Equal sets have equal texts: `TCP 80, 8000-8999; UDP 1-65535`. Empty for no connection. */
export function connectionsKey(set: ConnectionSet): string {
  return PROTOCOLS.filter((protocol) => set[protocol].length > 0)
    .map((protocol) => `${protocol} ${portsText(set[protocol])}`)
    .join('; ');
}

/** For people: `TCP 80, 443; all UDP`, `everything`, `nothing`. */
export function connectionsText(set: ConnectionSet): string {
  const key = connectionsKey(set);
  if (key === '') return 'nothing';
  return key === EVERYTHING ? 'everything' : key.replaceAll(/(\w+) 1-65535/g, 'all $1');
}

const EVERYTHING = connectionsKey(ALL_CONNECTIONS);

function combine(
  a: ConnectionSet,
  b: ConnectionSet,
  merge: (a: PortIntervals, b: PortIntervals) => PortIntervals,
): ConnectionSet {
  return { TCP: merge(a.TCP, b.TCP), UDP: merge(a.UDP, b.UDP), SCTP: merge(a.SCTP, b.SCTP) };
}

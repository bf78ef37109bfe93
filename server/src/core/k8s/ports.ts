import type { Located, Span } from '../base/span.ts';
import type { IntOrString } from './field.ts';

export type { IntOrString } from './field.ts';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface ContainerPort extends Span {
  readonly name: Located<string> | undefined;
  readonly containerPort: Located<number> | undefined;
  /** Absent: TCP. */
  readonly protocol: Located<string> | undefined;
  readonly hostPort: Located<number> | undefined;
  /** `false`: something in it is templated; fields that are `undefined` may then have any value. */
  readonly decided: boolean;
}

/** A container, as far as its ports matter. `sidecar`: an init container with `restartPolicy: Always`. */
export interface PortOwner {
  readonly name: Located<string> | undefined;
  readonly role: 'container' | 'sidecar' | 'init';
  readonly ports: readonly ContainerPort[];
  /** Further ports may exist. */
  readonly portsOpen: boolean;
}

export type FoundPort =
  /** A number needs no declaration; `declared` is the port of that number and protocol, where there is one. */
  | { readonly kind: 'number'; readonly port: number; readonly declared?: DeclaredPort }
  | { readonly kind: 'named'; readonly port: number; readonly owner: PortOwner; readonly declaration: ContainerPort }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

export interface DeclaredPort {
  readonly owner: PortOwner;
  readonly port: ContainerPort;
}

/**
 * The port of a Pod that `targetPort` reaches, as the EndpointSlice controller finds it: a number is taken as it is, a
 * name is looked up together with the protocol, in ordinary containers first, then in sidecars; the first one wins.
 * `target` is the effective target (an absent one, 0 and '' mean the Service's port, which the caller puts in).
 * Source: k8s.io/endpointslice/utils.go, `FindPort`.
 */
export function findPort(owners: readonly PortOwner[], target: IntOrString, protocol: string): FoundPort {
  const wanted = protocol === '' ? 'TCP' : protocol;
  const ordered = lastingOwners(owners);
  return typeof target === 'number' ? findNumber(ordered, target, wanted) : findName(ordered, target, wanted);
}

/** The declared ports that a name can reach, in the order in which they are looked up. */
export function portNamesOf(owners: readonly PortOwner[]): readonly NamedPort[] {
  const named: NamedPort[] = [];
  for (const owner of lastingOwners(owners)) {
    for (const port of owner.ports) {
      if (port.name !== undefined && port.name.value !== '')
        named.push({ name: port.name, protocol: containerProtocolOf(port), owner, port });
    }
  }
  return named;
}

export interface NamedPort extends DeclaredPort {
  readonly name: Located<string>;
  /** `undefined`: not decided. */
  readonly protocol: string | undefined;
}

/** The protocol that the API server stores; `undefined` where it may be templated. */
export function containerProtocolOf(port: ContainerPort): string | undefined {
  if (port.protocol !== undefined) return port.protocol.value === '' ? 'TCP' : port.protocol.value;
  return port.decided ? 'TCP' : undefined;
}

function lastingOwners(owners: readonly PortOwner[]): readonly PortOwner[] {
  return [
    ...owners.filter((owner) => owner.role === 'container'),
    ...owners.filter((owner) => owner.role === 'sidecar'),
  ];
}

function findNumber(owners: readonly PortOwner[], target: number, protocol: string): FoundPort {
  for (const owner of owners) {
    const port = owner.ports.find(
      (candidate) => candidate.containerPort?.value === target && containerProtocolOf(candidate) === protocol,
    );
    if (port) return { kind: 'number', port: target, declared: { owner, port } };
  }
  return { kind: 'number', port: target };
}

/**
 * Port names differ within a container (the API server refuses others), so an undecided port hides no equal name in the
 * same container, only in later ones.
 */
function findName(owners: readonly PortOwner[], name: string, protocol: string): FoundPort {
  for (const owner of owners) {
    const declaration = owner.ports.find((port) => port.name?.value === name && containerProtocolOf(port) === protocol);
    const port = declaration?.containerPort?.value;
    if (declaration && port !== undefined) return { kind: 'named', port, owner, declaration };
    if (declaration || owner.portsOpen || owner.ports.some((candidate) => mayBe(candidate, name, protocol)))
      return { kind: 'unknown' };
  }
  return { kind: 'none' };
}

function mayBe(port: ContainerPort, name: string, protocol: string): boolean {
  if (port.decided || (port.name !== undefined && port.name.value !== name)) return false;
  const stored = containerProtocolOf(port);
  return stored === undefined || stored === protocol;
}

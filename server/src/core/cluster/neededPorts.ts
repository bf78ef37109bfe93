import type { Field, IntOrString } from '../k8s/field.ts';
import type { Protocol } from '../k8s/ports.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import {
  isHeadless,
  protocolOf,
  type Service,
  type ServicePort,
  selectsPods,
  serviceTypeOf,
  targetPortOf,
} from '../k8s/service.ts';
import { type Container, isJob, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import { findPodPort } from './endpointPorts.ts';
import { nearestTo } from './lookup.ts';
import { selectWorkloads } from './selection.ts';

/** What a client asks a Service for: a port by number or name, perhaps of one Pod. */
export interface WantedPort {
  readonly number: number | undefined;
  readonly name: string | undefined;
  /** It is certainly TCP: a URL, or a backend of HTTP. */
  readonly isTcp: boolean;
  /** The host name of one Pod below the Service. */
  readonly pod: string | undefined;
  /** The client reads EndpointSlices, as controllers of Ingresses do, so that even a headless Service's port is translated. */
  readonly readsSlices: boolean;
}

/** Where a client of a Service comes to. */
export interface Reached {
  /** `undefined`: no Pods of the unit; `host` says what instead. */
  readonly workload: Workload | undefined;
  readonly host: { readonly host: string; readonly isInCluster: boolean };
  readonly protocol: Protocol | undefined;
  /** At the Pods. */
  readonly port: number | undefined;
  /** A clause without a full stop. */
  readonly doubt: string | undefined;
}

/**
 * The Pods and ports that a client of a Service comes to. Of a headless Service clients connect to the Pods themselves, on the
 * port that they ask for; an ExternalName leads to another host; of one without selector the endpoints are written by hand.
 */
export function reachService(unit: Unit, service: Service, wanted: WantedPort): readonly Reached[] {
  const name = service.name?.value ?? '';
  const outside = { workload: undefined, protocol: 'TCP', port: wanted.number } as const;
  const type = serviceTypeOf(service);
  if (type === 'ExternalName') {
    const host = { host: service.externalName?.value ?? name, isInCluster: service.externalName?.value === undefined };
    return [{ ...outside, host, doubt: undefined }];
  }
  const host = { host: name, isInCluster: true };
  if (!selectsPods(service) || service.selector === undefined)
    return [{ ...outside, host, doubt: `\`${describeResource(service)}\` has no selector` }];
  const { matched, possible } = selectWorkloads(unit.index, service.selector, service.namespace);
  if (matched.length + possible.length === 0)
    return [{ ...outside, host, doubt: `\`${describeResource(service)}\` selects no Pods of these manifests` }];
  const near = new Set(nearestTo(service, matched, unit));
  const found = portsOf(service, wanted);
  return [...matched, ...possible].flatMap((workload) => {
    const doubt = doubtOfPods(service, workload, near.has(workload), possible.includes(workload), wanted);
    return found.map((one): Reached => ({ workload, host, ...onPods(workload, one, wanted), ...(doubt && { doubt }) }));
  });
}

/** The port of a probe or hook, a name being one of the very container. */
export function reachByNumber(
  workload: Workload,
  { ports }: Container,
  port: Field<IntOrString>,
): Pick<Reached, 'protocol' | 'port' | 'doubt'> {
  const shaped = workload.opaque ? `a template or patch shapes \`${describeResource(workload)}\`` : undefined;
  if (typeof port?.value === 'number') return { protocol: 'TCP', port: port.value, doubt: shaped };
  const number = ports.find(({ name }) => name !== undefined && name.value === port?.value)?.containerPort?.value;
  return {
    protocol: 'TCP',
    port: number,
    doubt: shaped ?? (number === undefined ? 'its port is not known' : undefined),
  };
}

interface FoundPort {
  /** `undefined`: the Service shows no such port. */
  readonly port: ServicePort | undefined;
  readonly isHeadless: boolean;
  readonly doubt: string | undefined;
}

function portsOf(service: Service, { number, name, isTcp }: WantedPort): readonly FoundPort[] {
  const headless = isHeadless(service);
  const own = `\`${describeResource(service)}\``;
  const doubt =
    service.clusterIP !== undefined && service.clusterIP.value === undefined
      ? `whether ${own} is headless is not decided`
      : undefined;
  if (number === undefined && name === undefined) {
    const [only, second] = service.ports;
    const text = 'no port is written';
    return only !== undefined && second === undefined && !service.portsOpen
      ? [{ port: only, isHeadless: headless, doubt: text }]
      : [{ port: undefined, isHeadless: headless, doubt: text }];
  }
  const asked = service.ports.filter((port) =>
    name === undefined ? port.port?.value === number : port.name?.value === name,
  );
  const fit = isTcp ? asked.filter((port) => protocolOf(port) === 'TCP') : asked;
  if (fit.length === 0) {
    const missing = headless || service.portsOpen ? doubt : `${own} has no port ${name ?? number}`;
    const open = service.portsOpen ? `the ports of ${own} are not decided` : undefined;
    return [{ port: undefined, isHeadless: headless, doubt: missing ?? open }];
  }
  const either = fit.length > 1 ? 'the protocol is not written' : undefined;
  return fit.map((port) => ({ port, isHeadless: headless, doubt: doubt ?? either }));
}

function onPods(
  workload: Workload,
  { port, isHeadless: headless, doubt }: FoundPort,
  { number, isTcp, readsSlices }: WantedPort,
): Pick<Reached, 'protocol' | 'port' | 'doubt'> {
  // Clients of a headless Service connect to the number that they know; those that read the slices, to its target.
  if (headless && number !== undefined && !readsSlices) {
    const protocol = isTcp || port === undefined ? 'TCP' : toProtocol(protocolOf(port));
    return { protocol, port: number, doubt };
  }
  if (port === undefined) return { protocol: isTcp ? 'TCP' : undefined, port: undefined, doubt };
  const protocol = toProtocol(protocolOf(port));
  const found = findPodPort(workload, targetPortOf(port), protocol);
  if (found.kind === 'number' || found.kind === 'named')
    return {
      protocol,
      port: found.port,
      doubt: doubt ?? (protocol === undefined ? 'its protocol is not decided' : undefined),
    };
  const target = targetPortOf(port);
  const missing =
    found.kind === 'none'
      ? `no container of \`${describeResource(workload)}\` has a port \`${target}\``
      : `which port of \`${describeResource(workload)}\` it is, is not decided`;
  return { protocol, port: undefined, doubt: doubt ?? missing };
}

function toProtocol(text: string | undefined): Protocol | undefined {
  return text === 'TCP' || text === 'UDP' || text === 'SCTP' ? text : undefined;
}

function doubtOfPods(
  service: Service,
  workload: Workload,
  isNear: boolean,
  isPossible: boolean,
  { pod }: WantedPort,
): string | undefined {
  const name = `\`${describeResource(workload)}\``;
  if (workload.opaque) return `a template or patch shapes ${name}`;
  if (isPossible) return `whether \`${describeResource(service)}\` selects ${name} is not decided`;
  if (!isNear) return `other Pods that \`${describeResource(service)}\` selects stand nearer to it than ${name}`;
  if (isJob(workload)) return `the Pods of ${name} are there only while they run`;
  if (pod !== undefined && !mayBeNamed(workload, pod)) return `whether \`${pod}\` is a Pod of ${name} is not decided`;
  return undefined;
}

function mayBeNamed({ maker, name, template: { hostname } }: Workload, pod: string): boolean {
  if (hostname !== undefined) return hostname.value === pod;
  const own = name?.value;
  return (
    maker === 'StatefulSet' && own !== undefined && pod.startsWith(`${own}-`) && /^\d+$/.test(pod.slice(own.length + 1))
  );
}

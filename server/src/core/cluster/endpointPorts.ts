import type { IntOrString } from '../k8s/field.ts';
import { type FoundPort, findPort } from '../k8s/ports.ts';
import { protocolOf, type Service, type ServicePort, selectsPods, targetPortOf } from '../k8s/service.ts';
import { mayAddContainers, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { selectWorkloads } from './selection.ts';

/** Where one port of a Service leads, workload by workload. */
export interface ResolvedServicePort {
  readonly port: ServicePort;
  /** The number or name looked for on the Pods, defaults applied; `undefined`: not decided. */
  readonly target: IntOrString | undefined;
  /** `TCP` where the manifest says nothing; `undefined`: not decided. */
  readonly protocol: string | undefined;
  /** The workloads that the Service certainly selects. */
  readonly on: readonly PodPort[];
  /** The workloads that it perhaps selects. */
  readonly perhapsOn: readonly PodPort[];
}

/** What the EndpointSlice controller finds on one workload's Pods. */
export interface PodPort {
  readonly workload: Workload;
  readonly found: FoundPort;
}

/** Each port of a Service on each workload of the unit that it selects; no workloads for a Service that selects none. */
export function resolveServicePorts(unit: Unit, service: Service): readonly ResolvedServicePort[] {
  return resolvePortsIn(unit.index, service);
}

/** The same over one index, `unit.others` for example. */
export function resolvePortsIn(index: ResourceIndex, service: Service): readonly ResolvedServicePort[] {
  const { matched, possible } =
    selectsPods(service) && service.selector !== undefined
      ? selectWorkloads(index, service.selector, service.namespace)
      : { matched: [], possible: [] };
  return service.ports.map((port) => {
    const target = targetPortOf(port);
    const protocol = protocolOf(port);
    const resolve = (workload: Workload): PodPort => ({ workload, found: findPodPort(workload, target, protocol) });
    return { port, target, protocol, on: matched.map(resolve), perhapsOn: possible.map(resolve) };
  });
}

/**
 * The port of a workload's Pods that a target reaches. What a template, a patch, another controller or a webhook may add
 * is unknown where the manifest has no such port, and so is everything where it has no container.
 */
export function findPodPort(
  workload: Workload,
  target: IntOrString | undefined,
  protocol: string | undefined,
): FoundPort {
  if (target === undefined || (protocol === undefined && typeof target === 'string')) return { kind: 'unknown' };
  const found = findPort(workload.template.containers, target, protocol ?? 'TCP');
  if (found.kind === 'number') return found;
  if (workload.opaque) return { kind: 'unknown' };
  return found.kind === 'none' && mayHaveMorePorts(workload, target) ? { kind: 'unknown' } : found;
}

/** Ports of containers that service meshes and Dapr put into Pods on admission. */
export const INJECTED_PORTS: ReadonlySet<IntOrString> = new Set([
  'http-envoy-prom',
  'linkerd-proxy',
  'linkerd-admin',
  'dapr-http',
  'dapr-grpc',
  'dapr-internal',
  'dapr-metrics',
]);

function mayHaveMorePorts(workload: Workload, target: IntOrString): boolean {
  const { containers, containersOpen } = workload.template;
  return containersOpen || containers.length === 0 || mayAddContainers(workload) || INJECTED_PORTS.has(target);
}

import type { Field } from '../k8s/field.ts';
import { isHeadless, protocolOf, type Service, type ServicePort, targetPortOf } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ClusterFacts, IpFamily } from './clusterFacts.ts';
import { findPodPort } from './endpointPorts.ts';
import type { PredictedPod } from './pods.ts';
import type { PredictedEndpoint, PredictedPort, PredictedSlice } from './prediction.ts';
import { readyWhen } from './readiness.ts';
import type { Doubt } from './reason.ts';

const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';

/**
 * The slices that the EndpointSlice controller makes of a Service's Pods: one for each family and each set of ports that
 * Pods have; where there are none, an empty one. A Pod on which no port is found stays listed, in a slice without ports.
 */
export function slicesOfPods(
  service: Service,
  pods: readonly PredictedPod[],
  families: readonly IpFamily[],
  facts: ClusterFacts,
): readonly PredictedSlice[] {
  const groups = new Map<string, { readonly ports: readonly PredictedPort[]; readonly pods: PredictedPod[] }>();
  const portsOf = memoize((workload: Workload) => portsOnPods(service, workload));
  for (const pod of pods) {
    if (!isEndpoint(pod)) continue;
    const ports = portsOf(pod.workload);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, pods: [] };
    groups.set(key, group);
    group.pods.push(pod);
  }
  if (groups.size === 0) groups.set('', { ports: [], pods: [] });
  const hinted = hintsOf(service, pods.filter(isEndpoint), facts);
  return families.flatMap((addressType) =>
    [...groups.values()].map(
      (group): PredictedSlice => ({
        addressType,
        managedBy: SLICE_CONTROLLER,
        name: undefined,
        ports: group.ports,
        endpoints: group.pods.map((pod) => toEndpoint(service, pod, hinted)),
        source: undefined,
        doubts: group.ports.flatMap(({ doubt }) => doubt ?? []),
      }),
    ),
  );
}

/** Ended Pods and those without an address are in no slice (k8s.io/endpointslice/util, `ShouldPodBeInEndpoints`). */
export function isEndpoint({ state }: PredictedPod): boolean {
  return state.hasAddress && (state.phase === 'Running' || state.phase === 'Pending');
}

/** A Pod as an endpoint of a Service. Its host name counts only below the Service that its subdomain names. */
export function toEndpoint(
  service: Service,
  pod: PredictedPod,
  hints: (pod: PredictedPod) => PredictedEndpoint['hints'],
): PredictedEndpoint {
  const publish = service.publishNotReadyAddresses?.value === true;
  const { ready: serving, terminating } = pod.state;
  const ready = publish || (serving && !terminating);
  const named = pod.subdomain !== undefined && pod.subdomain === service.name?.value;
  return {
    pod,
    addresses: [],
    hostname: named ? pod.hostname : undefined,
    ready,
    serving,
    terminating,
    hints: ready ? hints(pod) : undefined,
    readyWhen: serving ? readyWhen(pod.workload) : undefined,
    doubts: pod.doubts,
  };
}

/** The ports of a Service that are found on a workload's Pods, as numbers there. */
export function portsOnPods(service: Service, workload: Workload): readonly PredictedPort[] {
  if (service.ports.length === 0 && isHeadless(service)) return [];
  return service.ports.flatMap((port) => portOnPods(service, port, workload));
}

function portOnPods(service: Service, port: ServicePort, workload: Workload): readonly PredictedPort[] {
  const protocol = protocolOf(port);
  const base = {
    name: port.name?.value ?? '',
    protocol: protocol ?? 'TCP',
    appProtocol: textOf(port.appProtocol),
  };
  const target = targetPortOf(port);
  const found = findPodPort(workload, target, protocol);
  if (found.kind === 'none') return [];
  const open = [port.name, port.protocol, port.appProtocol].find(
    (field) => field !== undefined && field.value === undefined,
  );
  if (found.kind === 'unknown' || open !== undefined) {
    const { start, end } = open ?? port.targetPort ?? port.port ?? port;
    const text =
      target === undefined || open !== undefined
        ? 'the port is not decided'
        : `whether its Pods have a port \`${target}\` is not decided`;
    const doubt: Doubt = { about: 'port', text, file: service.file, start, end };
    return [{ ...base, port: found.kind === 'unknown' ? undefined : found.port, doubt }];
  }
  return [{ ...base, port: found.port, ...(found.kind === 'named' && { declaration: found.declaration }) }];
}

/** Equal for equal sets of ports, in whatever order. */
export function portsKey(ports: readonly PredictedPort[]): string {
  return ports
    .map(({ name, port, protocol, appProtocol }) => JSON.stringify([name, port, protocol, appProtocol]))
    .sort()
    .join();
}

const CLOSE: ReadonlySet<string> = new Set(['PreferClose', 'PreferSameZone', 'PreferSameNode']);

/**
 * The hints of ready endpoints: `trafficDistribution` gives each its own zone (k8s.io/endpointslice/trafficdist). The
 * annotation for topology aware routing goes first, and shares the endpoints out by the zones' processors.
 */
function hintsOf(
  service: Service,
  pods: readonly PredictedPod[],
  { nodes }: ClusterFacts,
): (pod: PredictedPod) => PredictedEndpoint['hints'] {
  const annotation = service.annotations?.entries.find(({ key }) => TOPOLOGY_KEYS.has(key.value))?.value?.value;
  if (annotation === 'Auto' || annotation === 'auto') {
    const zones = new Set(nodes?.map((labels) => labels.get('topology.kubernetes.io/zone')));
    const count = pods.filter(({ state }) => state.ready && !state.terminating).length;
    return () => (zones.size > 1 && areShared(count, zones.size) ? 'own zone' : undefined);
  }
  const wanted = service.trafficDistribution?.value;
  if (wanted === undefined || !CLOSE.has(wanted)) return () => undefined;
  return () => (wanted === 'PreferSameNode' ? 'own zone, node' : 'own zone');
}

const TOPOLOGY_KEYS: ReadonlySet<string> = new Set([
  'service.kubernetes.io/topology-mode',
  'service.kubernetes.io/topology-aware-hints',
]);

/**
 * Whether equal zones can share so many endpoints without one of them being overloaded by more than a fifth
 * (k8s.io/endpointslice/topologycache, `getAllocations`).
 */
function areShared(count: number, zones: number): boolean {
  return count >= zones && Math.ceil(count / zones / 1.2) * zones <= count;
}

function textOf(field: Field<string>): string | undefined {
  return field?.value === '' ? undefined : field?.value;
}

function memoize<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>();
  return (key) => {
    const found = made.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}

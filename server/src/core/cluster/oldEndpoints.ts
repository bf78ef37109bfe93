import type { Service } from '../k8s/service.ts';
import type { ClusterFacts, IpFamily } from './clusterFacts.ts';
import type { PredictedPod } from './pods.ts';
import type { PredictedEndpoint, PredictedPort, PredictedSubset } from './prediction.ts';
import { isEndpoint, portsKey, portsOnPods, toEndpoint } from './slices.ts';

/**
 * The subsets of the Endpoints object that the endpoints controller makes of a Service's Pods: a Pod without any of the
 * ports is left out, one that terminates too. Source: pkg/controller/endpoint/endpoints_controller.go.
 */
export function oldEndpoints(
  service: Service,
  pods: readonly PredictedPod[],
  family: IpFamily | undefined,
  facts: ClusterFacts,
): readonly PredictedSubset[] {
  const publish = service.publishNotReadyAddresses?.value === true;
  if (family !== undefined && !facts.families.includes(family)) return [];
  const entries = pods
    .filter((pod) => isEndpoint(pod) && (publish || !pod.state.terminating))
    .flatMap((pod): readonly SubsetEntry[] => {
      const endpoint = toEndpoint(service, pod, () => undefined);
      const ready = publish || pod.state.ready;
      const base = { key: pod.reference, endpoint, ready };
      if (service.ports.length === 0) return [{ ...base, port: undefined }];
      return portsOnPods(service, pod.workload).map((port) => ({ ...base, port }));
    });
  return repack(entries);
}

/** One address with one port of a subset; without port where the subset has none. */
export interface SubsetEntry {
  /** Tells one address from another. */
  readonly key: string;
  readonly endpoint: PredictedEndpoint;
  readonly ready: boolean;
  readonly port: PredictedPort | undefined;
}

/**
 * Puts ports with the same addresses together, as the API server stores subsets (pkg/api/v1/endpoints/util.go,
 * `RepackSubsets`): an address that is ready and unready for one port is unready.
 */
export function repack(entries: readonly SubsetEntry[]): readonly PredictedSubset[] {
  const byPort = new Map<string, { readonly port: PredictedPort | undefined; readonly of: Map<string, SubsetEntry> }>();
  for (const entry of entries) {
    const portKey = entry.port === undefined ? '' : portsKey([entry.port]);
    const group = byPort.get(portKey) ?? { port: entry.port, of: new Map<string, SubsetEntry>() };
    byPort.set(portKey, group);
    const known = group.of.get(entry.key);
    if (known === undefined || known.ready) group.of.set(entry.key, entry);
  }
  const byAddresses = new Map<string, { readonly of: readonly SubsetEntry[]; readonly ports: PredictedPort[] }>();
  for (const { port, of } of byPort.values()) {
    const list = [...of.values()];
    const key = list
      .map(({ key: address, ready }) => `${address} ${ready}`)
      .sort()
      .join();
    const group = byAddresses.get(key) ?? { of: list, ports: [] };
    byAddresses.set(key, group);
    if (port !== undefined) group.ports.push(port);
  }
  return [...byAddresses.values()].map(({ of, ports }) => ({
    addresses: of.filter(({ ready }) => ready).map(({ endpoint }) => endpoint),
    notReadyAddresses: of.filter(({ ready }) => !ready).map(({ endpoint }) => endpoint),
    ports,
  }));
}

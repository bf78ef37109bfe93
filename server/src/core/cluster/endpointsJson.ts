import type { JsonObject } from '../k8s/api/defaults/draft.ts';
import type { JsonValue } from '../yaml/json.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { clusterLabels } from './podLabels.ts';
import type { PredictedPod } from './pods.ts';
import type { PredictedEndpoint, PredictedEndpoints, PredictedPort, PredictedSlice } from './prediction.ts';
import type { Doubt } from './reason.ts';

/**
 * A slice as programs read it: Pods by reference (`deployment/web#1`), `ports: null` where it has none, unset conditions as
 * null. What is not decided is `"unknown"`, with a `reason` beside it.
 */
export function sliceJson(slice: PredictedSlice): JsonObject {
  const { addressType, managedBy, name, ports, endpoints } = slice;
  return {
    ...(name === undefined ? {} : { name }),
    addressType,
    managedBy,
    ports: ports.length === 0 ? null : ports.map((port) => portJson(port, true)),
    endpoints: endpoints.map(endpointJson),
    ...reasonJson(slice.doubts.filter(({ about }) => about !== 'port')),
  };
}

/** Slices that differ in nothing but their size or name count as one, but for hand-written ones. */
export function mergeSlices(slices: readonly PredictedSlice[]): readonly PredictedSlice[] {
  const merged = new Map<string, PredictedSlice>();
  for (const slice of slices) {
    const ports = slice.ports.map((port) => JSON.stringify(portJson(port, true))).sort();
    const key = JSON.stringify([slice.addressType, slice.managedBy, slice.name, ports]);
    const known = merged.get(key);
    merged.set(key, known === undefined ? slice : { ...known, endpoints: [...known.endpoints, ...slice.endpoints] });
  }
  return [...merged.values()];
}

/** An object of the old kind Endpoints; addresses are Pods or IPs, with ` as HOSTNAME`. */
export function endpointsJson({ subsets }: PredictedEndpoints): JsonObject {
  return {
    subsets: subsets.map(({ addresses, notReadyAddresses, ports }) => ({
      ...(addresses.length === 0 ? {} : { addresses: addresses.map(addressText) }),
      ...(notReadyAddresses.length === 0 ? {} : { notReadyAddresses: notReadyAddresses.map(addressText) }),
      ...(ports.length === 0 ? {} : { ports: ports.map((port) => portJson(port, false)) }),
    })),
  };
}

/** A Pod with all its labels; `<hash>`, `<uid>`, `<zone>` and `<region>` stand for what the cluster draws. */
export function podJson(pod: PredictedPod, facts: ClusterFacts, namespace: string): JsonObject {
  const labels: Record<string, string> = {};
  for (const { key, value, fromNull } of pod.workload.template.labels?.entries ?? [])
    if (fromNull !== true) labels[key.value] = value?.value ?? 'unknown';
  for (const [key, label] of clusterLabels(pod, facts)) {
    labels[key] = 'value' in label ? label.value : `<${label.drawn}>`;
  }
  const { reference, name, state, hostname, subdomain, hostNetwork } = pod;
  return {
    pod: reference,
    ...(name === undefined ? {} : { name }),
    namespace: pod.namespace === undefined ? namespace : (pod.namespace.value ?? 'unknown'),
    labels,
    phase: state.phase,
    ready: state.ready,
    ...(hostname === undefined ? {} : { hostname }),
    ...(subdomain === undefined ? {} : { subdomain }),
    ...(hostNetwork ? { hostNetwork } : {}),
  };
}

function endpointJson(endpoint: PredictedEndpoint): JsonObject {
  const { pod, addresses, hostname, ready, serving, terminating, hints, readyWhen, doubts } = endpoint;
  return {
    ...(pod === undefined ? { addresses } : { pod: pod.reference }),
    ...(hostname === undefined ? {} : { hostname }),
    ready,
    serving,
    terminating,
    ...(hints === undefined ? {} : { hints }),
    ...(readyWhen === undefined ? {} : { readyWhen }),
    ...doubtJson(doubts),
  };
}

/** Which part of an endpoint is unknown: whether it is there, how many of its like there are, its host name. */
function doubtJson(doubts: readonly Doubt[]): JsonObject {
  const parts = new Set(doubts.flatMap(({ about }) => PARTS.get(about) ?? []));
  return {
    ...Object.fromEntries([...parts].map((part): [string, JsonValue] => [part, 'unknown'])),
    ...reasonJson(doubts),
  };
}

const PARTS: ReadonlyMap<Doubt['about'], string> = new Map([
  ['existence', 'exists'],
  ['count', 'count'],
  ['hostname', 'hostname'],
]);

/** `reason`, where there are doubts. */
export function reasonJson(doubts: readonly Doubt[]): JsonObject {
  if (doubts.length === 0) return {};
  return { reason: [...new Set(doubts.map(({ text }) => text))].join('; ') };
}

/** An unnamed port has an empty name in a slice, and none in Endpoints. */
function portJson({ name, port, protocol, appProtocol, doubt }: PredictedPort, isSlice: boolean): JsonObject {
  return {
    ...(isSlice || name !== '' ? { name } : {}),
    ...(port === undefined ? (doubt === undefined ? {} : { port: 'unknown' }) : { port }),
    protocol,
    ...(appProtocol === undefined ? {} : { appProtocol }),
    ...(doubt === undefined ? {} : { reason: doubt.text }),
  };
}

function addressText({ pod, addresses, hostname }: PredictedEndpoint): string {
  const text = pod?.reference ?? addresses[0] ?? '';
  return hostname === undefined ? text : `${text} as ${hostname}`;
}

import type { ClusterFacts, PodState } from '../../../server/src/core/cluster/clusterFacts.ts';
import { RUNNING } from '../../../server/src/core/cluster/clusterFacts.ts';
import type { PredictedPod } from '../../../server/src/core/cluster/pods.ts';
import { ALLOCATED, storedServiceSpec } from '../../../server/src/core/cluster/serviceSpec.ts';
import { applyDefaults } from '../../../server/src/core/k8s/api/defaults/applyDefaults.ts';
import type { JsonObject } from '../../../server/src/core/k8s/api/defaults/draft.ts';
import { nodeOfJson } from '../../../server/src/core/k8s/api/immutable/jsonNode.ts';
import { readResources } from '../../../server/src/core/k8s/kinds.ts';
import type { Resource } from '../../../server/src/core/k8s/resource.ts';
import type { Service } from '../../../server/src/core/k8s/service.ts';
import type { Workload } from '../../../server/src/core/k8s/workload.ts';
import { ResourceIndex } from '../../../server/src/core/sources/resourceIndex.ts';
import { type ApiServer, type StoredObject, toList, toObject } from './apiServer.ts';
import type { Json } from './scenario.ts';

/** What the controllers find, and what is known of the cluster and of the state of its Pods. */
export interface World {
  readonly index: ResourceIndex;
  readonly facts: ClusterFacts;
  readonly specOf: (service: Service) => unknown;
  /** A Pod with the labels that tell how often its template was changed. */
  readonly asUpdated: (pod: PredictedPod, json: Json) => Json;
}

const NODES = ['a', 'b'].map(
  (letter) =>
    new Map([
      ['kubernetes.io/hostname', `node-${letter}`],
      ['kubernetes.io/os', 'linux'],
      ['kubernetes.io/arch', 'amd64'],
      ['beta.kubernetes.io/os', 'linux'],
      ['beta.kubernetes.io/arch', 'amd64'],
      ['topology.kubernetes.io/zone', `zone-${letter}`],
      ['topology.kubernetes.io/region', 'region-1'],
    ]),
);

/** The cluster after everything has been applied and has come to rest. */
export function worldOf(server: ApiServer): World {
  const index = new ResourceIndex();
  const states = new Map<Workload, PodState | undefined>();
  const objects = new Map<Resource, StoredObject>();
  for (const object of server.objects) {
    for (const [at, version] of versionsOf(server, object).entries()) {
      const resource = viewOf(object, version.manifest, at);
      if (resource === undefined) continue;
      index.add(resource);
      objects.set(resource, object);
      if (resource.type === 'workload') states.set(resource, stateOf(server, version, object));
    }
  }
  return {
    index,
    facts: { families: ['IPv4', 'IPv6'], nodes: NODES, closed: true, stateOf: (workload) => states.get(workload) },
    specOf: (service) => specOf(objects.get(service)),
    asUpdated: (pod, json) => withGeneration(json, objects.get(pod.workload)),
  };
}

/** A manifest of which Pods are there: the object's own, and former ones whose Pods have not gone. */
interface Version {
  readonly manifest: JsonObject;
  readonly terminating: boolean;
}

function versionsOf(server: ApiServer, object: StoredObject): readonly Version[] {
  const manifest = object.merged ?? object.manifest;
  const current = { manifest: asFarAsMade(manifest, object.kind), terminating: false };
  if (object.former === undefined) return [current];
  const before = object.former.merged ?? object.former.manifest;
  const isSame = isSameTemplate(before, manifest);
  const [few, many] = [replicasOf(manifest), replicasOf(before)];
  const isHeld = toObject(toObject(templateOf(before).metadata).annotations)['oracle/terminating'] === 'hold';
  const isReady = (version: JsonObject) =>
    stateOf(server, { manifest: version, terminating: false }, object)?.ready === true && waitsLong(version) === false;
  switch (object.kind) {
    case 'Deployment': {
      const spec = toObject(manifest.spec);
      if (spec.paused === true) return [{ ...current, manifest: withReplicas(before, few) }];
      const left = (count: number) => ({ manifest: withReplicas(before, count), terminating: true });
      if (isSame) return isHeld && few < many ? [current, left(many - few)] : [current];
      if (toObject(spec.strategy).type === 'Recreate')
        return isHeld ? [{ ...current, manifest: withReplicas(manifest, 0) }, left(many)] : [current];
      if (isReady(manifest) || !isReady(before)) return isHeld ? [current, left(many)] : [current];
      const { kept, made } = stuckRollout(manifest);
      return [
        { ...current, manifest: withReplicas(manifest, made) },
        { manifest: withReplicas(before, kept), terminating: false },
      ];
    }
    case 'ReplicaSet':
    case 'ReplicationController': {
      // Pods that are there stay as they are.
      const kept = { manifest: withReplicas(before, Math.min(few, many)), terminating: false };
      const gone = isHeld && few < many ? [{ manifest: withReplicas(before, many - few), terminating: true }] : [];
      return few > many
        ? [kept, { manifest: withReplicas(manifest, few - many), terminating: false }]
        : [kept, ...gone];
    }
    default:
      return [current];
  }
}

/** A StatefulSet makes the next Pod when one has been ready for long enough, which nobody waits for. */
function asFarAsMade(manifest: JsonObject, kind: string): JsonObject {
  const isOrdered = kind === 'StatefulSet' && toObject(manifest.spec).podManagementPolicy !== 'Parallel';
  return isOrdered && waitsLong(manifest) ? withReplicas(manifest, Math.min(1, replicasOf(manifest))) : manifest;
}

function waitsLong(manifest: JsonObject): boolean {
  const { minReadySeconds } = toObject(manifest.spec);
  return typeof minReadySeconds === 'number' && minReadySeconds > 3;
}

/** How far a rolling update comes whose new Pods do not become available (deployment/rolling.go). */
function stuckRollout(manifest: JsonObject): { readonly kept: number; readonly made: number } {
  const wanted = replicasOf(manifest);
  const { maxSurge, maxUnavailable } = toObject(toObject(toObject(manifest.spec).strategy).rollingUpdate);
  const share = (value: unknown, round: (part: number) => number) => {
    const text = String(value ?? '25%');
    return text.endsWith('%') ? round((Number(text.slice(0, -1)) / 100) * wanted) : Number(text);
  };
  const surge = share(maxSurge, Math.ceil);
  const unavailable = Math.min(wanted, share(maxUnavailable, Math.floor) || (surge === 0 ? 1 : 0));
  const kept = wanted - unavailable;
  return { kept, made: Math.min(wanted, wanted + surge - kept) };
}

function isSameTemplate(a: JsonObject, b: JsonObject): boolean {
  return JSON.stringify(templateOf(applyDefaults(a))) === JSON.stringify(templateOf(applyDefaults(b)));
}

/** How often a DaemonSet's template was changed stands on its Pods. */
function withGeneration(json: Json, object: StoredObject | undefined): Json {
  if (object?.kind !== 'DaemonSet') return json;
  let generation = 1;
  for (let at: StoredObject = object; at.former !== undefined; at = at.former)
    if (!isSameTemplate(at.former.merged ?? at.former.manifest, at.merged ?? at.manifest)) generation++;
  return { ...json, labels: { ...toObject(json.labels), 'pod-template-generation': String(generation) } };
}

function templateOf(manifest: JsonObject): Json {
  return toObject(toObject(manifest.spec).template);
}

function replicasOf(manifest: JsonObject): number {
  const { replicas } = toObject(manifest.spec);
  return typeof replicas === 'number' ? replicas : 1;
}

function withReplicas(manifest: JsonObject, replicas: number): JsonObject {
  return { ...manifest, spec: { ...toObject(manifest.spec), replicas } as JsonObject };
}

function viewOf(object: StoredObject, manifest: JsonObject, at: number): Resource | undefined {
  const root = nodeOfJson(withoutDrawn(manifest) as never);
  // Names of files tell the order in which all was applied.
  const file = `/cluster/${String(object.order).padStart(6, '0')}-${at}.yaml`;
  const document = { start: 0, end: 0, index: 0, root, problems: [], complete: true, templated: false };
  const context = { file, faults: [], intern: (text: string) => text };
  return readResources(document, { ...context, ...(object.namespace && { defaultNamespace: object.namespace }) })[0];
}

/** What the stand-in for a kubelet makes of the Pods; `undefined`: the API server takes none. */
function stateOf(server: ApiServer, { manifest, terminating }: Version, object: StoredObject): PodState | undefined {
  const template = object.kind === 'Pod' ? manifest : templateOf(manifest);
  const spec = toObject(template.spec);
  if (object.kind !== 'Pod' && server.podFault(spec, object.namespace) !== undefined) return undefined;
  const annotations = toObject(toObject(template.metadata).annotations);
  const waits: PodState = { phase: 'Pending', ready: false, scheduled: false, hasAddress: false, terminating };
  if (annotations['oracle/schedule'] === 'false' || toList(spec.schedulingGates).length > 0) return waits;
  const phase = annotations['oracle/phase'];
  if (phase === 'Pending') return { ...waits, scheduled: true };
  if (phase === 'Succeeded' || phase === 'Failed') return { ...RUNNING, phase, ready: false, terminating };
  const ready = annotations['oracle/ready'] !== 'false' && toList(spec.readinessGates).length === 0;
  return { ...RUNNING, ready, terminating };
}

function specOf(object: StoredObject | undefined): unknown {
  if (object === undefined) return undefined;
  if (object.merged === undefined) return storedServiceSpec(object.manifest);
  return withoutStandIns(toObject(object.merged).spec);
}

/** An updated Service holds stand-ins for what was drawn. */
function withoutStandIns(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutStandIns);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        /nodePort$/i.test(name) && typeof item === 'number' && item > 32_767 ? ALLOCATED : withoutStandIns(item),
      ]),
    );
  return value === '192.0.2.254' || value === '2001:db8::fffe' ? ALLOCATED : value;
}

/** A Service as a view needs it: without the stand-ins. */
function withoutDrawn(manifest: JsonObject): JsonObject {
  const spec = toObject(manifest.spec);
  const entries = Object.entries(spec).filter(([name]) => name !== 'clusterIP' && name !== 'clusterIPs');
  const isDrawn = withoutStandIns(spec.clusterIP) === ALLOCATED;
  return isDrawn ? { ...manifest, spec: Object.fromEntries(entries) as JsonObject } : manifest;
}

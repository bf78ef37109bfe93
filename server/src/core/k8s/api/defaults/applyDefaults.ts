import { isClusterScoped } from '../../kinds.ts';
import { SERVED_KINDS } from '../shapes.ts';
import { defaultCsiDriver, defaultWebhooks } from './admission.ts';
import { type Draft, draftOf, type JsonObject } from './draft.ts';
import { defaultCronJob, defaultJob } from './jobs.ts';
import { beginGeneration, defaultMetadata } from './metadata.ts';
import {
  defaultAutoscaler,
  defaultAutoscalerV1,
  defaultEndpointSlice,
  defaultEndpoints,
  defaultIngressClass,
  defaultNetworkPolicy,
} from './networking.ts';
import { normaliseObject } from './normalise.ts';
import {
  defaultLimitRange,
  defaultNamespace,
  defaultPriorityClass,
  defaultResourceQuota,
  defaultRoleBinding,
  defaultSecret,
  defaultServiceAccount,
} from './objects.ts';
import { defaultPod } from './pod.ts';
import { defaultService, type IpFamily } from './service.ts';
import { defaultPersistentVolume, defaultPersistentVolumeClaim, defaultStorageClass } from './storage.ts';
import {
  defaultDaemonSet,
  defaultDeployment,
  defaultPodTemplate,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workloads.ts';

/** What defaults depend on that no manifest says. */
export interface ClusterFacts {
  /** The address families of Services, the preferred one first. */
  readonly ipFamilies: readonly IpFamily[];
}

/**
 * The object that an API server of version 1.35 would store for a new one, defaults and all. What it draws (addresses,
 * node ports, ids, times) is left out, and so is what other objects decide (default classes). Custom objects, and those of
 * kinds that are not known here, come back as they are. Never throws; the result shares nothing with the argument.
 */
export function applyDefaults(object: JsonObject, facts: ClusterFacts = DUAL_STACK): JsonObject {
  return fillIn(object, { ...facts, isUpdate: false });
}

/** As above, of an object that takes the place of another: without what is only added to new ones. */
export function applyUpdateDefaults(object: JsonObject, facts: ClusterFacts = DUAL_STACK): JsonObject {
  return fillIn(object, { ...facts, isUpdate: true });
}

interface Context extends ClusterFacts {
  readonly isUpdate: boolean;
}

function fillIn(object: JsonObject, context: Context): JsonObject {
  const draft = draftOf(object);
  const { apiVersion, kind } = object;
  const key = `${apiVersion}/${kind}`;
  const shape = SERVED_KINDS.get(String(apiVersion))?.get(String(kind));
  const fill = DEFAULTERS.get(key);
  if (shape === undefined || fill === undefined) return draft as JsonObject;
  const normal = normaliseObject(draft, shape);
  defaultMetadata(normal, !isClusterScoped({ group: groupOf(String(apiVersion)), kind: String(kind) }));
  delete normal.status;
  fill(normal, context);
  return normaliseObject(normal, shape) as JsonObject;
}

const DUAL_STACK: ClusterFacts = { ipFamilies: ['IPv4', 'IPv6'] };

type Defaulter = (object: Draft, context: Context) => void;

/** Kinds without defaults. */
const PLAIN_KINDS: readonly string[] = [
  'v1/ConfigMap',
  'rbac.authorization.k8s.io/v1/ClusterRole',
  'rbac.authorization.k8s.io/v1/Role',
  'node.k8s.io/v1/RuntimeClass',
  'coordination.k8s.io/v1/Lease',
];

const DEFAULTERS: ReadonlyMap<string, Defaulter> = new Map<string, Defaulter>([
  ['v1/Pod', (pod, { isUpdate }) => defaultPod(pod, isUpdate)],
  ['v1/PodTemplate', defaultPodTemplate],
  ['v1/ReplicationController', defaultReplicationController],
  ['apps/v1/DaemonSet', defaultDaemonSet],
  ['apps/v1/Deployment', defaultDeployment],
  ['apps/v1/ReplicaSet', defaultReplicaSet],
  ['apps/v1/StatefulSet', defaultStatefulSet],
  ['batch/v1/CronJob', defaultCronJob],
  ['batch/v1/Job', (job, { isUpdate }) => defaultJob(job, isUpdate)],
  ['v1/Service', (service, { ipFamilies }) => defaultService(service, ipFamilies)],
  ['v1/Endpoints', defaultEndpoints],
  ['discovery.k8s.io/v1/EndpointSlice', defaultEndpointSlice],
  ['networking.k8s.io/v1/Ingress', beginGeneration],
  ['networking.k8s.io/v1/IngressClass', defaultIngressClass],
  ['networking.k8s.io/v1/NetworkPolicy', defaultNetworkPolicy],
  ['policy/v1/PodDisruptionBudget', beginGeneration],
  ['autoscaling/v1/HorizontalPodAutoscaler', defaultAutoscalerV1],
  ['autoscaling/v2/HorizontalPodAutoscaler', defaultAutoscaler],
  ['v1/PersistentVolume', defaultPersistentVolume],
  ['v1/PersistentVolumeClaim', defaultPersistentVolumeClaim],
  ['storage.k8s.io/v1/StorageClass', defaultStorageClass],
  ['v1/Namespace', defaultNamespace],
  ['v1/Secret', defaultSecret],
  ['v1/ServiceAccount', defaultServiceAccount],
  ['v1/LimitRange', defaultLimitRange],
  ['v1/ResourceQuota', defaultResourceQuota],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', defaultRoleBinding],
  ['rbac.authorization.k8s.io/v1/RoleBinding', defaultRoleBinding],
  ['scheduling.k8s.io/v1/PriorityClass', defaultPriorityClass],
  ['admissionregistration.k8s.io/v1/MutatingWebhookConfiguration', defaultWebhooks],
  ['admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration', defaultWebhooks],
  ['storage.k8s.io/v1/CSIDriver', defaultCsiDriver],
  ...PLAIN_KINDS.map((kind): [string, Defaulter] => [kind, () => undefined]),
]);

function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

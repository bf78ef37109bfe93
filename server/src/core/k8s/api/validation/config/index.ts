import type { Validator } from '../../place.ts';
import { validateAutoscaler, validateAutoscalerV1 } from './autoscaler/index.ts';
import { validateLease, validatePriorityClass, validateStorageClass } from './classes.ts';
import { validateConfigMap } from './configMap.ts';
import { validateDisruptionBudget } from './disruptionBudget.ts';
import { validateLimitRange } from './limitRange.ts';
import { validateNamespace } from './namespace.ts';
import { validatePersistentVolume } from './persistentVolume.ts';
import { validatePersistentVolumeClaim } from './persistentVolumeClaim.ts';
import { validateClusterRole, validateClusterRoleBinding, validateRole, validateRoleBinding } from './rbac.ts';
import { validateResourceQuota } from './resourceQuota.ts';
import { validateSecret } from './secret.ts';

/** What the API server demands of configuration, storage, scaling and access beyond types and metadata, by apiVersion and kind. */
export const CONFIG_VALIDATORS: ReadonlyMap<string, Validator> = new Map([
  ['v1/ConfigMap', validateConfigMap],
  ['v1/LimitRange', validateLimitRange],
  ['v1/Namespace', validateNamespace],
  ['v1/PersistentVolume', validatePersistentVolume],
  ['v1/PersistentVolumeClaim', validatePersistentVolumeClaim],
  ['v1/ResourceQuota', validateResourceQuota],
  ['v1/Secret', validateSecret],
  ['autoscaling/v1/HorizontalPodAutoscaler', validateAutoscalerV1],
  ['autoscaling/v2/HorizontalPodAutoscaler', validateAutoscaler],
  ['coordination.k8s.io/v1/Lease', validateLease],
  ['policy/v1/PodDisruptionBudget', validateDisruptionBudget],
  ['rbac.authorization.k8s.io/v1/ClusterRole', validateClusterRole],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', validateClusterRoleBinding],
  ['rbac.authorization.k8s.io/v1/Role', validateRole],
  ['rbac.authorization.k8s.io/v1/RoleBinding', validateRoleBinding],
  ['scheduling.k8s.io/v1/PriorityClass', validatePriorityClass],
  ['storage.k8s.io/v1/StorageClass', validateStorageClass],
]);

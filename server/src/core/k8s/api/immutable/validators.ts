import {
  claimUpdateValidator,
  validateConfigMapUpdate,
  validateQuotaUpdate,
  validateSecretUpdate,
  validateVolumeUpdate,
} from './objects.ts';
import { validatePodUpdate } from './pod.ts';
import { validateServiceUpdate } from './service.ts';
import { keepField, type UpdateValidator } from './update.ts';
import { keepSelector, validateJobUpdate, validateStatefulSetUpdate } from './workloads.ts';

/** What the API server checks of a change of a kind (`apps/v1/Deployment`), beyond what it checks of a new object. */
export function updateValidatorOf(kind: string, isClaimBound: boolean | undefined): UpdateValidator | undefined {
  return kind === 'v1/PersistentVolumeClaim' ? claimUpdateValidator(isClaimBound) : VALIDATORS.get(kind);
}

const keepRole = keepField(['roleRef']);

const VALIDATORS: ReadonlyMap<string, UpdateValidator> = new Map<string, UpdateValidator>([
  ['apps/v1/DaemonSet', keepSelector],
  ['apps/v1/Deployment', keepSelector],
  ['apps/v1/ReplicaSet', keepSelector],
  ['apps/v1/StatefulSet', validateStatefulSetUpdate],
  ['batch/v1/Job', validateJobUpdate],
  ['v1/Pod', validatePodUpdate],
  ['v1/Service', validateServiceUpdate],
  ['v1/ConfigMap', validateConfigMapUpdate],
  ['v1/Secret', validateSecretUpdate],
  ['v1/PersistentVolume', validateVolumeUpdate],
  ['v1/ResourceQuota', validateQuotaUpdate],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', keepRole],
  ['rbac.authorization.k8s.io/v1/RoleBinding', keepRole],
  ['discovery.k8s.io/v1/EndpointSlice', keepField(['addressType'])],
  ['networking.k8s.io/v1/IngressClass', keepField(['spec', 'controller'])],
  [
    'storage.k8s.io/v1/StorageClass',
    allOf([
      keepField(['parameters'], 'FieldValueForbidden'),
      keepField(['provisioner'], 'FieldValueForbidden'),
      keepField(['reclaimPolicy'], 'FieldValueForbidden'),
      keepField(['volumeBindingMode']),
    ]),
  ],
  [
    'scheduling.k8s.io/v1/PriorityClass',
    allOf([keepField(['value'], 'FieldValueForbidden'), keepField(['preemptionPolicy'])]),
  ],
]);

function allOf(validators: readonly UpdateValidator[]): UpdateValidator {
  return (live, next, report) => {
    for (const validate of validators) validate(live, next, report);
  };
}

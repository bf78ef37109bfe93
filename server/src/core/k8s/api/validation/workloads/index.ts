import type { Validator } from '../../place.ts';
import { validateCronJob } from './controllers/cronJob.ts';
import { validateDaemonSet } from './controllers/daemonSet.ts';
import { validateDeployment } from './controllers/deployment.ts';
import { validateJob } from './controllers/job.ts';
import { validatePod, validatePodTemplate } from './controllers/pod.ts';
import { validateReplicaSet } from './controllers/replicaSet.ts';
import { validateReplicationController } from './controllers/replicationController.ts';
import { validateStatefulSet } from './controllers/statefulSet.ts';

export { validateClaimSpec } from './volumes/claim.ts';

/**
 * What the API server refuses in Pods and what makes them, beyond their shape and their metadata: a server of the version of
 * the table of types, with the features and admission plugins that it comes with.
 */
export const WORKLOAD_VALIDATORS: ReadonlyMap<string, Validator> = new Map([
  ['v1/Pod', validatePod],
  ['v1/PodTemplate', validatePodTemplate],
  ['v1/ReplicationController', validateReplicationController],
  ['apps/v1/Deployment', validateDeployment],
  ['apps/v1/ReplicaSet', validateReplicaSet],
  ['apps/v1/StatefulSet', validateStatefulSet],
  ['apps/v1/DaemonSet', validateDaemonSet],
  ['batch/v1/Job', validateJob],
  ['batch/v1/CronJob', validateCronJob],
]);

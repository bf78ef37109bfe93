import { OPEN_POD_FIELDS } from './pod.ts';
import { FIXED_JOB_FIELDS, OPEN_STATEFUL_SET_FIELDS } from './workloads.ts';

/**
 * Whether the API server refuses a change of a field of an object that exists: always; sometimes, where it depends on
 * what else the object says or what the cluster holds; never. `applyChange` decides a given change.
 */
export type Mutability = 'never-changes' | 'sometimes' | 'open';

/**
 * How a field of a kind may change, by its path without indexes: `('apps/v1/Deployment', ['spec', 'selector', 'matchLabels'])`.
 * What lies below a field is as the field itself. The name and namespace of an object are its identity: `never-changes`.
 */
export function mutabilityOf(kind: string, path: readonly string[]): Mutability {
  const text = path.join('.');
  if (text === 'metadata.name' || text === 'metadata.namespace') return 'never-changes';
  for (const [pattern, mutability] of RULES.get(kind) ?? []) {
    if (covers(pattern, text)) return mutability;
  }
  return 'open';
}

type Rule = readonly [path: string, mutability: Mutability];

/** The first rule that a field lies in counts. */
const RULES: ReadonlyMap<string, readonly Rule[]> = new Map<string, readonly Rule[]>([
  ...['DaemonSet', 'Deployment', 'ReplicaSet'].map((kind): [string, readonly Rule[]] => [
    `apps/v1/${kind}`,
    [['spec.selector', 'never-changes']],
  ]),
  ['apps/v1/StatefulSet', [...open(OPEN_STATEFUL_SET_FIELDS), ['spec', 'never-changes']]],
  [
    'batch/v1/Job',
    [
      ...FIXED_JOB_FIELDS.map((name): Rule => [`spec.${name}`, 'never-changes']),
      ...['metadata.labels', 'metadata.annotations', 'spec.nodeSelector', 'spec.tolerations', 'spec.affinity'].map(
        (name): Rule => [`spec.template.${name}`, 'sometimes'],
      ),
      ['spec.template.spec.schedulingGates', 'sometimes'],
      ['spec.template', 'never-changes'],
      ['spec.completions', 'sometimes'],
    ],
  ],
  [
    'v1/Pod',
    [
      ...open(OPEN_POD_FIELDS.map((name) => name.replace('[*]', ''))),
      ['spec.nodeSelector', 'sometimes'],
      ['spec.affinity', 'sometimes'],
      ['spec', 'never-changes'],
    ],
  ],
  [
    'v1/Service',
    ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'loadBalancerClass', 'healthCheckNodePort', 'type'].map(
      (name): Rule => [`spec.${name}`, 'sometimes'],
    ),
  ],
  ['v1/ConfigMap', whenImmutable()],
  ['v1/Secret', [['type', 'never-changes'], ['stringData', 'sometimes'], ...whenImmutable()]],
  [
    'v1/PersistentVolumeClaim',
    [
      ['spec.resources.requests.storage', 'sometimes'],
      ['spec.storageClassName', 'sometimes'],
      ['spec.volumeAttributesClassName', 'sometimes'],
      ['spec.volumeName', 'sometimes'],
      ['spec', 'never-changes'],
    ],
  ],
  [
    'v1/PersistentVolume',
    [
      ...open(['capacity', 'accessModes', 'claimRef', 'persistentVolumeReclaimPolicy', 'storageClassName']),
      ...open(['mountOptions', 'volumeAttributesClassName']),
      ['spec.nodeAffinity', 'sometimes'],
      ['spec', 'never-changes'],
    ],
  ],
  ['v1/ResourceQuota', [['spec.scopes', 'never-changes']]],
  ['discovery.k8s.io/v1/EndpointSlice', [['addressType', 'never-changes']]],
  ['networking.k8s.io/v1/IngressClass', [['spec.controller', 'never-changes']]],
  ['rbac.authorization.k8s.io/v1/ClusterRoleBinding', [['roleRef', 'never-changes']]],
  ['rbac.authorization.k8s.io/v1/RoleBinding', [['roleRef', 'never-changes']]],
  [
    'storage.k8s.io/v1/StorageClass',
    ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'].map((name): Rule => [name, 'never-changes']),
  ],
  [
    'scheduling.k8s.io/v1/PriorityClass',
    [
      ['value', 'never-changes'],
      ['preemptionPolicy', 'never-changes'],
    ],
  ],
]);

function open(names: readonly string[]): readonly Rule[] {
  return names.map((name) => [`spec.${name}`, 'open']);
}

function whenImmutable(): readonly Rule[] {
  return ['data', 'binaryData', 'immutable'].map((name) => [name, 'sometimes']);
}

function covers(pattern: string, text: string): boolean {
  return text === pattern || text.startsWith(`${pattern}.`);
}

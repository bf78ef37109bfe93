import { type FieldSpec, splitPath } from './fieldSpec.ts';
import type { Gvk } from './resource.ts';

/** The fields that hold the name of another object, by the kind that they name. */
export interface NameReference extends Partial<Gvk> {
  readonly specs: readonly FieldSpec[];
}

/** Where transformers write and where names are referred to: the defaults and what `configurations` add. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

type Selector = Partial<Gvk>;

const CONTROLLERS = ['Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job'] as const;
const CORE: Selector = { version: 'v1' };
const RBAC = 'rbac.authorization.k8s.io';

function specs(paths: readonly string[], selector: Selector, create = false): readonly FieldSpec[] {
  return paths.map((path) => ({ ...selector, path, parts: splitPath(path, '/'), create }));
}

const PREFER = 'preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm';
const REQUIRE = 'requiredDuringSchedulingIgnoredDuringExecution';
const PEER_SELECTORS = [
  ...['podAffinity', 'podAntiAffinity'].flatMap((kind) => [PREFER, REQUIRE].map((when) => `affinity/${kind}/${when}`)),
  'topologySpreadConstraints',
].map((path) => `spec/template/spec/${path}/labelSelector/matchLabels`);

const TEMPLATES: readonly (readonly [Selector, readonly string[]])[] = [
  [{ version: 'v1', kind: 'ReplicationController' }, ['spec/template/metadata']],
  [{ kind: 'Deployment' }, ['spec/template/metadata']],
  [{ kind: 'ReplicaSet' }, ['spec/template/metadata']],
  [{ kind: 'DaemonSet' }, ['spec/template/metadata']],
  [{ group: 'batch', kind: 'Job' }, ['spec/template/metadata']],
  [{ group: 'batch', kind: 'CronJob' }, ['spec/jobTemplate/metadata', 'spec/jobTemplate/spec/template/metadata']],
];

function templateSpecs(field: string): readonly FieldSpec[] {
  return TEMPLATES.flatMap(([selector, paths]) =>
    specs(
      paths.map((path) => `${path}/${field}`),
      selector,
      true,
    ),
  );
}

const METADATA_LABELS: readonly FieldSpec[] = [
  ...specs(['metadata/labels'], {}, true),
  ...templateSpecs('labels'),
  ...specs(
    ['spec/template/metadata/labels', 'spec/volumeClaimTemplates[]/metadata/labels'],
    { group: 'apps', kind: 'StatefulSet' },
    true,
  ),
];

const SELECTORS: readonly FieldSpec[] = [
  ...specs(['spec/selector'], { version: 'v1', kind: 'Service' }, true),
  ...specs(['spec/selector'], { version: 'v1', kind: 'ReplicationController' }, true),
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].flatMap((kind) => specs(['spec/selector/matchLabels'], { kind }, true)),
  ...specs(['spec/selector/matchLabels'], { group: 'apps', kind: 'StatefulSet' }, true),
  ...['Deployment', 'StatefulSet'].flatMap((kind) => specs(PEER_SELECTORS, { group: 'apps', kind })),
  ...specs(['spec/selector/matchLabels'], { group: 'batch', kind: 'Job' }),
  ...specs(['spec/jobTemplate/spec/selector/matchLabels'], { group: 'batch', kind: 'CronJob' }),
  ...specs(['spec/selector/matchLabels'], { group: 'policy', kind: 'PodDisruptionBudget' }),
  ...specs(
    ['spec/podSelector', 'spec/ingress/from/podSelector', 'spec/egress/to/podSelector'].map(
      (path) => `${path}/matchLabels`,
    ),
    { group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  ),
];

/** Paths below a Pod's spec in every kind that makes Pods; `kinds` leaves some out. */
function podSpecs(paths: readonly string[], kinds: readonly string[]): readonly FieldSpec[] {
  return kinds.flatMap((kind) => {
    const [prefix, selector] = POD_SPECS[kind] ?? ['spec/template/spec', { kind }];
    return specs(
      paths.map((path) => `${prefix}/${path}`),
      selector,
    );
  });
}

const POD_SPECS: Readonly<Record<string, readonly [string, Selector]>> = {
  Pod: ['spec', { version: 'v1', kind: 'Pod' }],
  AnyPod: ['spec', { kind: 'Pod' }],
  PodTemplate: ['template/spec', { kind: 'PodTemplate' }],
  CronJob: ['spec/jobTemplate/spec/template/spec', { kind: 'CronJob' }],
};

const CONTAINERS = ['containers', 'initContainers'];
const POD_MAKERS = ['Pod', 'PodTemplate', ...CONTROLLERS, 'CronJob'];
const ACCOUNT_USERS = ['AnyPod', 'StatefulSet', 'Deployment', 'ReplicationController', 'CronJob', 'Job', 'DaemonSet'];

function nameReferences(): readonly NameReference[] {
  const scaled = specs(['spec/scaleTargetRef/name'], { kind: 'HorizontalPodAutoscaler' });
  const configMap = [
    'volumes/configMap/name',
    'volumes/projected/sources/configMap/name',
    ...CONTAINERS.flatMap((list) => [
      `${list}/env/valueFrom/configMapKeyRef/name`,
      `${list}/envFrom/configMapRef/name`,
    ]),
  ];
  const secret = [
    'volumes/secret/secretName',
    'volumes/projected/sources/secret/name',
    'imagePullSecrets/name',
    ...CONTAINERS.flatMap((list) => [`${list}/env/valueFrom/secretKeyRef/name`, `${list}/envFrom/secretRef/name`]),
  ];
  const roleRules = ['Role', 'ClusterRole'].flatMap((kind) => specs(['rules/resourceNames'], { kind }));
  const webhooks = ['Validating', 'Mutating'].flatMap((kind) =>
    specs(['webhooks/clientConfig/service'], {
      group: 'admissionregistration.k8s.io',
      kind: `${kind}WebhookConfiguration`,
    }),
  );
  const bindings = (path: string) =>
    ['RoleBinding', 'ClusterRoleBinding'].flatMap((kind) => specs([path], { group: RBAC, kind }));
  return [
    ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].map((kind) => ({ kind, specs: scaled })),
    {
      ...CORE,
      kind: 'ConfigMap',
      specs: [
        ...podSpecs(configMap, POD_MAKERS),
        ...specs(['spec/configSource/configMap'], { kind: 'Node' }),
        ...roleRules,
        ...specs(['metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap'], { kind: 'Ingress' }),
      ],
    },
    {
      ...CORE,
      kind: 'Secret',
      specs: [
        ...podSpecs(secret, POD_MAKERS),
        ...specs(
          [
            'spec/tls/secretName',
            'metadata/annotations/ingress.kubernetes.io\\/auth-secret',
            'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret',
            'metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret',
          ],
          { kind: 'Ingress' },
        ),
        ...specs(['imagePullSecrets/name'], { kind: 'ServiceAccount' }),
        ...specs(
          ['secretName', 'adminSecretName', 'userSecretName', 'secretRef'].map((name) => `parameters/${name}`),
          { kind: 'StorageClass' },
        ),
        ...roleRules,
        ...specs(['spec/template/spec/containers/env/valueFrom/secretKeyRef/name'], {
          group: 'serving.knative.dev',
          version: 'v1',
          kind: 'Service',
        }),
        ...specs(['spec/azureFile/secretName'], { kind: 'PersistentVolume' }),
      ],
    },
    {
      ...CORE,
      kind: 'Service',
      specs: [
        ...specs(['spec/serviceName'], { group: 'apps', kind: 'StatefulSet' }),
        ...specs(
          [
            'spec/rules/http/paths/backend/serviceName',
            'spec/backend/serviceName',
            'spec/rules/http/paths/backend/service/name',
            'spec/defaultBackend/service/name',
          ],
          { kind: 'Ingress' },
        ),
        ...specs(['spec/service/name'], { group: 'apiregistration.k8s.io', kind: 'APIService' }),
        ...webhooks,
      ],
    },
    { group: RBAC, kind: 'Role', specs: specs(['roleRef/name'], { group: RBAC, kind: 'RoleBinding' }) },
    { group: RBAC, kind: 'ClusterRole', specs: bindings('roleRef/name') },
    {
      ...CORE,
      kind: 'ServiceAccount',
      specs: [...bindings('subjects'), ...podSpecs(['serviceAccountName'], ACCOUNT_USERS)],
    },
    {
      ...CORE,
      kind: 'PersistentVolumeClaim',
      specs: podSpecs(['volumes/persistentVolumeClaim/claimName'], ACCOUNT_USERS),
    },
    {
      ...CORE,
      kind: 'PersistentVolume',
      specs: [
        ...specs(['spec/volumeName'], { kind: 'PersistentVolumeClaim' }),
        ...specs(['rules/resourceNames'], { kind: 'ClusterRole' }),
      ],
    },
    {
      group: 'storage.k8s.io',
      version: 'v1',
      kind: 'StorageClass',
      specs: [
        ...specs(['spec/storageClassName'], { kind: 'PersistentVolume' }),
        ...specs(['spec/storageClassName'], { kind: 'PersistentVolumeClaim' }),
        ...specs(['spec/volumeClaimTemplates/spec/storageClassName'], { kind: 'StatefulSet' }),
      ],
    },
    {
      group: 'scheduling.k8s.io',
      version: 'v1',
      kind: 'PriorityClass',
      specs: podSpecs(['priorityClassName'], ACCOUNT_USERS),
    },
    // The group is written with its version in kustomize's own table, so that no object is ever of this kind.
    {
      group: 'networking.k8s.io/v1',
      version: 'v1',
      kind: 'IngressClass',
      specs: specs(['spec/ingressClassName'], { kind: 'Ingress' }),
    },
    {
      group: 'admissionregistration.k8s.io',
      kind: 'ValidatingAdmissionPolicy',
      specs: specs(['spec/policyName'], {
        group: 'admissionregistration.k8s.io',
        kind: 'ValidatingAdmissionPolicyBinding',
      }),
    },
  ];
}

function varReferences(): readonly FieldSpec[] {
  const inContainers = CONTAINERS.flatMap((list) =>
    ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((field) => `${list}/${field}`),
  );
  return [
    ...podSpecs(inContainers, ['AnyPod', ...CONTROLLERS, 'CronJob']),
    ...podSpecs(['volumes/nfs/server'], ['AnyPod', ...CONTROLLERS.filter((kind) => kind !== 'StatefulSet')]),
    ...specs(['spec/jobTemplate/spec/template/volumes/nfs/server'], { kind: 'CronJob' }),
    ...specs(['spec/template/metadata/annotations'], { kind: 'Deployment' }),
    ...specs(['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'], { kind: 'Ingress' }),
    ...specs(['spec/ports/port', 'spec/ports/targetPort'], { kind: 'Service' }),
    ...specs(['spec/volumeClaimTemplates/spec/nfs/server'], { kind: 'StatefulSet' }),
    ...specs(['spec/nfs/server'], { kind: 'PersistentVolume' }),
    ...specs(['metadata/labels', 'metadata/annotations'], {}),
  ];
}

/** The tables that are built into kustomize (api/internal/konfig/builtinpluginconsts). */
export const DEFAULT_CONFIG: TransformerConfig = {
  namePrefix: specs(['metadata/name'], {}),
  nameSuffix: specs(['metadata/name'], {}),
  namespace: [
    ...specs(['metadata/name'], { kind: 'Namespace' }, true),
    ...specs(['spec/service/namespace'], { group: 'apiregistration.k8s.io', kind: 'APIService' }, true),
    ...specs(['spec/conversion/webhook/clientConfig/service/namespace'], {
      group: 'apiextensions.k8s.io',
      kind: 'CustomResourceDefinition',
    }),
  ],
  commonLabels: [...SELECTORS, ...METADATA_LABELS],
  labels: [],
  templateLabels: METADATA_LABELS,
  commonAnnotations: [
    ...specs(['metadata/annotations'], {}, true),
    ...templateSpecs('annotations'),
    ...specs(['spec/template/metadata/annotations'], { kind: 'StatefulSet' }, true),
  ],
  nameReference: nameReferences(),
  varReference: varReferences(),
  images: ['spec', 'spec/template/spec'].flatMap((prefix) =>
    specs(
      ['containers[]/image', 'initContainers[]/image', 'volumes[]/image/reference'].map((path) => `${prefix}/${path}`),
      {},
      true,
    ),
  ),
  replicas: ['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet'].flatMap((kind) =>
    specs(['spec/replicas'], { kind }, true),
  ),
};

/** The rules of a kustomization that has read nothing yet. */
export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { applyDefaults } from '../../../../server/src/core/k8s/api/defaults/applyDefaults.ts';
import type { JsonObject } from '../../../../server/src/core/k8s/api/defaults/draft.ts';
import { pullPolicyOf } from '../../../../server/src/core/k8s/api/defaults/image.ts';
import type { JsonValue } from '../../../../server/src/core/yaml/json.ts';

describe('what the server stores', () => {
  const at = (object: JsonObject, path: string) =>
    path
      .split('.')
      .reduce<JsonValue | undefined>((value, name) => (value as Record<string, JsonValue> | undefined)?.[name], object);
  const service = (spec: JsonObject) => applyDefaults({ apiVersion: 'v1', kind: 'Service', metadata: {}, spec });

  it('has the defaults of the kind, the namespace and empty parts', () => {
    assert.deepEqual(
      applyDefaults({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'a', creationTimestamp: null },
        spec: { egress: [{ ports: [{ port: 53 }] }], ingress: [] },
      }),
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'a', namespace: 'default', generation: 1 },
        spec: {
          podSelector: {},
          egress: [{ ports: [{ port: 53, protocol: 'TCP' }] }],
          policyTypes: ['Ingress', 'Egress'],
        },
      },
    );
  });

  it('of a Service depends on its type and the families of the cluster', () => {
    const families = (spec: JsonObject) => [
      at(service(spec), 'spec.ipFamilyPolicy'),
      at(service(spec), 'spec.ipFamilies'),
    ];
    assert.deepEqual(families({ selector: { a: 'b' } }), ['SingleStack', ['IPv4']]);
    assert.deepEqual(families({ clusterIP: 'None' }), ['RequireDualStack', ['IPv4', 'IPv6']]);
    assert.deepEqual(families({ selector: { a: 'b' }, clusterIP: 'fd00::1' }), ['SingleStack', ['IPv6']]);
    assert.deepEqual(families({ type: 'ExternalName', externalName: 'a.example' }), [undefined, undefined]);
    const single = applyDefaults(
      { apiVersion: 'v1', kind: 'Service', spec: { selector: { a: 'b' }, ipFamilyPolicy: 'PreferDualStack' } },
      { ipFamilies: ['IPv6'] },
    );
    assert.deepEqual(at(single, 'spec.ipFamilies'), ['IPv6']);
    const port = service({ ports: [{ port: 80, targetPort: '' }] });
    assert.deepEqual(at(port, 'spec.ports'), [{ port: 80, protocol: 'TCP', targetPort: 80 }]);
  });

  it('folds stringData into data', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', data: { a: 'eA==\n' }, stringData: { a: 'é', b: null } };
    const stored = applyDefaults(secret);
    assert.deepEqual(stored.data, { a: 'w6k=', b: '' });
    assert.equal(stored.stringData, undefined);
  });

  it('rounds quantities up and writes them in canonical form', () => {
    const resources = { requests: { cpu: 0.5, memory: '1024Ki', 'example.com/x': '0.0001' } };
    const stored = applyDefaults({ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'a', resources }] } });
    assert.deepEqual(at(stored, 'spec.containers.0.resources.requests'), {
      cpu: '500m',
      memory: '1Mi',
      'example.com/x': '1m',
    });
    assert.equal(at(stored, 'status.qosClass'), 'Burstable');
  });

  it('keeps a zero that is meant, and drops one that says nothing', () => {
    const spec = { replicas: 0, minReadySeconds: 0, paused: false, template: { spec: { hostNetwork: false } } };
    const stored = applyDefaults({ apiVersion: 'apps/v1', kind: 'Deployment', spec });
    assert.equal(at(stored, 'spec.replicas'), 0);
    assert.equal(at(stored, 'spec.minReadySeconds'), undefined);
    assert.equal(at(stored, 'spec.template.spec.hostNetwork'), undefined);
  });

  it('leaves custom objects alone', () => {
    const custom = { apiVersion: 'example.com/v1', kind: 'Widget', spec: { list: [], none: null } };
    assert.deepEqual(applyDefaults(custom), custom);
  });

  it('is pulled always only where the tag is `latest`', () => {
    for (const image of ['nginx', 'nginx:latest', 'localhost:5000/a/b', 'r.example/x:latest@sha256:'.padEnd(90, 'a')])
      assert.equal(pullPolicyOf(image), 'Always', image);
    for (const image of ['nginx:1', `nginx@sha256:${'a'.repeat(64)}`, 'Nginx', '', 'a b', 'a'.repeat(64)])
      assert.equal(pullPolicyOf(image), 'IfNotPresent', image);
  });

  it('stays as it is when it is stored again, wherever something else is written', () => {
    const mutated = fc
      .constantFrom(...RICH)
      .chain((object) =>
        fc
          .tuple(
            fc.constantFrom(...placesOf(object)),
            fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('0', '1Gi', -1)),
          )
          .map(([place, value]) => replaceAt(object, place, value as JsonValue)),
      );
    fc.assert(
      fc.property(mutated, (object) => {
        if (object === null || typeof object !== 'object' || Array.isArray(object)) return;
        const once = applyDefaults(object as JsonObject);
        assert.deepEqual(applyDefaults(once), once);
      }),
      { numRuns: 1000 },
    );
  });

  it('stays as it is when it is stored again, whatever it is', () => {
    const kinds = [
      ['v1', 'Pod', 'Service', 'Secret', 'Namespace', 'PersistentVolume', 'PersistentVolumeClaim', 'LimitRange'],
      ['v1', 'ReplicationController', 'Endpoints', 'ConfigMap', 'ServiceAccount', 'ResourceQuota', 'PodTemplate'],
      ['apps/v1', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'],
      ['batch/v1', 'Job', 'CronJob'],
      ['networking.k8s.io/v1', 'Ingress', 'IngressClass', 'NetworkPolicy'],
      ['autoscaling/v1', 'HorizontalPodAutoscaler'],
      ['autoscaling/v2', 'HorizontalPodAutoscaler'],
      ['discovery.k8s.io/v1', 'EndpointSlice'],
      ['rbac.authorization.k8s.io/v1', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'],
    ].flatMap(([apiVersion, ...names]) => names.map((kind) => ({ apiVersion: apiVersion ?? '', kind })));
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fields(), (kind, value) => {
        const once = applyDefaults({ ...value, ...kind });
        assert.deepEqual(applyDefaults(once), once);
      }),
      { numRuns: 500 },
    );
  });
});

/** Much of what has defaults. */
const POD_SPEC = {
  hostNetwork: true,
  resources: { limits: { cpu: 2, 'hugepages-2Mi': '4Mi' } },
  tolerations: [{ operator: 'Exists' }],
  schedulingGates: [{ name: 'a/b' }],
  initContainers: [{ name: 'i', restartPolicy: 'Always', resources: { requests: { cpu: '1m' } } }],
  containers: [
    {
      name: 'a',
      image: 'a',
      ports: [{ containerPort: 80 }],
      env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      resources: { limits: { cpu: 1, memory: '0.5Gi' } },
      livenessProbe: { grpc: { port: 5 } },
      lifecycle: { preStop: { httpGet: { port: 80 } } },
      volumeMounts: [{ name: 'v', mountPath: '/v' }],
    },
  ],
  volumes: [{ name: 'v' }, { name: 'w', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }],
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'h', labelSelector: { matchLabels: {} }, matchLabelKeys: ['app'] },
      ],
    },
  },
};
const TEMPLATE = { metadata: { labels: { app: 'a' } }, spec: POD_SPEC };
const RICH: readonly JsonObject[] = [
  { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', labels: { app: 'a' } }, spec: POD_SPEC },
  { apiVersion: 'batch/v1', kind: 'CronJob', spec: { jobTemplate: { spec: { template: TEMPLATE } } } },
  { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'a' }, spec: { template: TEMPLATE } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: { template: TEMPLATE, volumeClaimTemplates: [{ spec: { resources: { requests: { storage: 1 } } } }] },
  },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { annotations: {} }, spec: { template: TEMPLATE } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    spec: { type: 'LoadBalancer', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }] },
  },
  { apiVersion: 'v1', kind: 'LimitRange', spec: { limits: [{ type: 'Container', max: { cpu: 2 }, min: { cpu: 1 } }] } },
  { apiVersion: 'v1', kind: 'Secret', data: { a: 'eA==' }, stringData: { b: 'x' } },
];

/** Places of an object, each as the names and indexes that lead to it. */
function placesOf(value: JsonValue, place: readonly string[] = []): readonly (readonly string[])[] {
  const entries = value !== null && typeof value === 'object' ? Object.entries(value) : [];
  return [place, ...entries.flatMap(([name, item]) => placesOf(item as JsonValue, [...place, name]))];
}

function replaceAt(value: JsonValue, [name, ...rest]: readonly string[], replacement: JsonValue): JsonValue {
  if (name === undefined || value === null || typeof value !== 'object') return replacement;
  const items = value as Readonly<Record<string, JsonValue>>;
  const item = replaceAt(items[name] ?? null, rest, replacement);
  return Array.isArray(value)
    ? value.map((old, index) => (String(index) === name ? item : old))
    : { ...items, [name]: item };
}

/** Objects of names that mean something somewhere, with values of any type. */
function fields(): fc.Arbitrary<JsonObject> {
  const names = [
    ...['metadata', 'labels', 'name', 'annotations', 'generation', 'spec', 'template', 'containers', 'resources'],
    ...['limits', 'requests', 'cpu', 'memory', 'volumes', 'projected', 'sources', 'items', 'fieldRef', 'emptyDir'],
    ...['ports', 'port', 'protocol', 'targetPort', 'containerPort', 'hostNetwork', 'type', 'clusterIP', 'clusterIPs'],
    ...['ipFamilies', 'selector', 'matchLabels', 'strategy', 'updateStrategy', 'rollingUpdate', 'env', 'valueFrom'],
    ...['behavior', 'scaleUp', 'metrics', 'data', 'stringData', 'status', 'jobTemplate', 'livenessProbe', 'httpGet'],
    ...['volumeClaimTemplates', 'tolerations', 'limits', 'default', 'max', 'ingress', 'egress', 'subsets', '__proto__'],
    ...['initContainers', 'volumeMounts', 'mountPath', 'dataSource', 'dataSourceRef', 'roleRef', 'subjects', 'kind'],
    ...['affinity', 'podAffinity', 'labelSelector', 'matchLabelKeys', 'topologySpreadConstraints', 'constructor'],
  ];
  const scalar = fc.oneof(
    fc.constantFrom<JsonValue>(null, '', 0, -1, 1, 2n ** 60n, true, false, 'a', 'None', 'ClientIP', '1.5Gi', '0.0001'),
    fc.constantFrom<JsonValue>(
      'LoadBalancer',
      'ExternalName',
      'RollingUpdate',
      'Container',
      'User',
      '10.0.0.1',
      '{{ x }}',
    ),
  );
  const { object } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 7, depthSize: 'large' },
      scalar,
      tie('object'),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
    object: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
  }));
  return object;
}

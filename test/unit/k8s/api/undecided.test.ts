import assert from 'node:assert/strict';
import { CONFIG_VALIDATORS } from '../../../../server/src/core/k8s/api/validation/config/index.ts';
import { METADATA_VALIDATOR } from '../../../../server/src/core/k8s/api/validation/metadata/index.ts';
import { KIND_VALIDATORS } from '../../../../server/src/core/k8s/api/validation/network/index.ts';
import { type Json, withHoles } from './holes.ts';
import { refusalsOf } from './refusals.ts';

const METADATA = {
  name: 'web',
  labels: { app: 'web' },
  annotations: { 'example.com/a': 'b' },
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'a', uid: 'u', controller: true }],
  finalizers: ['example.com/a'],
};
const SELECTOR = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] };
const METRIC_TARGET = { type: 'Utilization', averageUtilization: 50 };
const CPU = { type: 'Resource', resource: { name: 'cpu', target: METRIC_TARGET } };
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
const ROLE = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'a' };
const ROBOT = { kind: 'ServiceAccount', name: 'a', namespace: 'b' };
const RULE = { apiGroups: [''], resources: ['pods'], verbs: ['get'] };
const CLAIM = { accessModes: ['ReadWriteOncePod'], resources: { requests: { storage: '1Gi' } } };

const OBJECTS: readonly (readonly [kind: string, body: Json])[] = [
  [
    'v1/Service',
    {
      spec: {
        type: 'LoadBalancer',
        ports: [
          { name: 'a', port: 80, nodePort: 30080, targetPort: 'http', appProtocol: 'http' },
          { name: 'b', port: 80, protocol: 'UDP' },
        ],
        selector: { app: 'web' },
        clusterIP: '10.0.0.1',
        clusterIPs: ['10.0.0.1', 'fd00::1'],
        ipFamilies: ['IPv4', 'IPv6'],
        ipFamilyPolicy: 'RequireDualStack',
        externalTrafficPolicy: 'Local',
        healthCheckNodePort: 30001,
        loadBalancerClass: 'a/b',
        loadBalancerSourceRanges: ['10.0.0.0/8'],
        allocateLoadBalancerNodePorts: true,
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 5 } },
      },
    },
  ],
  ['v1/Service', { spec: { clusterIP: 'None', ipFamilies: ['IPv4', 'IPv6'] } }],
  ['v1/Service', { spec: { ports: [{ port: 80 }], externalIPs: ['1.2.3.4'], externalTrafficPolicy: 'Local' } }],
  ['v1/Service', { spec: { type: 'ExternalName', externalName: 'a.b' } }],
  [
    'networking.k8s.io/v1/Ingress',
    {
      spec: {
        ingressClassName: 'nginx',
        defaultBackend: { resource: { apiGroup: 'a.b', kind: 'Bucket', name: 'c' } },
        tls: [{ hosts: ['a.b'], secretName: 'c' }],
        rules: [
          {
            host: 'a.b',
            http: {
              paths: [{ pathType: 'Prefix', path: '/', backend: { service: { name: 'a', port: { number: 80 } } } }],
            },
          },
        ],
      },
    },
  ],
  [
    'networking.k8s.io/v1/IngressClass',
    { spec: { controller: 'a.b/c', parameters: { scope: 'Namespace', ...ROBOT } } },
  ],
  [
    'networking.k8s.io/v1/NetworkPolicy',
    {
      spec: {
        podSelector: SELECTOR,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: [{ podSelector: SELECTOR, namespaceSelector: {} }], ports: [{ port: 80, endPort: 90 }] }],
        egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }], ports: [{ protocol: 'UDP' }] }],
      },
    },
  ],
  [
    'discovery.k8s.io/v1/EndpointSlice',
    {
      addressType: 'IPv4',
      ports: [{ name: 'a' }, { name: 'b', protocol: 'UDP' }],
      endpoints: [{ addresses: ['10.0.0.1'], hostname: 'a', hints: { forZones: [{ name: 'a' }] } }],
    },
  ],
  [
    'v1/Endpoints',
    {
      subsets: [
        {
          addresses: [{ ip: '10.0.0.1' }],
          ports: [
            { name: 'a', port: 1 },
            { name: 'b', port: 2 },
          ],
        },
      ],
    },
  ],
  ['v1/ConfigMap', { data: { a: 'b' }, binaryData: { c: 'Yg==' } }],
  ['v1/Secret', { type: 'kubernetes.io/tls', data: { 'tls.crt': '' }, stringData: { 'tls.key': '' } }],
  ['v1/Secret', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '{"auths": {}}' } }],
  ['v1/Namespace', { spec: { finalizers: ['kubernetes'] } }],
  ['v1/PersistentVolumeClaim', { spec: { ...CLAIM, dataSource: { kind: 'PersistentVolumeClaim', name: 'a' } } }],
  [
    'v1/PersistentVolume',
    {
      spec: {
        ...CLAIM,
        capacity: { storage: '1Gi' },
        local: { path: '/a' },
        nodeAffinity: { required: { nodeSelectorTerms: [{}] } },
      },
    },
  ],
  [
    'autoscaling/v2/HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: DEPLOYMENT,
        minReplicas: 1,
        maxReplicas: 2,
        metrics: [
          CPU,
          { type: 'Pods', pods: { metric: { name: 'a' }, target: { type: 'AverageValue', averageValue: 1 } } },
          {
            type: 'Object',
            object: { describedObject: DEPLOYMENT, metric: { name: 'a' }, target: { type: 'Value', value: 1 } },
          },
        ],
        behavior: { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 5 }] } },
      },
    },
  ],
  [
    'autoscaling/v1/HorizontalPodAutoscaler',
    { spec: { scaleTargetRef: DEPLOYMENT, minReplicas: 1, maxReplicas: 2, targetCPUUtilizationPercentage: 50 } },
  ],
  ['policy/v1/PodDisruptionBudget', { spec: { minAvailable: '50%', selector: SELECTOR } }],
  ['rbac.authorization.k8s.io/v1/Role', { rules: [RULE] }],
  [
    'rbac.authorization.k8s.io/v1/ClusterRole',
    { rules: [{ verbs: ['get'], nonResourceURLs: ['/a'] }], aggregationRule: { clusterRoleSelectors: [SELECTOR] } },
  ],
  ['rbac.authorization.k8s.io/v1/RoleBinding', { roleRef: ROLE, subjects: [ROBOT] }],
  [
    'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
    { roleRef: ROLE, subjects: [ROBOT, { kind: 'User', name: 'a' }] },
  ],
  [
    'v1/LimitRange',
    {
      spec: {
        limits: [
          { type: 'Container', min: { cpu: 1 }, max: { cpu: 4 }, default: { cpu: 2 }, defaultRequest: { cpu: 1 } },
          { type: 'PersistentVolumeClaim', max: { storage: 1 } },
        ],
      },
    },
  ],
  ['v1/ResourceQuota', { spec: { hard: { pods: 1, 'limits.cpu': 1 }, scopes: ['Terminating'] } }],
  ['scheduling.k8s.io/v1/PriorityClass', { value: 5, preemptionPolicy: 'Never' }],
  [
    'storage.k8s.io/v1/StorageClass',
    {
      provisioner: 'a.b/c',
      parameters: { a: 'b' },
      allowedTopologies: [{ matchLabelExpressions: [{ key: 'a', values: ['b'] }] }],
    },
  ],
  ['coordination.k8s.io/v1/Lease', { spec: { leaseDurationSeconds: 1 } }],
];

describe('what a template writes outside of workloads', () => {
  for (const [kind, body] of OBJECTS) {
    const slash = kind.lastIndexOf('/');
    const head = { apiVersion: kind.slice(0, slash), kind: kind.slice(slash + 1) };
    const validate = KIND_VALIDATORS.get(kind) ?? CONFIG_VALIDATORS.get(kind);
    it(`is refused nowhere in a ${kind} like ${JSON.stringify(body).slice(0, 40)}`, () => {
      for (const hole of [body, ...withHoles(body)]) {
        if (typeof hole === 'string') continue;
        const manifest = JSON.stringify({ ...head, metadata: METADATA, ...(hole as object) });
        assert.deepEqual(refusalsOf(manifest, validate), [], manifest);
      }
      for (const metadata of withHoles(METADATA)) {
        const manifest = JSON.stringify({ ...head, metadata, ...(body as object) });
        assert.deepEqual(refusalsOf(manifest, METADATA_VALIDATOR), [], manifest);
      }
    });
  }
});

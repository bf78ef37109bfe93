import assert from 'node:assert/strict';
import { CONFIG_VALIDATORS } from '../../../../../server/src/core/k8s/api/validation/config/index.ts';
import { METADATA_VALIDATOR } from '../../../../../server/src/core/k8s/api/validation/metadata/index.ts';
import { refusedFields } from '../refusals.ts';

type Case = readonly [body: string, ...fields: string[]];

/** Objects of a kind whose bodies, below `prefix`, are given in flow style. */
function checkAll(kind: string, cases: readonly Case[], wrap = (body: string) => body, prefix = ''): void {
  for (const [body, ...fields] of cases) {
    it(body.slice(0, 100), () => {
      const found = refusedFields(`${wrap(body)}\n`, CONFIG_VALIDATORS.get(kind));
      assert.deepEqual(
        found.map((field) => (field.startsWith(prefix) ? field.slice(prefix.length) : field)),
        fields,
      );
    });
  }
}

const inSpec = (body: string) => `spec: ${body}`;

describe('ConfigMaps and Secrets', () => {
  checkAll('v1/ConfigMap', [
    ['data: {a.b: c, A_B-1: ""}'],
    ['data: {"a b": c, ..: d, "": e}', 'data[a b]', 'data[..]', 'data[]'],
    ['{data: {a: b}, binaryData: {a: Yg==}}', 'data[a]'],
    ['binaryData: {a/b: Yg==}', 'binaryData[a/b]'],
    [`data: {a: ${'x'.repeat(1024 * 1024)}}`],
    [`{data: {a: ${'x'.repeat(1024 * 1024)}}, binaryData: {b: Yg==}}`, ''],
    ['data: {"{{ .key }}": a}'],
  ]);
  const ofType = (type: string, rest = '') => `{type: kubernetes.io/${type}${rest}}`;
  checkAll('v1/Secret', [
    ['{type: Opaque, data: {a: Yg==}}'],
    ['{stringData: {"a b": c}}', 'data[a b]'],
    [ofType('tls', ', data: {tls.crt: ""}'), 'data[tls.key]'],
    [ofType('tls', ', data: {tls.crt: ""}, stringData: {tls.key: x}')],
    [ofType('tls', ', data: "{{ .data }}"')],
    [ofType('dockerconfigjson', ', data: {.dockerconfigjson: e30=}')],
    [ofType('dockerconfigjson', ', stringData: {.dockerconfigjson: "[]"}'), 'data[.dockerconfigjson]'],
    [ofType('dockerconfigjson', ', stringData: {.dockerconfigjson: "{{ .auth }}"}')],
    [ofType('dockercfg'), 'data[.dockercfg]'],
    [ofType('basic-auth'), 'data[username]', 'data[password]'],
    [ofType('basic-auth', ', stringData: {password: x}')],
    [ofType('ssh-auth', ', data: {ssh-privatekey: ""}'), 'data[ssh-privatekey]'],
    [ofType('service-account-token'), 'metadata.annotations[kubernetes.io/service-account.name]'],
  ]);
});

describe('claims and volumes', () => {
  const modes = 'accessModes: [ReadWriteOnce]';
  const size = 'resources: {requests: {storage: 1Gi}}';
  checkAll(
    'v1/PersistentVolumeClaim',
    [
      [`{${modes}, ${size}}`],
      ['{}', 'accessModes', 'resources[storage]'],
      [`{${modes}, resources: {requests: {storage: 0}}}`, 'resources[storage]'],
      [`{accessModes: [ReadWriteOnce, ReadWriteOncePod], ${size}}`, 'accessModes'],
      // A source of another kind is dropped in the old field, and copied from the new one.
      [`{${modes}, ${size}, dataSource: {kind: Other, name: ""}}`],
      [`{${modes}, ${size}, dataSource: {kind: PersistentVolumeClaim}}`, 'dataSource.name', 'dataSourceRef.name'],
      [`{${modes}, ${size}, dataSourceRef: {kind: PersistentVolumeClaim}}`, 'dataSourceRef.name', 'dataSource.name'],
      [`{${modes}, ${size}, dataSourceRef: {kind: A, namespace: other}}`],
    ],
    inSpec,
    'spec.',
  );
  const base = `${modes}, capacity: {storage: 1Gi}`;
  checkAll(
    'v1/PersistentVolume',
    [
      [`{${base}, hostPath: {path: /data}}`],
      ['{}', 'accessModes', 'capacity', 'spec'],
      [`{${base}, hostPath: {path: /data}, nfs: {server: a, path: /b}}`, 'nfs'],
      [`{${base}, local: {path: /data}}`, 'nodeAffinity'],
      [`{${base}, csi: {driver: a_b}}`, 'csi.driver', 'csi.volumeHandle'],
      [`{${base}, hostPath: {path: /}, persistentVolumeReclaimPolicy: Recycle}`, 'persistentVolumeReclaimPolicy'],
      [`{${base}, "{{ .type }}": {path: /}}`],
    ],
    inSpec,
    'spec.',
  );
});

describe('autoscalers', () => {
  const target = 'scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}';
  const metric = (body: string) => `{${target}, maxReplicas: 2, metrics: [{${body}}]}`;
  const cpu = (body: string) => metric(`type: Resource, resource: {name: cpu, target: {${body}}}`);
  const rules = (body: string) => `{${target}, maxReplicas: 2, behavior: {scaleUp: {${body}}}}`;
  const at = (rest: string) => `metrics[0].resource.target.${rest}`;
  checkAll(
    'autoscaling/v2/HorizontalPodAutoscaler',
    [
      [`{${target}, maxReplicas: 2}`],
      [`{${target}}`, 'maxReplicas'],
      [`{${target}, minReplicas: 3, maxReplicas: 2}`, 'maxReplicas'],
      [`{${target}, minReplicas: 0, maxReplicas: 2}`, 'minReplicas', 'metrics'],
      [`{${target}, minReplicas: "{{ .min }}", maxReplicas: 2}`],
      ['{maxReplicas: 2}', ...['kind', 'name', 'apiVersion'].map((name) => `scaleTargetRef.${name}`)],
      ['{maxReplicas: 2, scaleTargetRef: {apiVersion: v1, kind: ReplicationController, name: a}}'],
      [cpu('type: Utilization, averageUtilization: 50')],
      [cpu('type: Utilization'), at('averageUtilization')],
      [cpu('type: Utilization, averageUtilization: 0'), at('averageUtilization')],
      [cpu('type: Utilization, averageUtilization: 1, averageValue: 1'), at('averageValue')],
      [cpu('averageValue: 0'), at('type'), at('averageValue')],
      [metric('type: Pods'), 'metrics[0].pods'],
      [metric('type: Pods, resource: {name: cpu, target: {type: Value, averageValue: 1}}'), 'metrics[0].pods'],
      [
        metric('type: Resource, pods: {}, resource: {}'),
        ...['pods.metric.name', 'pods.target.type', 'pods.target.averageValue', 'pods'].map((n) => `metrics[0].${n}`),
      ],
      [metric('type: "{{ .type }}"')],
      [rules('')],
      [rules('policies: []'), 'behavior.scaleUp.policies'],
      [
        rules('stabilizationWindowSeconds: 3601, policies: [{type: Pods, periodSeconds: 1801}]'),
        ...['stabilizationWindowSeconds', 'policies[0].value', 'policies[0].periodSeconds'].map(
          (name) => `behavior.scaleUp.${name}`,
        ),
      ],
    ],
    inSpec,
    'spec.',
  );
  checkAll(
    'autoscaling/v1/HorizontalPodAutoscaler',
    [
      [`{${target}, maxReplicas: 2, targetCPUUtilizationPercentage: 0}`, at('averageUtilization')],
      [`{${target}, maxReplicas: 2, targetCPUUtilizationPercentage: 150}`],
    ],
    inSpec,
    'spec.',
  );
});

describe('disruption budgets', () => {
  const kind = 'policy/v1/PodDisruptionBudget';
  checkAll(
    kind,
    [
      ['{minAvailable: 1}'],
      ['{minAvailable: 50%}'],
      ['{minAvailable: 101%}', 'minAvailable'],
      ['{maxUnavailable: "1"}', 'maxUnavailable'],
      ['{minAvailable: 0, maxUnavailable: 0}', 'spec'],
      ['{minAvailable: 0, maxUnavailable: ~}'],
      ['{unhealthyPodEvictionPolicy: Never}', 'unhealthyPodEvictionPolicy'],
      ['{selector: {matchExpressions: [{key: a, operator: Is}]}}', 'selector.matchExpressions[0].operator'],
    ],
    inSpec,
    'spec.',
  );

  it('are looked at before their metadata', () => {
    const text = (count: string) =>
      `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a/b}\nspec: {minAvailable: ${count}}\n`;
    assert.deepEqual(refusedFields(text('1'), METADATA_VALIDATOR), ['metadata.name']);
    assert.deepEqual(refusedFields(text('-1'), METADATA_VALIDATOR), []);
  });
});

describe('access rules', () => {
  const rbac = 'rbac.authorization.k8s.io/v1';
  checkAll(`${rbac}/Role`, [
    ['rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]'],
    ['rules: [{}]', 'rules[0].verbs', 'rules[0].apiGroups', 'rules[0].resources'],
    ['rules: [{verbs: [get], nonResourceURLs: [/a]}]', 'rules[0].nonResourceURLs'],
    ['rules: [{verbs: "{{ .verbs }}", apiGroups: [""], resources: [pods]}]'],
  ]);
  checkAll(`${rbac}/ClusterRole`, [
    ['rules: [{verbs: [get], nonResourceURLs: [/a]}]'],
    ['rules: [{verbs: [get], nonResourceURLs: [/a], resources: [pods]}]', 'rules[0].nonResourceURLs'],
    ['aggregationRule: {}', 'aggregationRule.clusterRoleSelectors'],
    [
      'aggregationRule: {clusterRoleSelectors: [{matchLabels: {a: b c}}]}',
      'aggregationRule.clusterRoleSelectors[0].matchLabels',
      'aggregationRule.clusterRoleSelectors[0]',
    ],
  ]);
  const binding = (subject: string) => `{roleRef: {kind: ClusterRole, name: a}, subjects: [{${subject}}]}`;
  checkAll(`${rbac}/RoleBinding`, [
    [binding('kind: ServiceAccount, name: a')],
    [binding('kind: User, name: a, namespace: b')],
    ['{}', 'roleRef.kind', 'roleRef.name'],
    ['roleRef: {apiGroup: a, kind: Role, name: a%}', 'roleRef.apiGroup', 'roleRef.name'],
    [binding('kind: Robot, name: a'), 'subjects[0].kind'],
    [binding('kind: ServiceAccount, name: A, apiGroup: a'), 'subjects[0].name', 'subjects[0].apiGroup'],
    [binding('kind: Group'), 'subjects[0].name'],
  ]);
  checkAll(`${rbac}/ClusterRoleBinding`, [
    [binding('kind: ServiceAccount, name: a'), 'subjects[0].namespace'],
    ['roleRef: {kind: Role, name: a}', 'roleRef.kind'],
  ]);
});

describe('limits and quotas', () => {
  checkAll(
    'v1/LimitRange',
    [
      ['{type: Container, min: {cpu: 1}, max: {cpu: 2}}'],
      // What is left out of the defaults follows from the rest.
      ['{type: Container, min: {cpu: 2}, max: {cpu: 1}}', 'min[cpu]', 'defaultRequest[cpu]', 'default[cpu]'],
      ['{type: Pod, default: {cpu: 1}}', 'default'],
      ['{type: PersistentVolumeClaim}', 'limits'],
      ['{type: pod}', 'type'],
      ['{type: Container, max: {CPU: 1}}', 'max[CPU]', 'default[CPU]', 'defaultRequest[CPU]'],
      ['{type: Pod, maxLimitRequestRatio: {cpu: 500m}}', 'maxLimitRequestRatio[cpu]'],
      ['{type: Pod, min: {cpu: 1}, max: {cpu: 2}, maxLimitRequestRatio: {cpu: 3}}', 'maxLimitRequestRatio[cpu]'],
    ],
    (limit) => `spec: {limits: [${limit}]}`,
    'spec.limits[0].',
  );
  checkAll(
    'v1/ResourceQuota',
    [
      ['{hard: {pods: 10, requests.cpu: 4, count/jobs.batch: 1}}'],
      ['{hard: {storage: 1Gi, pods: 1.5, services: -1}}', 'hard[storage]', 'hard[pods]', 'hard[services]'],
      ['{scopes: [BestEffort, NotBestEffort]}', 'scopes'],
      ['{hard: {services: 1}, scopes: [Terminating]}', 'scopes'],
      [
        '{scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In}]}}',
        'scopeSelector.matchExpressions.values',
      ],
      ['{scopeSelector: {matchExpressions: [{scopeName: BestEffort}]}}', 'scopeSelector.matchExpressions.operator'],
    ],
    inSpec,
    'spec.',
  );
});

describe('namespaces, classes and leases', () => {
  checkAll('v1/Namespace', [
    ['spec: {finalizers: [kubernetes, a/b]}'],
    ['spec: {finalizers: [mine]}', 'spec.finalizers'],
  ]);
  checkAll('scheduling.k8s.io/v1/PriorityClass', [
    ['{metadata: {name: a}, value: 1000000000}'],
    ['{metadata: {name: a}, value: 1000000001}', 'value'],
    ['{metadata: {name: system-a}, value: 1}', 'metadata.name'],
    ['{metadata: {name: system-node-critical}, value: 2000001000}'],
    ['{metadata: {name: a}, value: 1, preemptionPolicy: Always}', 'preemptionPolicy'],
  ]);
  const term = (values: string) => `{matchLabelExpressions: [{key: zone, values: [${values}]}]}`;
  checkAll('storage.k8s.io/v1/StorageClass', [
    ['{provisioner: example.com/Disk, parameters: {a: b}}'],
    ['{reclaimPolicy: Recycle}', 'provisioner', 'reclaimPolicy'],
    ['{provisioner: a, volumeBindingMode: ""}', 'volumeBindingMode'],
    [`{provisioner: a, allowedTopologies: [${term('a, b')}]}`],
    [
      `{provisioner: a, allowedTopologies: [${term('a, b')}, ${term('b, a')}]}`,
      'allowedTopologies[1].matchLabelExpressions',
    ],
    [`{provisioner: a, allowedTopologies: [${term('')}]}`, 'allowedTopologies[0].matchLabelExpressions[0].values'],
  ]);
  checkAll('coordination.k8s.io/v1/Lease', [
    ['spec: {leaseDurationSeconds: 15}'],
    ['spec: {leaseDurationSeconds: 0, leaseTransitions: -1}', 'spec.leaseDurationSeconds', 'spec.leaseTransitions'],
  ]);
});

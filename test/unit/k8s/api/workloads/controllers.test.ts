import assert from 'node:assert/strict';
import { LABELS, refusedIn, table, template } from './manifests.ts';

const SELECTOR = { matchLabels: LABELS };
const inSpec = (fields: object) => ({ spec: { selector: SELECTOR, template: template(), ...fields } });

for (const kind of ['Deployment', 'ReplicaSet', 'StatefulSet']) {
  table(`the selector of a ${kind}`, `apps/v1 ${kind}`, 'spec.', inSpec, [
    ['selects its Pods', {}],
    ['is needed', { selector: null }, 'selector', 'template.metadata.labels'],
    ['says something', { selector: { matchLabels: {} } }, 'selector'],
    ['selects no other Pods', { selector: { matchLabels: { app: 'api' } } }, 'template.metadata.labels'],
    ['may be in the dark', { selector: { matchLabels: { app: '{{ .app }}', '{{ .key }}': 'x' } } }],
    [
      'hides what is wrong with the template when it cannot be read',
      { selector: { matchExpressions: [{ key: 'app', operator: 'Is' }] }, template: template({ dnsPolicy: 'x' }) },
      'selector',
      'selector.matchExpressions[0].operator',
    ],
    [
      'stands beside a number of Pods',
      { replicas: -1, minReadySeconds: -1 },
      'replicas',
      'minReadySeconds',
      ...(kind === 'Deployment' ? [] : []),
    ],
    [
      'selects Pods that stay',
      { template: template({ restartPolicy: 'Never', activeDeadlineSeconds: 5 }) },
      'template.spec.restartPolicy',
      'template.spec.activeDeadlineSeconds',
    ],
    [
      'selects Pods by valid labels',
      { template: { metadata: { labels: { ...LABELS, 'a b': '' } }, spec: template().spec } },
      'template.labels',
    ],
  ]);
}

table('a Deployment', 'apps/v1 Deployment', 'spec.', inSpec, [
  ['replaces all at once', { strategy: { type: 'Recreate' } }],
  [
    'replaces all at once or one by one',
    { strategy: { type: 'Recreate', rollingUpdate: {} } },
    'strategy.rollingUpdate',
  ],
  ['replaces in one of two ways', { strategy: { type: 'Canary' } }, 'strategy'],
  [
    'replaces some',
    { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } },
    'strategy.rollingUpdate.maxUnavailable',
  ],
  [
    'replaces shares',
    { strategy: { rollingUpdate: { maxUnavailable: '101%', maxSurge: '5' } } },
    'strategy.rollingUpdate.maxUnavailable',
    'strategy.rollingUpdate.maxSurge',
  ],
  ['gives up after a Pod could be ready', { minReadySeconds: 600 }, 'progressDeadlineSeconds'],
  ['remembers', { revisionHistoryLimit: -1 }, 'revisionHistoryLimit'],
]);

table('a DaemonSet', 'apps/v1 DaemonSet', 'spec.', inSpec, [
  [
    'replaces before or after',
    { updateStrategy: { rollingUpdate: { maxSurge: 1 } } },
    'updateStrategy.rollingUpdate.maxSurge',
  ],
  [
    'replaces some',
    { updateStrategy: { rollingUpdate: { maxUnavailable: 0 } } },
    'updateStrategy.rollingUpdate.maxUnavailable',
  ],
  ['replaces in one of two ways', { updateStrategy: { type: 'Recreate' } }, 'updateStrategy'],
  ['selects its Pods', { selector: null }, 'template.metadata.labels'],
]);

const CLAIM = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
};
const mounting = (name: string) =>
  template({ containers: [{ name: 'db', image: 'db', volumeMounts: [{ name, mountPath: '/data' }] }], hostname: 'A' });

table('a StatefulSet', 'apps/v1 StatefulSet', 'spec.', inSpec, [
  ['mounts what it claims', { volumeClaimTemplates: [CLAIM], template: mounting('data') }],
  [
    'mounts nothing else',
    { volumeClaimTemplates: [CLAIM], template: mounting('logs') },
    'template.spec.containers[0].volumeMounts[0].name',
  ],
  ['claims in the dark', { volumeClaimTemplates: '{{ toYaml .claims }}', template: mounting('logs') }],
  [
    'claims by name',
    { volumeClaimTemplates: [{ spec: CLAIM.spec }] },
    'template.spec.volumes[0].name',
    'template.spec.volumes[0].persistentVolumeClaim.claimName',
  ],
  [
    'claims a size',
    { volumeClaimTemplates: [{ metadata: { name: 'x' }, spec: { accessModes: [] } }] },
    'volumeClaimTemplates[0].spec.accessModes',
    'volumeClaimTemplates[0].spec.resources[storage]',
  ],
  ['has a Service of one label', { serviceName: 'a.b' }, 'serviceName'],
  ['is managed in one of two ways', { podManagementPolicy: 'parallel' }, 'podManagementPolicy'],
  [
    'updates a part',
    { updateStrategy: { rollingUpdate: { partition: -1 } } },
    'updateStrategy.rollingUpdate.partition',
  ],
  [
    'updates a part only by itself',
    { updateStrategy: { type: 'OnDelete', rollingUpdate: {} } },
    'updateStrategy.rollingUpdate',
  ],
  [
    'keeps or deletes claims',
    { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' } },
    'persistentVolumeClaimRetentionPolicy.whenDeleted',
  ],
  ['counts from a number', { ordinals: { start: -1 } }, 'ordinals.start'],
]);

describe('a ReplicationController', () => {
  const refused = (spec: object) => refusedIn('v1 ReplicationController', { spec });
  it('selects by the labels of its template', () => assert.deepEqual(refused({ template: template() }), []));
  it('selects no other Pods', () =>
    assert.deepEqual(refused({ selector: { app: 'api' }, template: template() }), ['spec.template.metadata.labels']));
  it('needs both', () => assert.deepEqual(refused({}), ['spec.selector', 'spec.template']));
});

describe('a PodTemplate', () => {
  it('has its template at the top', () =>
    assert.deepEqual(refusedIn('v1 PodTemplate', { template: template({ dnsPolicy: 'x' }) }), [
      'template.spec.dnsPolicy',
    ]));
});

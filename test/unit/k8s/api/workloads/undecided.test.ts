import assert from 'node:assert/strict';
import { WORKLOAD_VALIDATORS } from '../../../../../server/src/core/k8s/api/validation/workloads/index.ts';
import { HOLE, type Json, withHoles } from '../holes.ts';
import { refusalsOf } from '../refusals.ts';
import { LABELS, template } from './manifests.ts';

const RICH = template({
  hostNetwork: true,
  restartPolicy: 'OnFailure',
  os: { name: 'linux' },
  initContainers: [
    { name: 'proxy', image: 'p', restartPolicy: 'Always', readinessProbe: { tcpSocket: { port: 'x' } } },
  ],
  containers: [
    {
      name: 'web',
      image: 'web:1',
      ports: [{ name: 'http', containerPort: 80, hostPort: 80 }],
      env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
      envFrom: [{ configMapRef: { name: 'c' } }],
      volumeMounts: [{ name: 'data', mountPath: '/data', recursiveReadOnly: 'Enabled', readOnly: true }],
      volumeDevices: [{ name: 'disk', devicePath: '/dev/disk' }],
      livenessProbe: { httpGet: { port: 'http' }, successThreshold: 1 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
      resources: { requests: { cpu: 1, 'a.b/c': 1 }, limits: { cpu: 1, 'a.b/c': 1 }, claims: [{ name: 'gpu' }] },
      securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: 'x' }, privileged: false },
    },
  ],
  volumes: [
    { name: 'data', configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } },
    { name: 'disk', persistentVolumeClaim: { claimName: 'disk' } },
  ],
  resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['1.1.1.1'] },
  tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', minDomains: 1 }],
});

const RUNNING = { ...RICH, spec: { ...(RICH.spec as object), restartPolicy: 'Always' } };
const CLAIM = {
  metadata: { name: 'disk' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: 1 } } },
};

const RICH_OF_CLAIM = {
  ...RUNNING,
  spec: { ...RUNNING.spec, volumes: [{ name: 'data', configMap: { name: 'c', items: [{ key: 'k', path: 'p' }] } }] },
};

const OBJECTS: Readonly<Record<string, object>> = {
  'v1/Pod': RICH,
  'apps/v1/Deployment': {
    spec: {
      replicas: 1,
      selector: { matchLabels: LABELS },
      template: RUNNING,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } },
    },
  },
  'apps/v1/DaemonSet': {
    spec: {
      selector: { matchLabels: LABELS },
      template: RUNNING,
      updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    },
  },
  'apps/v1/StatefulSet': {
    spec: { selector: { matchLabels: LABELS }, template: RICH_OF_CLAIM, volumeClaimTemplates: [CLAIM] },
  },
  'v1/ReplicationController': { spec: { selector: LABELS, template: RUNNING } },
  'batch/v1/Job': {
    spec: {
      template: RICH,
      completionMode: 'Indexed',
      completions: 2,
      successPolicy: { rules: [{ succeededCount: 1 }] },
    },
  },
  'batch/v1/CronJob': { spec: { schedule: '@daily', timeZone: 'UTC', jobTemplate: { spec: { template: RICH } } } },
};

describe('what a template writes', () => {
  for (const [kind, object] of Object.entries(OBJECTS)) {
    const validator = WORKLOAD_VALIDATORS.get(kind);
    const metadata = { name: 'web' };
    it(`is refused nowhere in a ${kind}`, () => {
      assert.deepEqual(refusalsOf(JSON.stringify({ metadata, ...object }), validator), []);
      for (const hole of withHoles(object as Json)) {
        if (typeof hole === 'string') continue;
        const manifest = JSON.stringify({ metadata, ...(hole as object) });
        assert.deepEqual(
          refusalsOf(manifest, validator).map(({ field, message }) => `${field}: ${message}`),
          [],
          manifest,
        );
      }
    });
  }

  it('hides no certain fault', () => {
    const text = 'spec:\n  containers:\n  - name: "{{ .name }}"\n    image: ""\n';
    assert.deepEqual(
      refusalsOf(text, WORKLOAD_VALIDATORS.get('v1/Pod')).map(({ field }) => field),
      ['spec.containers[0].image'],
    );
  });
});

describe('values of wrong types', () => {
  it('are left to the check of shapes', () => {
    const wrong = {
      spec: { containers: 'x', volumes: {}, dnsConfig: [], hostNetwork: 'yes', restartPolicy: 5, tolerations: [1] },
    };
    assert.deepEqual(refusalsOf(JSON.stringify(wrong), WORKLOAD_VALIDATORS.get('v1/Pod')), []);
  });

  for (const [kind, object] of Object.entries(OBJECTS)) {
    it(`are survived anywhere in a ${kind}`, () => {
      for (const hole of withHoles(object as Json)) {
        if (hole === HOLE) continue;
        for (const wrong of [
          'null',
          '[]',
          '{}',
          '[null]',
          '{a: null}',
          '-1',
          '1e400',
          'true',
          '""',
          '9007199254740993',
        ]) {
          const manifest = JSON.stringify(hole).replaceAll(JSON.stringify(HOLE), wrong);
          for (const { start, end, message } of refusalsOf(manifest, WORKLOAD_VALIDATORS.get(kind))) {
            assert(start >= 0 && start <= end && end <= manifest.length && message !== '', manifest);
          }
        }
      }
    });
  }
});

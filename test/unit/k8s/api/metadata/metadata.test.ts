import assert from 'node:assert/strict';
import { METADATA_VALIDATOR } from '../../../../../server/src/core/k8s/api/validation/metadata/index.ts';
import { refusalsOf, refusedFields } from '../refusals.ts';

/** The fields refused in a manifest of a kind with `metadata` in flow style. */
function refused(kind: string, metadata: string): readonly string[] {
  const [apiVersion, name] = kind.split(' ');
  return refusedFields(`apiVersion: ${apiVersion}\nkind: ${name}\nmetadata: ${metadata}\n`, METADATA_VALIDATOR);
}

describe('names of objects', () => {
  const long = 'x'.repeat(53);
  const cases: readonly (readonly [kind: string, metadata: string, ...fields: string[]])[] = [
    ['v1 ConfigMap', '{name: my.settings-1}'],
    ['v1 ConfigMap', '{name: My.Settings}', 'metadata.name'],
    ['v1 ConfigMap', '{}', 'metadata.name'],
    ['v1 ConfigMap', '{name: null}', 'metadata.name'],
    ['v1 ConfigMap', '{name: 5}'],
    ['v1 Service', '{name: a.b}', 'metadata.name'],
    ['v1 Service', '{name: 1a}', 'metadata.name'],
    ['apps/v1 StatefulSet', '{name: a.b}', 'metadata.name'],
    ['apps/v1 StatefulSet', '{name: 1a}'],
    ['batch/v1 CronJob', `{name: ${long}}`, 'metadata.name'],
    ['batch/v1 Job', `{name: ${long}}`],
    ['rbac.authorization.k8s.io/v1 ClusterRole', '{name: "system:Node_Reader"}'],
    ['rbac.authorization.k8s.io/v1 ClusterRole', '{name: a/b}', 'metadata.name'],
    ['policy/v1 PodDisruptionBudget', '{name: a_b}'],
    ['v1 LimitRange', '{}'],
    ['example.com/v1 Widget', '{name: A_B, labels: {"a b": c}}'],
    ['v1 Namespace', '{name: a:b}', 'metadata.labels', 'metadata.name'],
    ['v1 Namespace', '{name: a.b}', 'metadata.name'],
  ];
  for (const [kind, metadata, ...fields] of cases) {
    it(`${kind} ${metadata.slice(0, 40)}`, () => assert.deepEqual(refused(kind, metadata), fields));
  }

  it('takes a name that a template writes for valid', () => {
    assert.deepEqual(refused('v1 Service', '{name: "{{ .name }}"}'), []);
    assert.deepEqual(refused('v1 Service', '{name: "web-${ENV}"}'), []);
    assert.deepEqual(
      refusedFields('apiVersion: v1\nkind: Service\n{{ include "metadata" . }}\n', METADATA_VALIDATOR),
      [],
    );
  });

  it('points at what is written', () => {
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels:\n    app/: web\n';
    const places = refusalsOf(text, METADATA_VALIDATOR).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(places, ['metadata', 'app/']);
  });
});

describe('generated names', () => {
  const cases: readonly (readonly [kind: string, metadata: string, ...fields: string[]])[] = [
    ['v1 Pod', '{generateName: web-}'],
    ['v1 Pod', '{generateName: web.}', 'metadata.generateName'],
    ['v1 Pod', '{generateName: Web-}', 'metadata.generateName', 'metadata.name'],
    ['v1 Pod', '{generateName: Web-, name: web}', 'metadata.generateName'],
    ['v1 Service', '{generateName: 1-}', 'metadata.name'],
    ['v1 Service', `{generateName: ${'g'.repeat(64)}}`, 'metadata.generateName'],
    ['batch/v1 CronJob', `{generateName: ${'g'.repeat(48)}}`, 'metadata.name'],
    ['batch/v1 CronJob', `{generateName: ${'g'.repeat(47)}}`],
    ['v1 Service', '{generateName: "{{ .base }}"}'],
  ];
  for (const [kind, metadata, ...fields] of cases) {
    it(`${kind} ${metadata.slice(0, 40)}`, () => assert.deepEqual(refused(kind, metadata), fields));
  }
});

describe('labels, annotations, owners and finalizers', () => {
  const owner = (more: string) => `{apiVersion: apps/v1, kind: ReplicaSet, name: a, uid: u, controller: true${more}}`;
  const cases: readonly (readonly [metadata: string, ...fields: string[]])[] = [
    ['labels: {example.com/a: b.c_d, e: null}'],
    ['labels: {a: b c}', 'metadata.labels'],
    ['labels: {a/b/c: d}', 'metadata.labels'],
    ['labels: {a: "{{ .b }}"}'],
    ['annotations: {Example.com/A: any thing}'],
    ['annotations: {http://a: b}', 'metadata.annotations'],
    [`annotations: {a: ${'é'.repeat(128 * 1024)}}`, 'metadata.annotations'],
    [`annotations: {a: ${'e'.repeat(256 * 1024 - 1)}}`],
    [`ownerReferences: [${owner('')}]`],
    [`ownerReferences: [${owner('')}, ${owner('')}]`],
    [`ownerReferences: [${owner('')}, ${owner(', blockOwnerDeletion: true')}]`, 'metadata.ownerReferences'],
    [
      'ownerReferences: [{apiVersion: a/b/c}]',
      ...['apiVersion', 'kind', 'name', 'uid'].map((name) => `metadata.ownerReferences.${name}`),
    ],
    ['ownerReferences: [{apiVersion: v1, kind: Event, name: a, uid: u}]', 'metadata.ownerReferences'],
    ['finalizers: [example.com/a, orphan, kubernetes]'],
    ['finalizers: [mine]', 'metadata.finalizers[0]'],
    ['finalizers: [orphan, foregroundDeletion]', 'metadata.finalizers'],
    ['finalizers: ["a b/c"]', 'metadata.finalizers'],
    ['generation: -1', 'metadata.generation'],
  ];
  for (const [metadata, ...fields] of cases) {
    it(metadata.slice(0, 60), () => assert.deepEqual(refused('v1 Service', `{name: a, ${metadata}}`), fields));
  }

  it('asks webhook configurations for no domain of finalizers', () => {
    const kind = 'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration';
    assert.deepEqual(refused(kind, '{name: a, finalizers: [mine], generation: -1}'), []);
  });
});

describe('labels of Pod Security', () => {
  const cases: readonly (readonly [name: string, label: string, ...fields: string[]])[] = [
    ['a', 'enforce: baseline'],
    ['a', 'enforce: strict', 'metadata.labels[pod-security.kubernetes.io/enforce]'],
    ['a', 'warn-version: v1.35'],
    ['a', 'warn-version: latest'],
    ['a', 'audit-version: "1.35"', 'metadata.labels[pod-security.kubernetes.io/audit-version]'],
    ['a', 'audit: null', 'metadata.labels[pod-security.kubernetes.io/audit]'],
    // Admission does not see what is refused before.
    ['A', 'enforce: strict', 'metadata.name'],
  ];
  for (const [name, label, ...fields] of cases) {
    it(label, () => {
      const metadata = `{name: ${name}, labels: {pod-security.kubernetes.io/${label}}}`;
      assert.deepEqual(refused('v1 Namespace', metadata), fields);
    });
  }
});

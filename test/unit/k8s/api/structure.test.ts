import assert from 'node:assert/strict';
import type { Refusal } from '../../../../server/src/core/k8s/api/refusal.ts';
import { findRefusals } from '../../../../server/src/core/k8s/api/validate.ts';
import { parseYaml } from '../../../../server/src/core/yaml/parse.ts';

describe('findRefusals: kinds', () => {
  for (const [what, head, expected] of [
    [
      'a kind that was removed',
      'apiVersion: extensions/v1beta1\nkind: Ingress',
      'since Kubernetes 1.22; it is in `networking.k8s.io/v1`',
    ],
    ['a kind of another group', 'apiVersion: v1\nkind: Deployment', 'it is in `apps/v1`'],
    ['a version that never was', 'apiVersion: apps/v2\nkind: Deployment', 'it is in `apps/v1`'],
    ['a group without its suffix', 'apiVersion: networking/v1\nkind: Ingress', 'it is in `networking.k8s.io/v1`'],
    ['a version in capitals', 'apiVersion: V1\nkind: Service', 'it is in `v1`'],
    ['a plural', 'apiVersion: v1\nkind: Services', 'did you mean `Service`?'],
    ['a short name', 'apiVersion: v1\nkind: svc', 'did you mean `Service`?'],
    ['a typo', 'apiVersion: apps/v1\nkind: Deploymnet', 'did you mean `Deployment`?'],
    ['no kind', 'apiVersion: v1', 'the object has no kind'],
  ] as const) {
    it(`refuses ${what}`, () => {
      const [refusal] = refusalsOf(`${head}\nmetadata:\n  name: web\n`);
      assert.equal(refusal?.reason, 'Kind');
      assert.ok(refusal.message.includes(expected), refusal.message);
    });
  }

  for (const [what, head] of [
    ['a custom resource', 'apiVersion: example.com/v1\nkind: Deployment'],
    ['the configuration of kubectl', 'apiVersion: v1\nkind: Config'],
    ['a file of another tool', 'apiVersion: skaffold/v4beta6\nkind: Config'],
    ['a list', 'apiVersion: v1\nkind: List\nitems: []'],
    ['a list of one kind', 'apiVersion: apps/v1\nkind: DeploymentList\nitems: []'],
    ['a kind that can be turned on', 'apiVersion: resource.k8s.io/v1beta1\nkind: ResourceClaim'],
    ['a template', 'apiVersion: {{ .Values.version }}\nkind: Ingress'],
  ] as const) {
    it(`says nothing of ${what}`, () => {
      assert.deepEqual(refusalsOf(`${head}\n`), []);
    });
  }
});

describe('findRefusals: structure', () => {
  it('names the place of an unknown field as the server does, and the field that was meant', () => {
    const [refusal] = refusalsOf(pod('ports: [{ containerport: 80 }]'));
    assert.equal(refusal?.field, 'spec.containers[0].ports[0].containerport');
    assert.equal(refusal?.reason, 'Strict');
    assert.equal(refusal?.meant, 'spec.containers[0].ports[0].containerPort');
  });

  it('tells where a field with a wrong indentation belongs', () => {
    assert.deepEqual(fieldsOf(pod('hostNetwork: true')), ['spec.containers[0].hostNetwork']);
    assert.match(refusalsOf(pod('hostNetwork: true'))[0]?.message ?? '', /it is a field of `spec`$/);
  });

  it('finds every wrong type, not only the first', () => {
    const text =
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector: web\n  ports:\n    - port: eighty\n';
    assert.deepEqual(fieldsOf(text), ['spec.selector', 'spec.ports[0].port']);
  });

  for (const [value, isTaken] of [
    ['80', true],
    ['80.0', true],
    ['8e1', true],
    ['80.5', false],
    ['"80"', false],
    ['4294967376', false],
    ['null', true],
    ['[]', false],
    ['${PORT}', true],
    ['{{ .Values.port }}', true],
    ['{port}', true],
  ] as const) {
    it(`${isTaken ? 'takes' : 'does not take'} ${value} for a whole number`, () => {
      const text = `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  terminationGracePeriodSeconds: 5\n  containers:\n    - name: web\n      image: web\n      ports:\n        - containerPort: ${value}\n`;
      assert.equal(!refusalsOf(text).some(({ reason }) => reason === 'Type'), isTaken);
    });
  }

  for (const [value, isTaken] of [
    ['aGVsbG8=', true],
    ['aGVsbG8', false],
    ['hello world', false],
    ['5', false],
    ['[104, 105]', true],
    ['[104, 1050]', false],
    ['null', true],
  ] as const) {
    it(`${isTaken ? 'takes' : 'does not take'} ${value} for bytes`, () => {
      const text = `apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\ndata:\n  key: ${value}\n`;
      assert.deepEqual(fieldsOf(text), isTaken ? [] : ['data[key]']);
    });
  }

  for (const [value, isTaken] of [
    ['"2024-01-31T08:00:00Z"', true],
    ['"2024-01-31T8:00:00.5+01:00"', true],
    ['"2024-02-30T08:00:00Z"', false],
    ['"2024-01-31T24:00:00Z"', false],
    ['"2024-01-31 08:00:00"', false],
    ['5', false],
  ] as const) {
    it(`${isTaken ? 'takes' : 'does not take'} ${value} for a time`, () => {
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\n  creationTimestamp: ${value}\n`;
      assert.deepEqual(fieldsOf(text), isTaken ? [] : ['metadata.creationTimestamp']);
    });
  }

  it('knows a status only where the type has one', () => {
    assert.deepEqual(fieldsOf('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\nstatus: {}\n'), ['status']);
    assert.deepEqual(fieldsOf('apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\nstatus: {}\n'), []);
  });
});

function pod(field: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n    - name: web\n      image: web\n      ${field}\n`;
}

function fieldsOf(text: string): readonly string[] {
  return refusalsOf(text).map(({ field }) => field);
}

function refusalsOf(text: string): readonly Refusal[] {
  const root = parseYaml(text).documents[0]?.root;
  assert.ok(root);
  return findRefusals(root);
}

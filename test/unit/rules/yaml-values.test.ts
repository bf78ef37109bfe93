import assert from 'node:assert/strict';
import { nonStringLabelValue } from '../../../server/src/core/rules/non-string-label-value.ts';
import { selectorNullValue } from '../../../server/src/core/rules/selector-null-value.ts';
import { yamlDuplicateKey } from '../../../server/src/core/rules/yaml-duplicate-key.ts';
import { yamlSurprisingNumber } from '../../../server/src/core/rules/yaml-surprising-number.ts';
import { applyFix, diagnose, expectClean } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const service = (...spec: readonly string[]) =>
  ['apiVersion: v1', 'kind: Service', 'metadata:', '  name: web', 'spec:', ...spec.map((line) => `  ${line}`), ''].join(
    '\n',
  );

describe('selector-null-value', () => {
  it('finds every way to write null, in every kind of selector', () => {
    for (const empty of ['', ' ~', ' null']) {
      const found = diagnose(parseFixture(service('selector:', `  tier:${empty}`)), [selectorNullValue]);
      assert.equal(found.length, 1, empty);
    }
    const policy =
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: a\nspec:\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              app:\n';
    assert.equal(diagnose(parseFixture(policy), [selectorNullValue]).length, 1);
  });

  it('writes the empty string that may be meant', () => {
    for (const empty of ['', ' ~', ' null', ' # none']) {
      const fixture = parseFixture(service('selector:', `  tier:${empty}`, '  app: web'));
      const fix = diagnose(fixture, [selectorNullValue])[0]?.fixes?.[1];
      assert.ok(fix);
      const files = applyFix(fixture.files, fix);
      assert.match(files[0]?.text ?? '', /^ {4}tier: ""( # none)?\n {4}app: web$/m);
      assert.deepEqual(diagnose({ ...fixture, files }, [selectorNullValue]), []);
    }
  });

  it('is silent about empty strings, templates and labels', () => {
    expectClean(service('selector:', '  tier: ""', '  app: {{ .Values.app }}'), [selectorNullValue]);
    expectClean('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels:\n    app:\n', [selectorNullValue]);
  });
});

describe('non-string-label-value', () => {
  it('is certain of what an API server reads, and a hint where another tool may', () => {
    const labelled = (apiVersion: string) =>
      diagnose(
        parseFixture(`apiVersion: ${apiVersion}\nkind: Node\nmetadata:\n  name: a\n  labels:\n    on-duty: true\n`),
        [nonStringLabelValue],
      ).map(({ severity }) => severity);
    assert.deepEqual(labelled('v1'), ['error']);
    assert.deepEqual(labelled('gateway.networking.k8s.io/v1'), ['error']);
    assert.deepEqual(labelled('example.com/v3'), ['hint']);
  });
});

describe('yaml-duplicate-key', () => {
  const rules = [yamlDuplicateKey];

  it('finds duplicates in any kind of object, and names them', () => {
    const [finding] = diagnose(
      parseFixture('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  A: "1"\n  A: "2"\n'),
      rules,
    );
    assert.match(finding?.message ?? '', /^`A` stands twice here/);
    assert.equal(finding?.related?.[0]?.message, 'the value that counts');
  });

  it('keeps the value that counts', () => {
    const fixture = parseFixture('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  A: "1"\n  A: "2"\n');
    const [fix] = diagnose(fixture, rules)[0]?.fixes ?? [];
    assert.ok(fix?.safe);
    assert.match(applyFix(fixture.files, fix)[0]?.text ?? '', /data:\n {2}A: "2"\n$/);
  });

  it('is an error where kustomize builds the file', () => {
    const source =
      '#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  name: a\n';
    assert.deepEqual(
      diagnose(parseFixture(source), rules).map(({ severity }) => severity),
      ['error'],
    );
  });

  it('is information where nothing is lost', () => {
    const twice = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ntype: "example.com/x"\ntype: example.com/x\n';
    assert.deepEqual(
      diagnose(parseFixture(twice), rules).map(({ severity }) => severity),
      ['info'],
    );
  });

  it('takes a key over a merge, and equal keys of other mappings, as they are meant', () => {
    expectClean(
      'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: &base\n  A: "1"\nbinaryData:\n  <<: *base\n  A: "2"\n',
      rules,
    );
    expectClean(service('ports:', '  - port: 80', '  - port: 80'), rules);
  });

  it('tells of the object of a List that has it', () => {
    const source =
      'apiVersion: v1\nkind: List\nitems:\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: a\n  - apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: b\n      name: c\n';
    assert.deepEqual(
      diagnose(parseFixture(source), rules).map(({ resource }) => resource?.name?.value),
      ['c'],
    );
  });
});

describe('yaml-surprising-number', () => {
  const rules = [yamlSurprisingNumber];
  const messages = (port: string) =>
    diagnose(parseFixture(service('ports:', `  - port: ${port}`)), rules).map(({ message }) => message);

  it('says what Kubernetes reads', () => {
    assert.deepEqual(messages('0120'), ['Kubernetes reads `0120` as 80: a leading zero makes a number octal']);
    assert.deepEqual(messages('0x50'), ['Kubernetes reads `0x50` as 80, a hexadecimal number']);
    assert.deepEqual(messages('8_080'), ['Kubernetes reads `8_080` as 8080; other YAML readers take it for text']);
    assert.deepEqual(messages('8e3'), ['Kubernetes reads `8e3` as 8000']);
  });

  it('is silent about numbers that look like their value', () => {
    for (const port of ['80', '+80', '80.0', '"0120"', 'http']) assert.deepEqual(messages(port), []);
  });
});

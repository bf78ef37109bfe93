import assert from 'node:assert/strict';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const typesOf = (source: string) => {
  const { files } = parseFixture(source);
  return [...indexFixture(files).files.values()].flatMap(({ resources }) => resources.map(({ type }) => type));
};
const header = ['apiVersion: apps/v1', 'kind: Deployment', 'metadata:', '  name: web'];

describe('the view of a workload', () => {
  it('is not made of a piece that says nothing of its Pods', () => {
    const pieces = [
      [],
      ['spec:', '  replicas: 3'],
      ['status:', '  readyReplicas: 1'],
      ['spec:', '  template:', '    spec:', '      serviceAccountName: web'],
    ];
    for (const piece of pieces)
      assert.deepEqual(typesOf([...header, ...piece].join('\n')), ['other'], piece.join('\n'));
    assert.deepEqual(typesOf('apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nstatus:\n  phase: Running'), [
      'other',
    ]);
  });

  it('is not made of what has no name, and will get none', () => {
    const pod = (metadata: string) =>
      typesOf(`apiVersion: v1\nkind: Pod\nmetadata: {${metadata}}\nspec:\n  containers: [{name: web, image: web:1}]`);
    assert.deepEqual(pod('labels: {app: web}'), ['other']);
    assert.deepEqual(pod('generateName: web-'), ['workload']);
    assert.deepEqual(pod('name: "{{ .name }}"'), ['workload']);
  });

  it('is made of labels, a selector or containers alone', () => {
    const parts = [
      ['spec:', '  template:', '    metadata:', '      labels:', '        app: web'],
      ['spec:', '  selector:', '    matchLabels:', '      app: web'],
      ['spec:', '  template:', '    spec:', '      containers:', '        - name: web'],
    ];
    for (const part of parts) assert.deepEqual(typesOf([...header, ...part].join('\n')), ['workload'], part.join('\n'));
  });

  it('is made of what a template may fill', () => {
    for (const spec of ['spec: "{{ .Values.spec }}"', 'spec:\n  template:\n    spec:\n      containers: "{{ .a }}"'])
      assert.deepEqual(typesOf([...header, spec].join('\n')), ['workload'], spec);
  });
});

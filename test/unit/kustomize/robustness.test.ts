import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildKustomization } from '../../../server/src/core/sources/kustomize/build.ts';
import { build, readFiles, toFiles } from './build.ts';

const FILES = `#- kustomization.yaml
resources: [a.yaml, base]
components: [part]
namespace: n
namePrefix: p-
commonLabels: {a: b}
labels: [{pairs: {c: d}, includeTemplates: true}]
commonAnnotations: {e: f}
images: [{name: i, newTag: t}]
replicas: [{name: web, count: 2}]
configMapGenerator: [{name: c, literals: [a=b], files: [x=a.txt], envs: [e.env]}]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {template: {spec: {containers: [{name: x, $patch: delete}]}}}
- target: {kind: D.*, labelSelector: a in (b)}
  patch: '[{"op": "add", "path": "/spec/l/-", "value": 1}]'
replacements:
- source: {kind: Deployment, fieldPath: metadata.name}
  targets: [{select: {kind: ConfigMap}, fieldPaths: ['data.[a]', metadata.labels.x], options: {create: true}}]
vars: [{name: V, objref: {kind: Deployment, name: web, apiVersion: apps/v1}}]
#- a.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: &x {a: $(V)}}
spec: {l: [1], template: {spec: {containers: [{name: x, image: 'i:1', env: [{name: A, value: >-
  folded}]}]}}}
#- a.txt
text
#- e.env
K=V
#- base/kustomization.yaml
resources: [s.yaml]
#- base/s.yaml
apiVersion: v1
kind: Service
metadata: {name: s}
#- part/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
nameSuffix: -s
`;

describe('bad input', () => {
  it('never throws, whatever is cut from or put into the files', () => {
    const files = readFiles(FILES);
    const names = Object.keys(files);
    const pieces = [
      '\n',
      ': ',
      '- ',
      '{',
      ']',
      '"',
      '*x',
      '&x ',
      '<<: ',
      '$patch',
      'null',
      '[',
      '\t',
      '|',
      '../',
      '---\n',
    ];
    fc.assert(
      fc.property(
        fc.nat(names.length - 1),
        fc.nat(2000),
        fc.nat(40),
        fc.constantFrom(...pieces, ''),
        (index, at, length, piece) => {
          const name = names[index] ?? '';
          const text = files[name] ?? '';
          const start = at % (text.length + 1);
          const changed = text.slice(0, start) + piece + text.slice(start + length);
          const result = buildKustomization('/repo', toFiles({ ...files, [name]: changed }));
          assert.ok(Array.isArray(result.resources));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('ends where bases lead in a circle', () => {
    const { problems } = build(
      '#- a/kustomization.yaml\nresources: [../b]\n#- b/kustomization.yaml\nresources: [../a]\n',
      'a',
    );
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['cycle'],
    );
  });

  it('goes through a hundred nested bases', () => {
    let text =
      '#- b0/kustomization.yaml\nresources: [a.yaml]\n#- b0/a.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n';
    for (let index = 1; index < 100; index++)
      text += `#- b${index}/kustomization.yaml\nresources: [../b${index - 1}]\nnamePrefix: x\n`;
    const { resources, problems } = build(text, 'b99');
    assert.deepEqual([resources.length, problems.length], [1, 0]);
  });

  it('expands no alias a billion times', () => {
    let text =
      '#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nx0: &x0 [1, 1, 1, 1, 1, 1, 1, 1, 1]\n';
    for (let index = 1; index < 12; index++) {
      text += `x${index}: &x${index} [${Array(9)
        .fill(`*x${index - 1}`)
        .join(', ')}]\n`;
    }
    assert.equal(build(text).problems.length > 0, true);
  });

  it('reads comments of whatever form in no time', () => {
    const { resources } = build(
      `#- kustomization.yaml\nresources: [a.yaml]\n#- a.yaml\n${'#'.repeat(500)}\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n`,
    );
    assert.equal(resources.length, 1);
  });
});

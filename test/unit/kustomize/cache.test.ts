import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildKustomization, type KustomizeResult } from '../../../server/src/core/sources/kustomize/build.ts';
import { newKustomizeCache } from '../../../server/src/core/sources/kustomize/context.ts';
import { type FileTexts, readFiles, toFiles } from './build.ts';

const FILES = readFiles(`#- base/kustomization.yaml
resources: [web.yaml, rest.yaml]
configMapGenerator: [{name: settings, literals: [a=b], files: [x.txt]}]
#- base/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {n: 1}}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: 'shop/web:1', envFrom: [{configMapRef: {name: settings}}]}
#- base/rest.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}}
---
apiVersion: v1
kind: Secret
metadata: {name: token}
#- base/x.txt
text
#- part/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
patches: [{path: p.yaml, target: {kind: Service}}]
#- part/p.yaml
- {op: add, path: /spec/type, value: ClusterIP}
#- dev/kustomization.yaml
resources: [../base]
components: [../part]
namespace: dev
namePrefix: dev-
labels: [{pairs: {tier: x}, includeSelectors: true}]
images: [{name: shop/web, newTag: v2}]
replicas: [{name: web, count: 2}]
configMapGenerator: [{name: settings, behavior: merge, literals: [c=d]}]
patches: [{path: patch.yaml}]
#- dev/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {template: {spec: {containers: [{name: web, env: [{name: A, value: b}]}]}}}
#- prod/kustomization.yaml
resources: [../base]
nameSuffix: -prod
replacements:
- source: {kind: Service, fieldPath: metadata.name}
  targets: [{select: {kind: Deployment}, fieldPaths: [spec.template.spec.serviceAccountName], options: {create: true}}]
vars: [{name: V, objref: {kind: Service, name: web, apiVersion: v1}}]
#- top/kustomization.yaml
resources: [../prod, ../dev]
commonAnnotations: {o: p}
`);

const NAMES = Object.keys(FILES);
const FOLDERS = ['/repo/base', '/repo/dev', '/repo/prod', '/repo/top'];
const WORDS = ['web', 'dev', 'token', 'b', '2', 'settings', 'Service', '../part', 'null', '{{', 'kind', ''];

/** All that a build says; who uses it cannot tell one build from another by more. */
function toData({ resources, problems, unknown, files }: KustomizeResult): unknown {
  const data = { resources, problems, unknown, files: [...files].sort() };
  return JSON.parse(
    JSON.stringify(data, (key, value) =>
      typeof value === 'bigint' ? `${value}n` : key === 'plain' ? undefined : value,
    ),
  );
}

describe('builds that share what earlier ones have made', () => {
  it('are what they are without', () => {
    const edit = fc.record({
      file: fc.nat(NAMES.length - 1),
      word: fc.nat(60),
      by: fc.constantFrom(...WORDS),
      isGone: fc.constantFrom(false, false, false, false, false, true),
      isBack: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 6 }), (edits) => {
        const cache = newKustomizeCache();
        let texts: FileTexts = FILES;
        for (const folder of FOLDERS) buildKustomization(folder, toFiles(texts), cache);
        for (const { file, word, by, isGone, isBack } of edits) {
          const name = NAMES[file] ?? '';
          const { [name]: old = '', ...others } = isBack ? FILES : texts;
          texts = isGone ? others : { ...others, [name]: replaceWord(old, word, by) };
          for (const folder of FOLDERS) {
            const warm = buildKustomization(folder, toFiles(texts), cache);
            assert.deepEqual(toData(warm), toData(buildKustomization(folder, toFiles(texts))));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('have the objects that an edit leaves alone in common', () => {
    const cache = newKustomizeCache();
    const before = buildKustomization('/repo/dev', toFiles(FILES), cache);
    const text = (FILES['/repo/base/web.yaml'] ?? '').replace('replicas: 1', 'replicas: 7');
    const after = buildKustomization('/repo/dev', toFiles({ ...FILES, '/repo/base/web.yaml': text }), cache);
    const shared = after.resources.filter(({ root }) => before.resources.some((old) => old.root === root));
    assert.equal(after.resources.length - shared.length, 1);
  });
});

function replaceWord(text: string, at: number, by: string): string {
  const words = [...text.matchAll(/[\w./-]+/g)];
  const word = words[at % Math.max(1, words.length)];
  if (word === undefined) return by;
  return text.slice(0, word.index) + by + text.slice(word.index + word[0].length);
}

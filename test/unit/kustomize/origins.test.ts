import assert from 'node:assert/strict';
import type { BuildNode } from '../../../server/src/core/sources/kustomize/node.ts';
import { memberOf } from '../../../server/src/core/sources/kustomize/node.ts';
import { findWrongOrigins } from '../../oracle/kustomizeOrigins.ts';
import { build, findBuilt } from './build.ts';

const FILES = `#- base/kustomization.yaml
resources: [web.yaml]
#- base/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  template:
    spec:
      containers:
      - {name: web, image: 'shop/web:1'}
#- dev/kustomization.yaml
resources: [../base]
namespace: shop
namePrefix: dev-
images: [{name: shop/web, newTag: v2}]
patches:
- path: patch.yaml
- target: {kind: Deployment}
  patch: |-
    - op: add
      path: /spec/paused
      value: true
#- dev/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3}
`;

/** The place of a value as \`file: text\`, with how it came there. */
function placeOf(path: string): string {
  const result = build(FILES, 'dev');
  const resource = findBuilt(result.resources, 'Deployment');
  let node: BuildNode | undefined = resource.root;
  for (const name of path.split('.')) {
    node = node?.kind === 'sequence' ? node.items[Number(name)] : memberOf(node, name);
  }
  assert.ok(node, `there is no ${path}`);
  const file = node.origin?.file ?? resource.file;
  const text = result.texts[file]?.slice(node.start, node.end);
  const by = node.origin?.by;
  const cause = by === undefined ? '' : ` by ${result.texts[by.file]?.slice(by.start, by.end)}`;
  return `${node.origin?.kind ?? 'written'} ${file.replace('/repo/', '')}: ${text}${cause}`;
}

describe('where the values of a build are written', () => {
  it('a value that nothing changes', () => {
    assert.equal(placeOf('spec.template.spec.containers.0.name'), 'written base/web.yaml: web');
  });

  it('a value of a patch', () => assert.equal(placeOf('spec.replicas'), 'patched dev/patch.yaml: 3'));

  it('a value of an inline patch, within its block', () => {
    assert.equal(placeOf('spec.paused'), 'patched dev/kustomization.yaml: true');
  });

  it('a namespace', () => assert.equal(placeOf('metadata.namespace'), 'kustomization dev/kustomization.yaml: shop'));

  it('a name with a prefix', () => {
    assert.equal(placeOf('metadata.name'), 'kustomization base/web.yaml: web by dev-');
  });

  it('an image with another tag', () => {
    assert.equal(
      placeOf('spec.template.spec.containers.0.image'),
      "kustomization base/web.yaml: 'shop/web:1' by {name: shop/web, newTag: v2}",
    );
  });

  it('holds for every exact origin', () => {
    const result = build(FILES, 'dev');
    assert.deepEqual(
      findWrongOrigins(result, (file) => result.texts[file]),
      [],
    );
  });
});

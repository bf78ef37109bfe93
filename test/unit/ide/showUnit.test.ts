import assert from 'node:assert/strict';
import { showTrees, treesOf } from '../../../server/src/core/ide/showUnit.ts';
import { indexFixture } from '../../check.ts';
import { parseFixture } from '../../fixture.ts';

const { files } = parseFixture(`
#- base/kustomization.yaml
resources: [web.yaml]
#- base/web.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  ports:
  - port: 80
    targetPort: http
#- prod/kustomization.yaml
resources: [../base]
namespace: shop
patches:
- path: patch.yaml
#- prod/patch.yaml
kind: Service
apiVersion: v1
metadata: {name: web}
spec:
  type: NodePort
#- loose.yaml
apiVersion: v1
kind: Service
metadata: {name: loose}
`);

describe('showing a unit', () => {
  const folder = indexFixture(files);
  const [unit] = folder.unitsOf('/work/prod/patch.yaml');
  const lineOf = (path: string, offset: number) =>
    (files.find((file) => file.path === path)?.text ?? '').slice(0, offset).split('\n').length;

  it('gives its objects as they would be applied', () => {
    assert.ok(unit);
    assert.equal(
      showTrees(treesOf(unit)),
      `apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
spec:
  ports:
  - port: 80
    targetPort: http
  type: NodePort
`,
    );
  });

  it('tells where values were written, whatever the form of their positions', () => {
    assert.ok(unit);
    const showPlace = (path: string, offset: number) => `${path.slice('/work/'.length)}:${lineOf(path, offset)}`;
    const text = showTrees(treesOf(unit), { files: folder.siblings.files, showPlace });
    assert.match(text, /^# base\/web\.yaml:1\n/);
    assert.match(text, /^ {2}namespace: shop # prod\/kustomization\.yaml:2$/m);
    assert.match(text, /^ {2}type: NodePort # prod\/patch\.yaml:5 \(patched\)$/m);
    assert.match(text, /^ {4}targetPort: http$/m);
  });

  it('has nothing to show of loose manifests', () => {
    const [loose] = folder.unitsOf('/work/loose.yaml');
    assert.ok(loose);
    assert.deepEqual(treesOf(loose), []);
  });
});

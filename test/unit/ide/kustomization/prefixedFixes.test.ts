import assert from 'node:assert/strict';
import { checkFile } from '../../../../server/src/core/ide/diagnostics.ts';
import { prefixedFixes } from '../../../../server/src/core/ide/kustomization/prefixedFixes.ts';
import { allRules } from '../../../../server/src/core/rules/index.ts';
import { DEFAULT_SETTINGS } from '../../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../../check.ts';
import { parseFixture } from '../../../fixture.ts';

const BASE = `#- base/kustomization.yaml
resources: [web.yaml]
#- base/web.yaml
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  ports: [{port: 80}]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  defaultBackend:
    service: {name: ordres, port: {number: 80}}
`;

const overlay = (name: string, more = `namePrefix: ${name}-\n`) =>
  `#- ${name}/kustomization.yaml\nresources: [../base]\n${more}`;

/** The titles of what is offered in the base. */
function offered(source: string): readonly string[] {
  const { files } = parseFixture(source);
  const path = '/work/base/web.yaml';
  const folder = indexFixture(files);
  const file = folder.files.get(path) ?? assert.fail();
  const text = files.find((each) => each.path === path)?.text ?? '';
  const options = { settings: DEFAULT_SETTINGS, complete: true, onError: () => assert.fail() };
  const found = checkFile(file, folder.unitsOf(path), allRules, options);
  assert.ok(found.some(({ code }) => code === 'ingress-backend-service-missing'));
  return prefixedFixes(folder, path, text, found, { start: 0, end: text.length }).map(({ title }) => title);
}

describe('fixes of names that kustomizations lengthen', () => {
  it('write the name of the base, where all overlays lead from it to the object', () => {
    assert.deepEqual(offered(BASE + overlay('dev') + overlay('prod')), ['Change `ordres` to `orders`']);
    assert.deepEqual(offered(BASE + overlay('dev', 'nameSuffix: -dev\n')), ['Change `ordres` to `orders`']);
  });

  it('are not offered where one of them does not', () => {
    const deletion = `namePrefix: prod-
patches: [{patch: '{apiVersion: v1, kind: Service, metadata: {name: orders}, $patch: delete}'}]
`;
    assert.deepEqual(offered(BASE + overlay('dev') + overlay('prod', deletion)), []);
    assert.deepEqual(offered(BASE.replaceAll('ordres', 'payments') + overlay('dev')), []);
  });
});

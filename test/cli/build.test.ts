import assert from 'node:assert/strict';
import path from 'node:path';
import { buildKustomization } from '../../server/src/core/sources/kustomize/build.ts';
import { helmAtHand } from '../oracle/helmBinary.ts';
import { builtToJson, diskFiles, outputToJson } from '../oracle/kustomize.ts';
import { assertRefused, kubefathom, temporaryFolder } from './run.ts';

const overlays = path.resolve('examples/overlays/overlays');

const helm = helmAtHand();

describe('kubefathom build', () => {
  const folder = temporaryFolder();

  for (const name of ['dev', 'staging', 'prod']) {
    it(`prints what ${name} comes to, with origins and without`, async () => {
      const root = path.join(overlays, name);
      const expected = builtToJson(buildKustomization(root, diskFiles()).resources);
      for (const options of [[], ['--origins']]) {
        const { code, out, err } = await kubefathom(['build', root, ...options]);
        assert.deepEqual([code, err], [0, '']);
        assert.deepEqual(outputToJson(out), expected);
      }
    });
  }

  it('prints objects as kustomize does', async () => {
    folder.write('kustomization.yaml', 'namePrefix: my-\nresources: [web.yaml]\n');
    folder.write(
      'web.yaml',
      'kind: Service\napiVersion: v1\nspec: {ports: [{targetPort: "80", port: 80}]}\nmetadata: {name: web}\n',
    );
    const { out } = await kubefathom(['build'], { cwd: folder.root });
    assert.equal(
      out,
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: my-web\nspec:\n  ports:\n  - port: 80\n    targetPort: "80"\n',
    );
    const { out: again } = await kubefathom(['build', 'kustomization.yaml', '--origins'], { cwd: folder.root });
    assert.equal(again, `# web.yaml:1\n${out.replace('my-web', 'my-web # kustomization.yaml:1')}`);
  });

  it('names the lines of patches, labels and generators', async () => {
    const { out } = await kubefathom(['build', '--origins', 'overlays/prod'], { cwd: path.dirname(overlays) });
    for (const line of [
      '# base/storefront.yaml:1',
      '    targetPort: htpps # overlays/prod/tls.yaml:11 (patched)',
      '    environment: prod # overlays/prod/kustomization.yaml:11',
      '  namespace: shop # overlays/prod/kustomization.yaml:3',
      '        image: registry.example.com/shop/storefront:1.8.2 # overlays/prod/kustomization.yaml:14',
      '  CACHE_HOST: cache',
    ])
      assert.ok(
        out.split('\n').some((found) => found.startsWith(line)),
        line,
      );
    assert.match(out, /^ {2}name: storefront-settings-\w+ # base\/kustomization\.yaml:13 \(generated\)$/m);
    assert.match(out, /^ {4}port: 80$/m);
  });

  it('gives the same as JSON', async () => {
    const root = path.join(overlays, 'prod');
    const { code, out } = await kubefathom(['build', root, '--format', 'json', '--origins']);
    assert.equal(code, 0);
    const { version, resources } = JSON.parse(out);
    assert.equal(version, 1);
    assert.deepEqual(
      resources.map(({ resource }: { resource: unknown }) => resource),
      JSON.parse(JSON.stringify(builtToJson(buildKustomization(root, diskFiles()).resources))),
    );
    const { place, origins } = resources.find(
      ({ resource }: { resource: { kind: string; metadata: { name: string } } }) =>
        resource.kind === 'Service' && resource.metadata.name === 'storefront',
    );
    assert.equal(place, 'examples/overlays/base/storefront.yaml:1');
    assert.equal(origins['/spec/ports/0/targetPort'], 'examples/overlays/overlays/prod/tls.yaml:11');
    assert.equal(
      origins['/metadata/labels/app.kubernetes.io~1part-of'],
      'examples/overlays/base/kustomization.yaml:10',
    );
    assert.equal(origins['/spec/selector/app'], undefined);
  });

  it('prints nothing of what kustomize refuses, and says where and why', async () => {
    folder.write('kustomization.yaml', 'resources:\n- web.yaml\n- gone.yaml\n');
    folder.write('web.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n');
    const { code, out, err } = await kubefathom(['build', '.'], { cwd: folder.root });
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^kustomization\.yaml:3: .*gone\.yaml/);
  });

  it('prints what is known beside what is not, and does not call that an answer', async () => {
    folder.write('kustomization.yaml', 'resources:\n- web.yaml\n- https://github.com/example/shop//base?ref=v1\n');
    folder.write('web.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n');
    const { code, out, err } = await kubefathom(['build', '.'], { cwd: folder.root });
    assert.equal(code, 2);
    assert.match(out, /name: web/);
    assert.match(err, /^kustomization\.yaml:3: not in what is printed: /);
  });

  it('says what is no kustomization', async () => {
    folder.write('web.yaml', 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\n');
    await assertRefused(['build', folder.root], /has no kustomization\.yaml/);
    await assertRefused(['build', folder.at('web.yaml')], /is no kustomization/);
    await assertRefused(['build', folder.at('gone')], /no file or folder/);
    await assertRefused(['build', folder.root, 'b'], /one folder/);
    await assertRefused(['check', '--origins'], /`check` has no option --origins/);
    folder.write('Chart.yaml', 'name: web\nversion: 1.0.0\n');
    await assertRefused(['build', folder.root], /is a chart; with --helm/);
  });

  it('prints what helm renders of a chart, with the lines of its templates', async function () {
    if (helm === undefined) this.skip();
    const env = { PATH: `${path.dirname(helm)}${path.delimiter}${process.env.PATH}` };
    folder.write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
    folder.write('web/values.yaml', 'port: 8080\n');
    folder.write(
      'web/templates/service.yaml',
      'apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: {{ .Values.port }}\n',
    );
    const { code, out, err } = await kubefathom(['build', '--helm', '--origins', 'web'], { cwd: folder.root, env });
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^# web\/templates\/service\.yaml:1$/m);
    assert.match(out, /^ {2}- port: 8080 # web\/templates\/service\.yaml:7 \(rendered\)$/m);
    folder.write('web/values.yaml', 'port: {}\n');
    folder.write('web/templates/broken.yaml', '{{ .Values.port.a.b.c | required "gone" }}\n');
    const refused = await kubefathom(['build', '--helm', 'web'], { cwd: folder.root, env });
    assert.deepEqual([refused.code, refused.out], [1, '']);
    assert.match(refused.err, /^web\/templates\/broken\.yaml:1: /);
  });
});

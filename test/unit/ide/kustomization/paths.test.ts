import assert from 'node:assert/strict';
import { completePaths } from '../../../../server/src/core/ide/kustomization/completion.ts';
import { findListings, findPathTarget, pathLinks } from '../../../../server/src/core/ide/kustomization/navigation.ts';
import { PATH_FIELDS } from '../../../../server/src/core/ide/kustomization/writtenPaths.ts';
import type { DirectoryEntry } from '../../../../server/src/core/workspace/host.ts';
import { indexFixture } from '../../../check.ts';
import { parseFixture } from '../../../fixture.ts';

const SERVICE = 'apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{port: 80}]\n';

const SHOP = `#- base/kustomization.yaml
resources:
  - web.yaml
#- base/web.yaml
${SERVICE}#- base/api.yaml
${SERVICE.replace('web', 'api')}#- parts/logs/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
labels:
  - pairs: {logs: "on"}
#- overlays/dev/extra/more.yaml
${SERVICE.replace('web', 'more')}#- overlays/dev/app.env
A=1
`;

function ask(overlay: string) {
  const { files, cursor } = parseFixture(`${SHOP}#- overlays/dev/kustomization.yaml\n${overlay}`);
  assert.ok(cursor);
  const text = files.find(({ path }) => path === cursor.path)?.text ?? '';
  return { folder: indexFixture(files), text, ...cursor };
}

const LISTED: readonly DirectoryEntry[] = [
  { name: 'app.env', kind: 'file' },
  { name: 'conf', kind: 'folder' },
  { name: 'kustomization.yaml', kind: 'file' },
];

async function complete(overlay: string) {
  const request = ask(overlay);
  const found = await completePaths(request, (folder) => (folder === '/work/overlays/dev' ? LISTED : []));
  const edited = found.map(({ span, newText }) => {
    const whole = request.text.slice(0, span.start) + newText + request.text.slice(span.end);
    return whole.split('\n')[request.text.slice(0, request.offset).split('\n').length - 1];
  });
  return { paths: found.map(({ path }) => path), edited };
}

describe('paths of kustomizations', () => {
  it('lead to files, and to the kustomization of a folder', () => {
    const { folder, path, text } = ask(`$0resources:
  - ../../base
  - extra/more.yaml
  - gone.yaml
  - https://example.com/a.yaml
components: ["../../parts/logs"]
configMapGenerator:
  - name: app
    files: [settings=app.env, app.env]
`);
    assert.deepEqual(
      pathLinks(folder, path, text).map(({ start, end, file }) => [text.slice(start, end), file]),
      [
        ['../../base', '/work/base/kustomization.yaml'],
        ['extra/more.yaml', '/work/overlays/dev/extra/more.yaml'],
        ['../../parts/logs', '/work/parts/logs/kustomization.yaml'],
        ['app.env', '/work/overlays/dev/app.env'],
        ['app.env', '/work/overlays/dev/app.env'],
      ],
    );
  });

  it('are found in every field that holds some', () => {
    for (const field of Object.keys(PATH_FIELDS)) {
      const [first = '', second] = field.split('.');
      const isList = !/\.(?:path|env|valuesFile|values)$/.test(field);
      const value = isList ? '[extra/more.yaml]' : 'extra/more.yaml';
      const line = second === undefined ? `${first}: ${value}` : `${first}:\n  - ${second}: ${value}`;
      const { folder, path, text } = ask(`$0${field === 'openapi.path' ? `openapi: {path: ${value}}` : line}\n`);
      assert.equal(pathLinks(folder, path, text).length, 1, field);
    }
  });

  it('have a definition under the cursor alone', () => {
    assert.equal(findPathTarget(ask('resources:\n  - ../../ba$0se\n'))?.file, '/work/base/kustomization.yaml');
    assert.equal(findPathTarget(ask('resources:\n  - ../../base\nname$0Prefix: a-\n')), undefined);
  });

  it('are the references to a file, from it and from other paths to it', () => {
    const listing = (source: string) => findListings(ask(source)).map(({ file, written }) => `${file} ${written.path}`);
    const dev = '/work/overlays/dev/kustomization.yaml ../../base';
    assert.deepEqual(listing('resources:\n  - ../../ba$0se\n'), [dev]);
    const { folder } = ask('$0resources:\n  - ../../base\n');
    const from = (path: string, text: string, offset: number) =>
      findListings({ folder, path, text, offset }).map(({ file }) => file);
    assert.deepEqual(from('/work/base/web.yaml', SERVICE, SERVICE.indexOf('kind')), ['/work/base/kustomization.yaml']);
    assert.deepEqual(from('/work/base/web.yaml', SERVICE, SERVICE.indexOf('port')), []);
    assert.deepEqual(from('/work/base/kustomization.yaml', 'resources:\n  - web.yaml\n', 0), [
      '/work/overlays/dev/kustomization.yaml',
    ]);
  });
});

describe('completion of paths', () => {
  it('offers files and kustomizations that are not listed yet', async () => {
    const { paths } = await complete('resources:\n  - $0\n');
    assert.deepEqual(paths, ['extra/more.yaml', '../../base']);
    assert.deepEqual((await complete('resources:\n  - ../../base\n  - $0\n')).paths, ['extra/more.yaml']);
  });

  it('goes on from what is typed', async () => {
    assert.deepEqual((await complete('resources:\n- ../../b$0\n')).edited, ['- ../../base']);
    assert.deepEqual((await complete('resources:\n- ./ex$0tra\n')).edited, ['- ./extra/more.yaml']);
    assert.deepEqual((await complete('resources:\n  -$0\n')).edited, ['  - extra/more.yaml', '  - ../../base']);
    assert.deepEqual((await complete("resources:\n  - 'e$0'\n")).edited[0], "  - 'extra/more.yaml'");
  });

  it('offers what each field takes', async () => {
    assert.deepEqual((await complete('components:\n  - $0\n')).paths, ['../../parts/logs']);
    assert.deepEqual((await complete('patches:\n  - target: {kind: Service}\n    path: $0\n')).paths, [
      'app.env',
      'extra/more.yaml',
    ]);
    const generator = 'configMapGenerator:\n- name: a\n  literals:\n  - A=b\n  files:\n  - settings=$0\n';
    assert.deepEqual((await complete(generator)).edited, ['  - settings=app.env', '  - settings=conf/']);
  });

  it('knows lists in brackets', async () => {
    assert.deepEqual((await complete('resources: [$0]\n')).edited, [
      'resources: [extra/more.yaml]',
      'resources: [../../base]',
    ]);
    assert.deepEqual((await complete('resources: [../../base, ./e$0')).edited, [
      'resources: [../../base, ./extra/more.yaml',
    ]);
    assert.equal((await complete('resources: [\n  "ex$0tra/x.yaml",\n]\n')).edited[0], '  "extra/more.yaml",');
    const generator = 'configMapGenerator:\n- name: a\n  files: [b=c, settings=$0]\n';
    assert.deepEqual((await complete(generator)).edited[0], '  files: [b=c, settings=app.env]');
  });

  it('is silent elsewhere', async () => {
    for (const source of [
      'namePrefix: [$0]\n',
      'resources: [{path: $0}]\n',
      'resources: [a] # [$0\n',
      'namePrefix: $0\n',
      'resources: $0\n',
      '$0\n',
      'images:\n  - name: $0\n',
      'patches:\n  - $0\n',
    ])
      assert.deepEqual((await complete(source)).paths, [], source);
  });
});

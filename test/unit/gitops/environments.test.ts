import assert from 'node:assert/strict';
import { type Environment, resolveEnvironment } from '../../../server/src/core/sources/gitops/environments.ts';
import { findTestFolder, TEST_FOLDERS } from '../../../server/src/core/sources/gitops/testInputs.ts';
import { settingTable } from '../../../server/src/core/workspace/config.ts';
import { readConfigText, readConfigValue } from '../../../server/src/core/workspace/configFile.ts';
import { repositoryOf } from './repositoryOf.ts';

/** The environments that a configuration gives, and each problem as `text at fault: message`. */
function read(text: string): { readonly environments: unknown; readonly problems: readonly string[] } {
  const { settings, problems } = readConfigText(text);
  return {
    environments: settings.environments,
    problems: problems.map(({ start, end, message }) => `${text.slice(start, end)}: ${message}`),
  };
}

describe('environments in a configuration', () => {
  it('are read with all that they may say', () => {
    const { example } = settingTable.environments;
    const text = `environments:
  - name: prod
    roots: [overlays/prod, infra]
    charts:
      - path: charts/web
        values: [charts/web/values-prod.yaml]
        release: web
    namespace: shop
    external:
      services: [payments/api]
      labels: ["app=agent"]
`;
    assert.deepEqual(read(text), { environments: example, problems: [] });
    assert.deepEqual(readConfigValue({ environments: example }).settings.environments, example);
  });

  it('are told what has no effect in them, at the place', () => {
    assert.deepEqual(read('environments: {prod: {}}').problems, ['{prod: {}}: `environments` must be a list']);
    assert.deepEqual(
      read('environments:\n  - prod\n  - roots: [a]\n  - name: a\n    root: [a]\n  - name: a\n    roots: [/etc, b]\n'),
      {
        environments: [{ name: 'a' }, { name: 'a', roots: ['b'] }],
        problems: [
          'prod: an entry of `environments` must be a mapping',
          'r: an entry of `environments` needs `name`',
          'root: `environments` has no `root`; did you mean `roots`?',
          'a: `environments` has two entries with the name `a`',
          '/etc: an entry of `environments.roots` must be a path relative to the folder',
        ],
      },
    );
    assert.deepEqual(
      read(
        'environments:\n  - name: a\n    namespace: Shop\n    charts: [{values: [v.yaml]}]\n    external: {labels: [x]}\n',
      ).problems,
      [
        'Shop: `environments.namespace` must be the name of a namespace',
        '{: an entry of `environments.charts` needs `path`',
        'x: an entry of `environments.external.labels` must be labels as `key=value`, joined by commas',
      ],
    );
  });
});

describe('an environment', () => {
  const { repository } = repositoryOf(`#- overlays/prod/kustomization.yaml
#- charts/web/Chart.yaml
#- charts/web/values-a.yaml
#- infra/a.yaml
#- infra/deep/b.yaml
#- infra/kustomized/kustomization.yaml
#- infra/kustomized/c.yaml
#- infra/chart/Chart.yaml
#- infra/chart/templates/d.yaml
#- extra.yaml
`);
  const resolve = (environment: Omit<Environment, 'name'>) => {
    const { sources, problems } = resolveEnvironment({ name: 'prod', ...environment }, repository);
    const found = sources.map((source) =>
      source.kind === 'directory'
        ? source.files.map((file) => file.slice('/repo/'.length)).join(' ')
        : source.kind === 'helm'
          ? `${source.releaseName} ${source.namespace} ${source.valueFiles.join()}`
          : source.folder,
    );
    return [...found, ...problems];
  };

  it('finds what its roots are', () => {
    assert.deepEqual(resolve({ roots: ['overlays/prod', './infra/', 'extra.yaml', 'charts/web'], namespace: 'shop' }), [
      '/repo/overlays/prod',
      'infra/a.yaml infra/deep/b.yaml',
      'extra.yaml',
      'prod shop ',
    ]);
  });

  it('makes one unit of a chart for each of its values', () => {
    const charts = [{ path: 'charts/web', values: ['charts/web/values-a.yaml'], release: 'web' }];
    assert.deepEqual(resolve({ charts, namespace: 'shop' }), ['web shop /repo/charts/web/values-a.yaml']);
  });

  it('tells which paths lead nowhere', () => {
    assert.deepEqual(resolve({ roots: ['gone', '../other'], charts: [{ path: 'infra', values: ['v.yaml'] }] }), [
      'environment `prod`: there is no file or folder with manifests `gone`',
      'environment `prod`: there is no file or folder with manifests `../other`',
      'environment `prod`: there is no file `v.yaml`',
      'environment `prod`: there is no chart `infra`',
    ]);
  });
});

describe('inputs of tests', () => {
  const folderOf = (file: string, names = TEST_FOLDERS, folders: readonly string[] = []) =>
    findTestFolder('/test/repo', `/test/repo/${file}`, names, (path) => folders.includes(path));

  it('lie below the outermost folder of such a name', () => {
    assert.equal(folderOf('pkg/testdata/e2e/a.yaml'), '/test/repo/pkg/testdata');
    assert.equal(folderOf('e2e/a.yaml'), '/test/repo/e2e');
    assert.equal(folderOf('apps/test.yaml'), undefined);
    assert.equal(folderOf('apps/latest/a.yaml'), undefined);
    assert.equal(folderOf('examples/a.yaml', ['examples']), '/test/repo/examples');
    assert.equal(folderOf('e2e/a.yaml', []), undefined);
  });

  it('are not the stage named test', () => {
    assert.equal(folderOf('overlays/test/a.yaml'), undefined);
    assert.equal(folderOf('clusters/test/e2e/a.yaml'), '/test/repo/clusters/test/e2e');
    assert.equal(folderOf('shop/test/a.yaml', TEST_FOLDERS, ['/test/repo/shop/production']), undefined);
    assert.equal(folderOf('shop/test/a.yaml'), '/test/repo/shop/test');
  });
});

import assert from 'node:assert/strict';
import { knownNamespaces } from '../../../server/src/core/cluster/namespaces.ts';
import { whyMoreMayExist } from '../../../server/src/core/cluster/openWorld.ts';
import { checkFile } from '../../../server/src/core/ide/diagnostics.ts';
import { describeResource } from '../../../server/src/core/k8s/resourceBase.ts';
import { allRules } from '../../../server/src/core/rules/index.ts';
import { DEFAULT_SETTINGS } from '../../../server/src/core/workspace/config.ts';
import { type FolderOptions, WorkspaceFolder } from '../../../server/src/core/workspace/folder.ts';
import { provideWanted } from '../../check.ts';

type Files = Readonly<Record<string, string>>;

const kustomization = (...resources: readonly string[]) =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: ${JSON.stringify(resources)}\n`;
const configMap = (name: string, value = 'x') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: ${value}\n`;
const flux = (name: string, path: string, more = '') =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: ${name}\n  namespace: flux-system\nspec:\n  path: ${path}\n  prune: true\n  sourceRef:\n    kind: GitRepository\n    name: flux-system\n${more}`;
const argo = (name: string, path: string, namespace: string, repository = 'https://git.example.com/team/work') =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: ${name}\nspec:\n  source:\n    repoURL: ${repository}\n    path: ${path}\n  destination:\n    namespace: ${namespace}\n`;
const service = (name: string, app: string) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    app: ${app}\n  ports:\n    - port: 80\n`;
const deployment = (name: string, app = name) =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  selector:\n    matchLabels:\n      app: ${app}\n  template:\n    metadata:\n      labels:\n        app: ${app}\n    spec:\n      containers:\n        - name: main\n          image: web:1\n          ports:\n            - containerPort: 80\n`;

describe('what Flux deploys', () => {
  it('is one unit in place of the kustomization, with the namespace and the variables that Flux sets', () => {
    const more =
      '  targetNamespace: shop\n  postBuild:\n    substitute:\n      NAME: web\n    substituteFrom:\n      - kind: ConfigMap\n        name: settings\n';
    const folder = folderOf({
      'clusters/prod/shop.yaml': flux('shop', './apps/shop', more),
      'clusters/prod/settings.yaml':
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\ndata:\n  APP: api\n',
      'apps/shop/kustomization.yaml': kustomization('../base'),
      'apps/base/kustomization.yaml': kustomization('web.yaml'),
      'apps/base/web.yaml': service('${NAME}', '${APP}'),
    });
    assert.deepEqual(shown(folder).units, [
      ['apps/shop (Flux Kustomization shop)', 'kustomization', ['Service/web in shop'], undefined],
      ['', 'loose', ['ConfigMap/settings', 'Kustomization/shop in flux-system'], undefined],
    ]);
    const [web] = folder.units[0]?.index.services('web') ?? [];
    assert.deepEqual(
      web?.selector?.requirements.map(({ values }) => values.map(({ value }) => value)),
      [['api']],
    );
    assert.ok(knownNamespaces(folder.units[1] ?? assert.fail()).has('shop'));
  });

  it('takes a folder without a kustomization as a whole', () => {
    const folder = folderOf({
      'flux.yaml': flux('all', './apps'),
      'apps/a/kustomization.yaml': kustomization('a.yaml'),
      'apps/a/a.yaml': configMap('a'),
      'apps/b.yaml': configMap('b'),
      'other/kustomization.yaml': kustomization('c.yaml'),
      'other/c.yaml': configMap('c'),
    });
    assert.deepEqual(shown(folder).units, [
      ['apps (Flux Kustomization all)', 'kustomization', ['ConfigMap/a', 'ConfigMap/b'], undefined],
      ['other', 'kustomization', ['ConfigMap/c'], undefined],
      ['', 'loose', ['Kustomization/all in flux-system'], undefined],
    ]);
  });

  it('says where Flux cannot replace a variable, and nothing else about that object', () => {
    const folder = folderOf({
      'flux.yaml': flux('shop', './apps', '  postBuild:\n    substitute:\n      A: b\n'),
      'apps/kustomization.yaml': kustomization('web.yaml'),
      'apps/web.yaml': service('web', '"${A:-"'),
    });
    assert.deepEqual(codes(folder, 'apps/web.yaml'), ['error kustomize-build-fails']);
  });

  it('makes nothing that the folder does not show, where all of it lies in this repository under its own names', () => {
    const ask = (files: Files) => {
      const folder = folderOf({ 'ops/service.yaml': service('web', 'web'), ...files });
      const unit = folder.unitsOf('/work/ops/service.yaml')[0] ?? assert.fail();
      return whyMoreMayExist(unit, { value: 'shop', start: 0, end: 0 });
    };
    const apps = { 'apps/kustomization.yaml': kustomization('web.yaml'), 'apps/web.yaml': deployment('web') };
    assert.equal(ask({ ...apps, 'flux.yaml': flux('shop', './apps', '  targetNamespace: shop\n') }), undefined);
    const unknown = '`Kustomization/shop` may make Pods and Services';
    const prefix = { 'apps/kustomization.yaml': `${kustomization('web.yaml')}namePrefix: a-\n` };
    assert.equal(ask({ ...apps, ...prefix, 'flux.yaml': flux('shop', './apps') }), unknown);
    const remote = { 'apps/kustomization.yaml': kustomization('web.yaml', 'https://example.com/all.yaml') };
    assert.equal(ask({ ...apps, ...remote, 'flux.yaml': flux('shop', './apps') }), unknown);
    const bucket = flux('shop', './apps').replace('GitRepository', 'Bucket');
    assert.equal(ask({ ...apps, 'flux.yaml': bucket }), unknown);
    assert.equal(ask({ ...apps, 'flux.yaml': flux('shop', './missing') }), unknown);
  });

  it('names the cluster that a finding belongs to where two deploy the same folder', () => {
    const app = (name: string) => `  postBuild:\n    substitute:\n      APP: ${name}\n`;
    const files = {
      'clusters/dev/shop.yaml': flux('shop', './apps', app('web')),
      'clusters/prod/shop.yaml': flux('shop', './apps', app('wbe')),
      'apps/kustomization.yaml': kustomization('web.yaml', 'service.yaml'),
      'apps/web.yaml': deployment('web'),
      'apps/service.yaml': service('web', '${APP}'),
    };
    const folder = folderOf(files);
    const found = check(folder, 'apps/service.yaml').filter(({ code }) => code === 'service-selector-no-match');
    assert.deepEqual(
      found.map(({ units }) => units),
      [['apps (Flux Kustomization shop of clusters/prod)']],
    );
  });
});

describe('what Argo CD deploys', () => {
  it('is a unit of the files of a folder, in the namespace of the destination', () => {
    const folder = folderOf({
      'argocd/dev.yaml': argo('dev', 'shop', 'shop-dev'),
      'argocd/prod.yaml': argo('prod', 'shop', 'shop-prod'),
      'shop/web.yaml': configMap('web'),
      'shop/own.yaml': configMap('own').replace('name: own', 'name: own\n  namespace: other'),
      'shop/role.yaml': 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: role\n',
      'shop/below/not.yaml': configMap('not'),
    });
    const objects = (namespace: string) => [
      'ClusterRole/role',
      'ConfigMap/own in other',
      `ConfigMap/web in ${namespace}`,
    ];
    assert.deepEqual(shown(folder).units, [
      ['shop (Argo CD Application dev)', 'deployment', objects('shop-dev'), undefined],
      ['shop (Argo CD Application prod)', 'deployment', objects('shop-prod'), undefined],
      ['', 'loose', ['Application/dev', 'Application/prod', 'ConfigMap/not'], undefined],
    ]);
    const [web] = folder.units[0]?.index.named('ConfigMap', 'web') ?? [];
    const place = folder.siblings.files.resolve('/work/shop/web.yaml', web?.namespace ?? assert.fail());
    assert.equal(configMap('web').slice(place.start, place.end), 'web');
    assert.equal(place.exact, false);
  });

  it('is left as it is where another repository is meant, or nobody knows which', () => {
    for (const repository of ['https://git.example.com/team/other', "'{{repo}}'"]) {
      const folder = folderOf({
        'app.yaml': argo('app', 'shop', 'prod', repository),
        'shop/web.yaml': configMap('web'),
      });
      assert.deepEqual(
        shown(folder).units.map(([label]) => label),
        [''],
      );
    }
  });
});

describe('an environment of the settings', () => {
  const FILES: Files = {
    'overlays/prod/kustomization.yaml': kustomization('web.yaml'),
    'overlays/prod/web.yaml': service('web', 'web'),
    'infra/web.yaml': deployment('web'),
    'infra/policy.yaml':
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: web\nspec:\n  podSelector:\n    matchLabels:\n      app: web\n  ingress:\n    - from:\n        - podSelector:\n            matchLabels:\n              app: wbe\n',
  };
  const environment = { name: 'prod', roots: ['overlays/prod', 'infra'], namespace: 'shop' };

  it('is one unit of all its roots, which are none by themselves', () => {
    const folder = folderOf(FILES, { environments: [environment] });
    const objects = ['Deployment/web in shop', 'NetworkPolicy/web in shop', 'Service/web in shop'];
    assert.deepEqual(shown(folder).units, [
      ['prod', 'deployment', objects, undefined],
      ['', 'loose', [], undefined],
    ]);
    assert.deepEqual(codes(folder, 'overlays/prod/web.yaml'), []);
  });

  it('finds nothing missing that it says to exist', () => {
    const found = (external?: { readonly labels: readonly string[] }) =>
      codes(
        folderOf(FILES, { environments: [{ ...environment, ...(external && { external }) }] }),
        'infra/policy.yaml',
      );
    assert.deepEqual(found(), ['warning netpol-peer-selects-nothing']);
    assert.deepEqual(found({ labels: ['app=wbe'] }), []);
  });

  it('tells which of its paths lead nowhere', () => {
    const folder = folderOf(FILES, { environments: [{ name: 'prod', roots: ['infra', 'nothing'] }] });
    assert.deepEqual(folder.environmentProblems, [
      'environment `prod`: there is no file or folder with manifests `nothing`',
    ]);
  });
});

describe('units of deployments', () => {
  it('are after any edit those of a folder that was read so', () => {
    const start: Files = {
      'clusters/a/apps.yaml': flux('apps', './clusters/a/apps'),
      'clusters/a/apps/kustomization.yaml': kustomization('shop.yaml'),
      'clusters/a/apps/shop.yaml': flux('shop', './apps/shop', '  targetNamespace: shop\n'),
      'apps/shop/kustomization.yaml': kustomization('web.yaml'),
      'apps/shop/web.yaml': configMap('web'),
      'argo.yaml': argo('plain', 'plain', 'plain-ns'),
      'plain/one.yaml': configMap('one'),
    };
    const variables = '  postBuild:\n    substituteFrom:\n      - kind: ConfigMap\n        name: vars\n';
    const vars = (value: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: vars\ndata:\n  X: ${value}\n`;
    const patched = `${kustomization('shop.yaml')}patches:\n  - path: patch.yaml\n    target:\n      kind: Kustomization\n`;
    const changes: readonly (readonly [string, string | undefined])[] = [
      ['apps/shop/web.yaml', configMap('api')],
      ['plain/two.yaml', configMap('two')],
      ['plain/one.yaml', configMap('uno')],
      ['clusters/a/apps/shop.yaml', flux('shop', './apps/shop', `  targetNamespace: other\n${variables}`)],
      ['apps/shop/web.yaml', configMap('"${X}"')],
      ['settings/vars.yaml', vars('first')],
      ['settings/vars.yaml', vars('second')],
      ['clusters/a/apps/kustomization.yaml', patched],
      ['clusters/a/apps/patch.yaml', '- op: replace\n  path: /spec/targetNamespace\n  value: patched\n'],
      ['clusters/a/apps/patch.yaml', '- op: replace\n  path: /spec/targetNamespace\n  value: again\n'],
      ['apps/shop/kustomization.yaml', undefined],
      ['apps/shop/more.yaml', configMap('more')],
      ['argo.yaml', argo('plain', 'apps/shop', 'argo-ns')],
      ['plain/one.yaml', undefined],
      ['clusters/a/apps.yaml', undefined],
      ['clusters/a/apps/shop.yaml', undefined],
      ['argo.yaml', undefined],
    ];
    const texts = new Map<string, string>(Object.entries(start));
    const folder = folderOf(start);
    for (const [path, text] of changes) {
      if (text === undefined) texts.delete(path);
      else texts.set(path, text);
      folder.apply([{ path: `/work/${path}`, text }]);
      provide(folder, Object.fromEntries(texts));
      assert.deepEqual(shown(folder), shown(folderOf(Object.fromEntries(texts))), `${path} ${text ?? 'gone'}`);
    }
    assert.deepEqual(
      shown(folder).units.map(([label]) => label),
      ['', 'clusters/a/apps'].reverse(),
    );
  });

  it('keeps the units that an edit does not touch', () => {
    const folder = folderOf({
      'flux.yaml': `${flux('a', './a')}---\n${flux('b', './b')}`,
      'a/kustomization.yaml': kustomization('a.yaml'),
      'a/a.yaml': configMap('a'),
      'b/kustomization.yaml': kustomization('b.yaml'),
      'b/b.yaml': configMap('b'),
    });
    const [a, b] = folder.units;
    folder.apply([{ path: '/work/a/a.yaml', text: configMap('other') }]);
    assert.notEqual(folder.units[0], a);
    assert.equal(folder.units[1], b);
  });
});

function folderOf(files: Files, options: FolderOptions = {}): WorkspaceFolder {
  const folder = new WorkspaceFolder('/work', options);
  folder.apply(Object.entries(files).map(([path, text]) => ({ path: `/work/${path}`, text })));
  provide(folder, files);
  return folder;
}

function provide(folder: WorkspaceFolder, files: Files): void {
  provideWanted(
    folder,
    Object.entries(files).map(([path, text]) => ({ path: `/work/${path}`, text })),
  );
}

/** Each unit as its label, kind, objects and openness, and each file with the labels of its units. */
function shown(folder: WorkspaceFolder) {
  const units = folder.units.map(({ label, kind, index, open }) => {
    const objects = [...index.all].map((resource) => {
      const { namespace } = resource;
      return `${describeResource(resource)}${namespace === undefined ? '' : ` in ${namespace.value}`}`;
    });
    return [label, kind, objects.sort(), open] as const;
  });
  const files = [...folder.files.keys()].sort().map((path) => [
    path,
    folder
      .unitsOf(path)
      .map(({ label }) => label)
      .sort(),
  ]);
  return { units, files };
}

function check(folder: WorkspaceFolder, path: string) {
  const file = folder.files.get(`/work/${path}`) ?? assert.fail();
  return checkFile(file, folder.unitsOf(file.path), allRules, {
    settings: DEFAULT_SETTINGS,
    complete: true,
    onError: (rule, _, error) => assert.fail(`${rule}: ${String(error)}`),
  });
}

function codes(folder: WorkspaceFolder, path: string): readonly string[] {
  return check(folder, path).map(({ severity, code }) => `${severity} ${code}`);
}

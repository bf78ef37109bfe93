import assert from 'node:assert/strict';
import { buildKustomization } from '../../../server/src/core/sources/kustomize/build.ts';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { application, deploymentsOf, describeDeployments, repositoryOf } from './repositoryOf.ts';

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

describe('an Argo CD Application', () => {
  it('deploys a folder as what it holds: manifests, a kustomization, a chart', () => {
    const text = `#- argocd/apps.yaml
${application('plain', 'path: plain')}---
${application('built', 'path: built/overlays/dev')}---
${application('both', 'path: both')}---
${application('chart', 'path: ./charts/web/')}
#- plain/a.yaml
${MAP}
#- built/overlays/dev/kustomization.yml
resources: [a.yaml]
#- both/kustomization.yaml
resources: [a.yaml]
#- both/Chart.yaml
name: both
#- charts/web/Chart.yaml
name: web
`;
    assert.deepEqual(describeDeployments(text), [
      'plain → directory plain in plain-ns',
      'built → kustomize built/overlays/dev in built-ns',
      'both → kustomize both in both-ns',
      'chart → helm charts/web in chart-ns',
    ]);
  });

  it('takes the files that its patterns say', () => {
    const files = (options: string) => {
      const [found] = deploymentsOf(`#- app.yaml
${application('a', `path: deep\n${options}`)}
#- deep/a.yaml
${MAP}
#- deep/b.json
{}
#- deep/notes.txt
#- deep/skipped.yaml
# +argocd:skip-file-rendering
#- deep/x/c.yml
${MAP}
#- deep/x/y/d.yaml
${MAP}
`);
      const [source] = found?.sources ?? [];
      return source?.kind === 'directory' ? source.files.map((file) => file.slice('/repo/deep/'.length)) : found?.gaps;
    };
    assert.deepEqual(files(''), ['a.yaml', 'b.json']);
    assert.deepEqual(files('directory: {recurse: true}'), ['a.yaml', 'b.json', 'x/c.yml', 'x/y/d.yaml']);
    assert.deepEqual(files("directory: {recurse: true, exclude: '{a.yaml,x/y/*}'}"), ['b.json', 'x/c.yml']);
    assert.deepEqual(files("directory: {recurse: true, include: '*.y?ml'}"), ['a.yaml', 'x/y/d.yaml']);
    assert.deepEqual(files("directory: {recurse: true, include: 'x/*'}"), ['x/c.yml', 'x/y/d.yaml']);
    assert.match(JSON.stringify(files("directory: {include: '[z'}")), /templated/);
  });

  it('changes a kustomization in its place', () => {
    const text = `#- app.yaml
${application(
  'a',
  `path: web
kustomize:
  namePrefix: dev-
  namespace: dev
  commonLabels: {team: shop}
  images: ['nginx=mirror/nginx:1.2']
  replicas: [{name: web, count: 3}]
  patches:
    - target: {kind: Deployment}
      patch: |-
        - op: add
          path: /spec/template/metadata/labels/patched
          value: "yes"`,
)}
#- web/kustomization.yaml
resources: [web.yaml]
namePrefix: old-
commonLabels: {app: web}
patches:
  - patch: |-
      kind: Deployment
      apiVersion: apps/v1
      metadata: {name: web}
      spec: {paused: true}
#- web/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {x: y}}
    spec: {containers: [{name: web, image: nginx}]}
`;
    const [found] = deploymentsOf(text);
    const [source] = found?.sources ?? [];
    assert.ok(source?.kind === 'kustomize' && source.kustomization !== undefined);
    const { kustomization } = source;
    const { texts } = repositoryOf(text);
    const { resources, problems } = buildKustomization(source.folder, {
      read: (path) => (path === kustomization.path ? kustomization.text : texts[path]),
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      resources.map(({ root }) => toJson(root)),
      [
        {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { labels: { app: 'web', team: 'shop' }, name: 'dev-web', namespace: 'dev' },
          spec: {
            paused: true,
            replicas: 3,
            selector: { matchLabels: { app: 'web', team: 'shop' } },
            template: {
              metadata: { labels: { app: 'web', patched: 'yes', team: 'shop', x: 'y' } },
              spec: { containers: [{ image: 'mirror/nginx:1.2', name: 'web' }] },
            },
          },
        },
      ],
    );
  });

  it('gives a chart its values in the order in which they win', () => {
    const [found] = deploymentsOf(`#- app.yaml
${application(
  'a',
  `path: charts/web
helm:
  releaseName: shop
  valueFiles: [values-prod.yaml, /common/*.yaml, missing.yaml]
  ignoreMissingValueFiles: true
  values: "replicas: 2"
  parameters: [{name: a.b, value: '1', forceString: true}]`,
)}
#- charts/web/Chart.yaml
name: web
#- charts/web/values-prod.yaml
#- common/a.yaml
#- common/b.yaml
`);
    const [source] = found?.sources ?? [];
    assert.ok(source?.kind === 'helm');
    assert.deepEqual(source.valueFiles, [
      '/repo/charts/web/values-prod.yaml',
      '/repo/common/a.yaml',
      '/repo/common/b.yaml',
    ]);
    assert.deepEqual(
      source.values.map((node) => toJson(node)),
      [{ replicas: 2 }],
    );
    assert.deepEqual(source.parameters, [{ name: 'a.b', value: '1', isString: true }]);
    assert.equal(source.releaseName, 'shop');
    assert.deepEqual(found?.gaps, []);
  });

  it('finds values files in another of its sources', () => {
    const spec = (url: string) => `#- app.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a}
spec:
  destination: {namespace: ns}
  sources:
    - repoURL: https://git.example.com/team/shop
      path: charts/web
      helm: {valueFiles: [$values/env/prod.yaml]}
    - repoURL: ${url}
      ref: values
    - repoURL: https://charts.example.com
      chart: redis
#- charts/web/Chart.yaml
name: web
#- env/prod.yaml
a: 1
`;
    assert.deepEqual(describeDeployments(spec('https://git.example.com/team/shop')), [
      'a → helm charts/web in ns',
      'a ? other-source',
    ]);
    assert.deepEqual(describeDeployments(spec('https://git.example.com/team/settings')), [
      'a → helm charts/web in ns',
      'a ? values',
      'a ? other-source',
    ]);
  });

  it('says nothing of other repositories, or of what cannot be told', () => {
    const source = (url: string, path = 'web') => `#- app.yaml
${application('a', `path: ${path}`).replace('https://git.example.com/team/shop.git', url)}
#- web/a.yaml
${MAP}
`;
    const [here] = ['a → directory web in a-ns'];
    assert.deepEqual(describeDeployments(source('ssh://git@git.example.com:22/team/shop.git')), [here]);
    assert.deepEqual(describeDeployments(source('https://git.example.com/fork/Shop')), [here]);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/other')), ['a ? other-repository']);
    assert.deepEqual(describeDeployments(source("'<your repository>'")), ['a ? unclear-repository']);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/shop'), []), ['a ? unclear-repository']);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/repo'), []), [here]);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/shop', 'gone')), ['a ? missing-path']);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/shop', '../../etc')), [
      'a ? missing-path',
    ]);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/shop', "'{{ x }}'")), ['a ? templated']);
    assert.deepEqual(
      describeDeployments(`${source('https://git.example.com/team/shop')}#- Chart.yaml\nname: all\n`),
      [],
      'an Application in a chart is no object yet',
    );
  });

  it('counts as the Application that deploys it makes it', () => {
    const text = `#- root.yaml
${application('root', 'path: apps')}
#- apps/kustomization.yaml
resources: [web.yaml]
namePrefix: prod-
patches:
  - target: {kind: Application}
    patch: '[{op: replace, path: /spec/destination/namespace, value: shop}]'
#- apps/web.yaml
${application('web', 'path: web')}
#- web/a.yaml
${MAP}
`;
    assert.deepEqual(describeDeployments(text), [
      'root → kustomize apps in root-ns',
      'prod-web → directory web in shop',
    ]);
  });
});

describe('an Argo CD ApplicationSet', () => {
  const set = (generators: string, goTemplate = true, path = goTemplate ? '{{.path.path}}' : '{{path}}') => `#- set.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: set}
spec:
  goTemplate: ${goTemplate}
  generators:
${generators.replace(/^/gm, '    ')}
  template:
    metadata: {name: '${goTemplate ? 'app-{{ .path.basename }}' : 'app-{{path.basename}}'}'}
    spec:
      destination: {namespace: '${goTemplate ? '{{index .path.segments 1}}' : '{{path[1]}}'}'}
      source: {repoURL: 'https://git.example.com/team/shop', path: '${path}'}
#- apps/web/a.yaml
${MAP}
#- apps/web/deep/a.yaml
${MAP}
#- apps/db/a.yaml
${MAP}
#- apps/.hidden/a.yaml
${MAP}
#- clusters/one/config.yaml
region: eu
#- clusters/two/config.yaml
region: us
`;
  const git = `- git:
    repoURL: https://git.example.com/team/shop.git
    directories: [{path: apps/*}, {path: apps/d?, exclude: true}]`;

  it('makes an Application of every folder', () => {
    for (const goTemplate of [true, false]) {
      assert.deepEqual(describeDeployments(set(git, goTemplate)), ['app-web → directory apps/web in web']);
    }
  });

  it('makes an Application of every element, and of every pair', () => {
    const list =
      "- list: {elements: [{path: {path: apps/web, basename: a, segments: ['', x]}}, {path: {path: apps/db, segments: ['', z]}}]}";
    assert.deepEqual(describeDeployments(set(list)), [
      'app-a → directory apps/web in x',
      'set → directory apps/db in z',
    ]);
    const matrix = `- matrix:
    generators:
${git.replace(/^/gm, '      ')}
      - clusters: {}`;
    assert.deepEqual(describeDeployments(set(matrix)), ['app-web → directory apps/web in web']);
  });

  it('lets further generators override parameters of the first one, by keys', () => {
    const merge = `- merge:
    mergeKeys: [app]
    generators:
      - list: {elements: [{app: web, where: dev, folder: apps/web}, {app: db, where: dev, folder: apps/db}]}
      - list: {elements: [{app: db, where: prod, folder: ''}, {app: other, where: prod}]}`;
    const read = (generators: string, isGo: boolean) =>
      describeDeployments(
        set(generators, isGo, isGo ? '{{ .folder }}' : '{{folder}}').replace(
          /destination: .*/,
          `destination: {namespace: '{{${isGo ? ' .where ' : 'where'}}}'}`,
        ),
      ).map((line) => line.replace(/^\S+ /, ''));
    assert.deepEqual(read(merge, true), ['→ directory apps/web in dev', '→ directory apps/db in prod']);
    assert.deepEqual(read(merge.replace(", folder: ''", ''), false), [
      '→ directory apps/web in dev',
      '→ directory apps/db in prod',
    ]);
    assert.deepEqual(read(merge.replace('[app]', '[where]'), true), ['? generator']);
    assert.deepEqual(read(`${merge}\n      - clusters: {}`, true), ['? generator']);
  });

  it('takes what a selector picks of the parameters', () => {
    const pick = (selector: string) =>
      describeDeployments(
        set(
          `- list: {elements: [{stage: prod, path: {path: apps/web, segments: ['', x]}}, {stage: dev, path: {path: apps/db, segments: ['', z]}}]}\n  selector: ${selector}`,
        ),
      ).map((line) => line.replace(/^\S+ → /, ''));
    assert.deepEqual(pick('{matchLabels: {stage: prod}}'), ['directory apps/web in x']);
    assert.deepEqual(pick('{matchExpressions: [{key: stage, operator: NotIn, values: [prod]}]}'), [
      'directory apps/db in z',
    ]);
    assert.deepEqual(pick('{matchExpressions: [{key: path.path, operator: Exists}]}').length, 2);
    assert.deepEqual(pick('{matchExpressions: [{key: a, operator: Like}]}'), ['set ? generator']);
    assert.deepEqual(describeDeployments(set('- clusters: {}\n  selector: {matchLabels: {a: b}}', true, 'apps/web')), [
      'set ? generator',
    ]);
  });

  it('reads files for parameters', () => {
    const files = `- git:
    repoURL: https://git.example.com/team/shop.git
    files: [{path: clusters/*/config.yaml}]
    values: {where: '{{.region}}'}`;
    assert.deepEqual(describeDeployments(set(files, true, 'apps/{{ .values.where }}')), [
      'app-one ? missing-path',
      'app-two ? missing-path',
    ]);
    assert.deepEqual(describeDeployments(set(files, true, 'apps/web')), [
      'app-one → directory apps/web in one',
      'app-two → directory apps/web in two',
    ]);
  });

  it('knows a path that no unknown generator decides', () => {
    assert.deepEqual(describeDeployments(set('- clusters: {}', true, 'apps/web')), ['set → directory apps/web']);
    assert.deepEqual(describeDeployments(set('- clusters: {}')), ['set ? templated']);
  });

  it('says nothing where more is at work than it evaluates', () => {
    assert.deepEqual(describeDeployments(set(git).replace('  template:', '  templatePatch: "x: y"\n  template:')), [
      'set ? generator',
    ]);
    assert.deepEqual(describeDeployments(set('- merge: {generators: []}')), ['set ? generator']);
    assert.deepEqual(describeDeployments(set(git.replace('team/shop', 'team/other'))), ['set ? generator']);
    assert.deepEqual(describeDeployments(set(git, true, '{{ .path.path | upper }}')), ['app-web ? templated']);
  });
});

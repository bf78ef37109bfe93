import assert from 'node:assert/strict';
import { findSource } from '../../../server/src/core/sources/gitops/textPieces.ts';
import { toJson } from '../../../server/src/core/yaml/json.ts';
import { parseSingle } from '../../../server/src/core/yaml/parse.ts';
import { deploymentsOf, describeDeployments, fluxKustomization, repositoryOf } from './repositoryOf.ts';

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n';

/** The kustomization that is built for the first deployment, as data; the last of equal keys counts. */
function kustomizationOf(text: string): unknown {
  const [source] = deploymentsOf(text)[0]?.sources ?? [];
  assert.ok(source?.kind === 'kustomize');
  return source.kustomization && toJson(parseSingle(source.kustomization.text).root);
}

describe('a Flux Kustomization', () => {
  it('builds the kustomization of its folder as it is', () => {
    const text = `#- clusters/web.yaml
${fluxKustomization('web', 'path: ./apps/web')}
#- apps/web/kustomization.yaml
resources: [a.yaml]
`;
    assert.deepEqual(describeDeployments(text), ['web → kustomize apps/web']);
    assert.equal(kustomizationOf(text), undefined);
  });

  it('writes what it sets into the kustomization, over or after what stands there', () => {
    const text = `#- web.yaml
${fluxKustomization(
  'web',
  `path: apps/web
targetNamespace: shop
nameSuffix: -b
components: [../parts]
images: [{name: nginx, newTag: '2'}]
commonMetadata: {labels: {team: shop}}
patches:
  - target: {kind: Service}
    patch: '[{op: add, path: /a, value: 1}]'`,
)}
#- apps/web/kustomization.yaml
namespace: old
resources: [a.yaml]
images: [{name: nginx, newTag: '1'}, {name: redis, newTag: '1'}]
patches:
  - path: own.yaml
`;
    assert.deepEqual(kustomizationOf(text), {
      resources: ['a.yaml'],
      namespace: 'shop',
      nameSuffix: '-b',
      patches: [{ path: 'own.yaml' }, { patch: '[{op: add, path: /a, value: 1}]', target: { kind: 'Service' } }],
      components: ['../parts'],
      images: [
        { name: 'redis', newTag: '1' },
        { name: 'nginx', newTag: '2' },
      ],
      labels: [{ pairs: { team: 'shop' } }],
    });
  });

  it('tells where every value of the kustomization was written', () => {
    const text = `#- web.yaml
${fluxKustomization('web', 'path: apps/web\ntargetNamespace: shop')}
#- apps/web/kustomization.yaml
namePrefix: dev-
`;
    const { texts } = repositoryOf(text);
    const [source] = deploymentsOf(text)[0]?.sources ?? [];
    assert.ok(source?.kind === 'kustomize' && source.kustomization !== undefined);
    const { kustomization } = source;
    const writtenAt = (value: string) => {
      const start = kustomization.text.indexOf(value);
      const found = findSource(kustomization.pieces, { start, end: start + value.length });
      const file = found?.file ?? kustomization.path;
      return found && [file, texts[file]?.slice(found.start, found.end), found.exact];
    };
    assert.deepEqual(writtenAt('dev-'), ['/repo/apps/web/kustomization.yaml', 'dev-', true]);
    assert.deepEqual(writtenAt('shop'), ['/repo/web.yaml', 'shop', true]);
  });

  it('writes a kustomization anew that cannot be continued', () => {
    for (const written of [
      '{namePrefix: dev-, namespace: old}',
      'namePrefix: dev-\nnamespace: old\n...\n',
      '--- # x\n  namePrefix: dev-\n',
    ]) {
      const text = `#- web.yaml
${fluxKustomization('web', 'path: apps/web\ntargetNamespace: shop')}
#- apps/web/kustomization.yaml
${written}
`;
      assert.deepEqual(kustomizationOf(text), { namePrefix: 'dev-', namespace: 'shop' }, written);
    }
  });

  it('takes every manifest below a folder without a kustomization', () => {
    const text = `#- cluster.yaml
${fluxKustomization('cluster', 'path: apps\ntargetNamespace: shop')}
#- apps/a.yaml
${MAP}
#- apps/deep/er/b.yml
${MAP}
#- apps/web/kustomization.yaml
resources: [x.yaml]
#- apps/web/x.yaml
${MAP}
#- apps/web/inner/kustomization.yaml
resources: []
#- apps/.sops.yaml
rules: []
#- apps/notes.json
{}
`;
    assert.deepEqual(kustomizationOf(text), { resources: ['./a.yaml', './deep/er/b.yml', './web'], namespace: 'shop' });
  });

  it('is not sure of all manifests where the source leaves some out', () => {
    const text = `#- cluster.yaml
${fluxKustomization('cluster', 'path: apps')}
#- apps/a.yaml
${MAP}
#- .sourceignore
*.md
`;
    assert.deepEqual(describeDeployments(text), ['cluster → kustomize apps', 'cluster ? overrides']);
    const built = text.replace('#- apps/a.yaml', '#- apps/kustomization.yaml\nresources: [a.yaml]\n#- apps/a.yaml');
    assert.deepEqual(describeDeployments(built), ['cluster → kustomize apps']);
  });

  it('deploys this repository where its source is declared as it, or nowhere', () => {
    const source = (url: string) => `#- web.yaml
${fluxKustomization('web', 'path: apps')}
#- source.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system}
spec: {url: ${url}}
#- apps/a.yaml
${MAP}
`;
    assert.deepEqual(describeDeployments(source('ssh://git@git.example.com/team/shop')), ['web → kustomize apps']);
    assert.deepEqual(describeDeployments(source('https://git.example.com/team/other')), ['web ? other-repository']);
    assert.deepEqual(describeDeployments(source('${URL}')), ['web ? unclear-repository']);
    const undeclared = (path: string) =>
      `#- web.yaml\n${fluxKustomization('web', `path: ${path}`)}\n#- apps/a.yaml\n${MAP}`;
    assert.deepEqual(describeDeployments(undeclared('./apps')), ['web → kustomize apps']);
    assert.deepEqual(describeDeployments(undeclared('./')), ['web ? unclear-repository']);
    assert.deepEqual(describeDeployments(undeclared('./elsewhere')), ['web ? unclear-repository']);
    assert.deepEqual(describeDeployments(undeclared('${DIR}')), ['web ? templated']);
    assert.deepEqual(describeDeployments(undeclared('./apps').replace('GitRepository', 'Bucket')), [
      'web ? other-source',
    ]);
  });

  it('follows an artifact that keeps the places of what it copies', () => {
    const text = (to: string) => `#- web.yaml
${fluxKustomization('web', 'path: ./prod').replace('kind: GitRepository, name: flux-system', 'kind: ExternalArtifact, name: apps')}
---
apiVersion: source.extensions.fluxcd.io/v1beta1
kind: ArtifactGenerator
metadata: {name: all}
spec:
  sources: [{alias: repo, kind: GitRepository, name: flux-system}]
  artifacts:
    - name: apps
      copy:
        - {from: '@repo/apps/base/**', to: '@artifact/base/'}
        - {from: '@repo/apps/prod/**', to: '@artifact/${to}/'}
#- apps/base/a.yaml
${MAP}
#- apps/prod/a.yaml
${MAP}
`;
    assert.deepEqual(describeDeployments(text('prod')), ['web → kustomize apps/prod']);
    assert.deepEqual(describeDeployments(text('production')), ['web ? other-source']);
  });

  it('passes its patches, namespace and variables on to what it deploys', () => {
    const child = fluxKustomization('child', 'path: ./apps/${app}')
      .replace('metadata: {name: child, namespace: flux-system}', 'metadata:\n  name: ${app}-child')
      .replace(/^spec:$/m, 'spec:\n  postBuild: {substitute: {own: "${app}"}}');
    const text = `#- cluster.yaml
${fluxKustomization(
  'cluster',
  `path: cluster
targetNamespace: shop
postBuild: {substitute: {app: web}}
patches:
  - target: {kind: Kustomization}
    patch: '[{op: add, path: /spec/targetNamespace, value: front}]'`,
)}
#- cluster/child.yaml
${child}
#- apps/web/a.yaml
${MAP}
`;
    assert.deepEqual(describeDeployments(text), [
      'cluster → kustomize cluster in shop',
      'web-child → kustomize apps/web in front',
    ]);
    const variables = deploymentsOf(text)[1]?.variables;
    assert.deepEqual(variables, { values: new Map([['own', 'web']]), open: false });
  });

  it('knows where a value was written that another Kustomization set', () => {
    const text = `#- cluster.yaml
${fluxKustomization('cluster', "path: cluster\npatches:\n  - target: {kind: Kustomization}\n    patch: '[{op: add, path: /spec/namePrefix, value: p-}]'")}
#- cluster/kustomization.yaml
resources: [child.yaml]
patches:
  - patch: |-
      apiVersion: kustomize.toolkit.fluxcd.io/v1
      kind: Kustomization
      metadata: {name: child, namespace: flux-system}
      spec:
        targetNamespace: front
#- cluster/child.yaml
${fluxKustomization('child', 'path: web')}
#- web/kustomization.yaml
resources: []
`;
    const { texts } = repositoryOf(text);
    const [source] = deploymentsOf(text)[1]?.sources ?? [];
    assert.ok(source?.kind === 'kustomize' && source.kustomization !== undefined);
    const { kustomization } = source;
    const writtenAt = (value: string) => {
      const start = kustomization.text.indexOf(value);
      const found = findSource(kustomization.pieces, { start, end: start + value.length });
      const file = found?.file ?? kustomization.path;
      return found && [file, texts[file]?.slice(found.start, found.end), found.exact];
    };
    assert.match(
      JSON.stringify(writtenAt('front')),
      /^\["\/repo\/cluster\/kustomization.yaml","\|-\\n.*front",false\]$/,
    );
    const patch = "'[{op: add, path: /spec/namePrefix, value: p-}]'";
    assert.deepEqual(writtenAt('p-'), ['/repo/cluster.yaml', patch, false]);
  });

  it('ends where Kustomizations deploy each other, or themselves', () => {
    const text = `#- a/a.yaml
${fluxKustomization('a', 'path: b')}---
${fluxKustomization('self', 'path: a')}
#- b/b.yaml
${fluxKustomization('b', 'path: a')}
`;
    assert.deepEqual([...new Set(deploymentsOf(text).map(({ name }) => name))].sort(), ['a', 'b', 'self']);
  });

  it('takes no patch for an object of its own', () => {
    const text = `#- web/kustomization.yaml
resources: [release.yaml]
patches: [{path: patch.yaml}]
#- web/release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository, name: flux-system}}}
#- web/patch.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web}
spec:
  chart: {spec: {version: '2'}}
  targetNamespace: shop
#- charts/web/Chart.yaml
name: web
`;
    assert.deepEqual(describeDeployments(text), ['web → helm charts/web in shop']);
  });
});

describe('the variables of a Flux Kustomization', () => {
  const variables = (postBuild: string, more = '') => {
    const [found] = deploymentsOf(`#- web.yaml
${fluxKustomization('web', `path: apps\npostBuild:\n${postBuild.replace(/^/gm, '  ')}`)}
#- apps/a.yaml
${MAP}
${more}`);
    assert.ok(found?.variables !== undefined);
    const { values, open } = found.variables;
    return `${[...values].map(([name, value]) => `${name}=${value}`).join(' ')}${open ? ' …' : ''}`;
  };
  const map = (file: string, data: string) =>
    `#- ${file}.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\ndata: {${data}}\n`;
  const from = 'substituteFrom: [{kind: ConfigMap, name: vars}]';

  it('come from the object itself and from what the repository declares', () => {
    assert.equal(variables('substitute: {a: "1", b: "x\\ny"}'), 'a=1 b=xy');
    assert.equal(variables(`${from}\nsubstitute: {a: "1"}`, map('x', 'a: "2", c: "3"')), 'a=1 c=3');
  });

  it('are open where a source is not known', () => {
    assert.equal(variables(`${from}\nsubstitute: {a: "1"}`), 'a=1 …');
    assert.equal(variables(from, map('x', 'a: "1"') + map('y', 'a: "2"')), ' …');
    assert.equal(variables(from, map('x', 'a: "1"') + map('y', 'a: "1"')), 'a=1');
    assert.equal(variables(from, map('x', 'a: "ENC[AES256_GCM,data:x]", b: "${c}", d: "1"')), 'd=1 …');
  });

  it('are none without postBuild', () => {
    const [found] = deploymentsOf(`#- web.yaml\n${fluxKustomization('web', 'path: apps')}\n#- apps/a.yaml\n${MAP}`);
    assert.equal(found?.variables, undefined);
  });
});

describe('a Flux HelmRelease', () => {
  const release = (spec: string, more = '') => `#- release.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: web, namespace: shop}
spec:
  chart:
    spec:
      chart: ./charts/web
      sourceRef: {kind: GitRepository, name: flux-system}
      valuesFiles: [charts/web/values-prod.yaml]
${spec.replace(/^/gm, '  ')}
#- charts/web/Chart.yaml
name: web
#- charts/web/values-prod.yaml
a: 1
${more}`;

  it('gives a chart of this repository its values', () => {
    const [found] = deploymentsOf(
      release(
        'targetNamespace: front\nvaluesFrom: [{kind: ConfigMap, name: base}]\nvalues: {replicas: 2}',
        '#- base.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: base}\ndata: {values.yaml: "replicas: 1"}\n',
      ),
    );
    const [source] = found?.sources ?? [];
    assert.ok(source?.kind === 'helm');
    assert.equal(source.releaseName, 'front-web');
    assert.equal(source.namespace, 'front');
    assert.deepEqual(source.valueFiles, ['/repo/charts/web/values-prod.yaml']);
    assert.equal(source.withoutChartValues, true);
    assert.deepEqual(
      source.values.map((node) => toJson(node)),
      [{ replicas: 1 }, { replicas: 2 }],
    );
    assert.deepEqual(found?.gaps, []);
  });

  it('tells what it does not know', () => {
    assert.deepEqual(describeDeployments(release('valuesFrom: [{kind: Secret, name: gone}]\npostRenderers: [{}]')), [
      'web → helm charts/web in shop',
      'web ? values',
      'web ? post-renderer',
    ]);
    const elsewhere = release('interval: 1m').replace('kind: GitRepository', 'kind: HelmRepository');
    assert.deepEqual(describeDeployments(elsewhere), ['web ? other-source']);
  });
});

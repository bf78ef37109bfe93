import assert from 'node:assert/strict';
import { checkFile } from '../../../../server/src/core/ide/diagnostics.ts';
import { deprecatedFixes } from '../../../../server/src/core/ide/kustomization/deprecatedFixes.ts';
import { DEFAULT_SETTINGS } from '../../../../server/src/core/workspace/config.ts';
import { applyFix, indexFixture } from '../../../check.ts';
import { parseFixture } from '../../../fixture.ts';

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - {name: web, image: web}
`;

/** The titles of what is offered for a kustomization of `web.yaml`, and its text after all that is. */
function offered(kustomization: string, others = '') {
  const { files } = parseFixture(`#- web.yaml\n${WEB}${others}#- kustomization.yaml\n${kustomization}`);
  const path = '/work/kustomization.yaml';
  const folder = indexFixture(files);
  const file = folder.files.get(path);
  assert.ok(file);
  const found = checkFile(file, folder.unitsOf(path), [], {
    settings: DEFAULT_SETTINGS,
    complete: true,
    onError: () => {},
  });
  const all = { start: 0, end: kustomization.length };
  const actions = deprecatedFixes(folder, path, kustomization, found, all);
  return {
    titles: actions.map(({ title }) => title),
    texts: actions.map(
      (action) => applyFix(files, { ...action, safe: true }).find((fixed) => fixed.path === path)?.text,
    ),
  };
}

describe('fixes of deprecated fields', () => {
  it('turn variables into replacements that copy the same values', () => {
    const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: api}\nspec: {ports: [{port: 80}]}\n';
    const client = WEB.replace(
      '{name: web, image: web}',
      '{name: web, image: web, args: [--to, $(API)], env: [{name: URL, value: "http://$(API):$(PORT)/x"}]}',
    );
    const vars = `vars: # two
- name: API
  objref: {kind: Service, name: api, apiVersion: v1}
- name: PORT
  objref: {kind: Service, name: api, apiVersion: v1}
  fieldref:
    fieldpath: spec.ports[0].port
namePrefix: dev-
`;
    const files = `#- service.yaml\n${service}#- client.yaml\n${client}`;
    const { titles, texts } = offered(`resources: [service.yaml, client.yaml]\n${vars}`, files);
    assert.deepEqual(titles, []);
    assert.deepEqual(texts, []);
    const simple = offered(
      `resources: [service.yaml, client.yaml]\n${vars}`,
      files.replace('http://$(API):$(PORT)/x', '$(API):$(PORT)'),
    );
    assert.deepEqual(simple.titles, ['Rewrite `vars` as `replacements`']);
    assert.match(
      simple.texts[0] ?? '',
      /fieldPaths:\n {4}- spec\.template\.spec\.containers\.\[name=web\]\.env\.\[name=URL\]\.value\n {4}options:\n {6}delimiter: ":"\n {6}index: 1\nnamePrefix: dev-\n$/,
    );
  });

  it('rename what the successor of charts calls otherwise', () => {
    const chart =
      'helmChartInflationGenerator:\n- chartName: web\n  chartRepoUrl: https://a.example\n  values: v.yaml\n';
    const { titles, texts } = offered(`resources: [web.yaml]\n${chart}`);
    assert.deepEqual(titles, ['Rewrite `helmChartInflationGenerator` as `helmCharts`']);
    assert.deepEqual(texts, [
      'resources: [web.yaml]\nhelmCharts:\n- name: web\n  repo: https://a.example\n  valuesFile: v.yaml\n',
    ]);
    assert.deepEqual(offered(`resources: [web.yaml]\n${chart}  chartHome: charts\n`).titles, []);
  });

  it('are offered where the objects stay as they are', () => {
    const { titles, texts } = offered('resources:\n- web.yaml\ncommonLabels:\n  team: a\n');
    assert.deepEqual(titles, ['Rewrite `commonLabels` as `labels`']);
    assert.deepEqual(texts, [
      'resources:\n- web.yaml\nlabels:\n  - pairs:\n      team: a\n    includeSelectors: true\n',
    ]);
    assert.deepEqual(
      offered(`resources:
- web.yaml
patchesStrategicMerge:
- |-
  apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
  spec: {replicas: 2}
patchesJson6902:
- target: {group: apps, version: v1, kind: Deployment, name: web}
  patch: '[{op: add, path: /metadata/annotations, value: {a: b}}]'
`).titles,
      ['Rewrite `patchesStrategicMerge` as `patches`', 'Rewrite `patchesJson6902` as `patches`'],
    );
  });

  it('are not offered where the new place changes the result', () => {
    const patch = "patch: '[{op: replace, path: /spec/template/spec/containers/0/image, value: other}]'";
    const json = `resources: [web.yaml]\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n  ${patch}\n`;
    assert.equal(offered(json).titles.length, 1);
    assert.deepEqual(offered(`${json}namePrefix: a-\n`).titles.length, 1);
    const metadata = json.replace('/spec/template/spec/containers/0/image', '/metadata/name');
    assert.deepEqual(offered(`${metadata}namePrefix: a-\n`).titles, []);
  });
});

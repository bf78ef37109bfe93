import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkFile } from '../../server/src/core/ide/diagnostics.ts';
import type { Resource } from '../../server/src/core/k8s/resource.ts';
import { describeResource } from '../../server/src/core/k8s/resourceBase.ts';
import { allRules } from '../../server/src/core/rules/index.ts';
import type { PartialSettings } from '../../server/src/core/workspace/config.ts';
import { Workspace } from '../../server/src/core/workspace/workspace.ts';
import { createHelmRunner } from '../../server/src/main/helm.ts';
import { createNodeHost } from '../../server/src/main/nodeHost.ts';
import { helmAtHand } from './helmBinary.ts';

type Files = Readonly<Record<string, string>>;

const CHART: Files = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/values.yaml': 'port: 8080\nname: ""\nextra: false\n',
  'charts/web/values-prod.yaml': 'extra: true\n',
  'charts/web/templates/workload.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ required "name the release's workload" .Values.name }}
spec:
  selector:
    matchLabels:
      app: {{ .Release.Name }}
  template:
    metadata:
      labels:
        app: {{ .Release.Name }}
    spec:
      containers:
        - name: main
          image: web:1
          ports:
            - name: http
              containerPort: {{ .Values.port }}
{{- if .Values.extra }}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: extra
{{- end }}
`,
};

const SERVICE = (app: string, target = 'http') => `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: ${app}
  ports:
    - port: 80
      targetPort: ${target}
`;

const GIT = '[remote "origin"]\n\turl = https://git.example.com/team/work.git\n';

const APPLICATION = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
spec:
  sources:
    - repoURL: https://git.example.com/team/work
      path: charts/web
      helm:
        valueFiles: [values-prod.yaml]
        valuesObject: {name: front}
        parameters:
          - {name: port, value: "9090"}
    - repoURL: https://git.example.com/team/work
      path: plain
  destination:
    namespace: shop
`;

const RELEASE = `apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata:
  name: web
  namespace: flux-system
spec:
  targetNamespace: shop
  chart:
    spec:
      chart: ./charts/web
      sourceRef:
        kind: GitRepository
        name: flux-system
  values:
    name: back
`;

const show = (resource: Resource) => `${describeResource(resource)} in ${resource.namespace?.value}`;

describe('charts that are deployed from the repository', () => {
  let scratch = '';
  const helm = helmAtHand();

  before(function () {
    if (helm === undefined) this.skip();
    scratch = realpathSync(mkdtempSync(path.join(tmpdir(), 'kubefathom-deployed-')));
  });

  after(() => {
    if (scratch !== '') rmSync(scratch, { recursive: true, force: true });
  });

  async function open(files: Files, settings: PartialSettings = {}, trusted = true) {
    const root = mkdtempSync(path.join(scratch, 'work'));
    const write = (file: string, text: string) => {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    };
    for (const [file, text] of Object.entries({ '.git/config': GIT, ...files })) write(file, text);
    const workspace = new Workspace(createNodeHost(trusted ? createHelmRunner() : undefined), {
      userSettings: () => ({ ...settings, helm: { path: helm ?? '' } }),
    });
    await workspace.indexFolder(root);
    await workspace.renderCharts();
    const [folder] = workspace.folders;
    assert.ok(folder);
    const units = () =>
      folder.index.units
        .filter(({ kind }) => kind !== 'loose')
        .map(({ label, index, open }) => [label, [...index.all].map(show).sort(), open]);
    const findings = (name: string, text?: string) => {
      const file = folder.index.files.get(`${root}/${name}`);
      assert.ok(file);
      return checkFile(file, folder.index.unitsOf(file.path), allRules, {
        settings: folder.settings,
        complete: folder.complete,
        onError: (rule, _file, error) => assert.fail(`${rule}: ${String(error)}`),
      }).map(({ severity, code, units, at, message }) => {
        const words = text === undefined ? '' : ` at ${text.slice(at.start, at.end)}: ${message.split(/ `app=|; /)[0]}`;
        return `${severity} ${code} ${units.join()}${words}`;
      });
    };
    return { workspace, root, write, units, findings };
  }

  it('are one unit with the other sources of an Application, rendered with its values, files and parameters', async () => {
    const files = { ...CHART, 'plain/service.yaml': SERVICE('shop', '"8080"'), 'app.yaml': APPLICATION };
    const { units, workspace } = await open(files);
    assert.deepEqual(units(), [
      [
        'charts/web (Argo CD Application shop)',
        ['ConfigMap/extra in shop', 'Deployment/front in shop', 'Service/web in shop'],
        undefined,
      ],
    ]);
    const [unit] = workspace.folders[0]?.index.units ?? [];
    const [front] = unit?.index.named('Deployment', 'front') ?? [];
    assert.ok(front?.type === 'workload');
    assert.equal(front.template.containers[0]?.ports[0]?.containerPort?.value, 9090);
  });

  it('decide what their Services reach', async () => {
    const wrong = { ...CHART, 'plain/service.yaml': SERVICE('shp'), 'app.yaml': APPLICATION };
    const { findings } = await open(wrong);
    assert.deepEqual(findings('plain/service.yaml'), [
      'warning service-selector-no-match charts/web (Argo CD Application shop)',
    ]);
    const right = await open({ ...wrong, 'plain/service.yaml': SERVICE('shop') });
    assert.deepEqual(right.findings('plain/service.yaml'), []);
  });

  it('leave the unit open where helm may not run', async () => {
    const files = { ...CHART, 'plain/service.yaml': SERVICE('shp'), 'app.yaml': APPLICATION };
    const { findings, units } = await open(files, {}, false);
    assert.deepEqual(units(), [
      ['charts/web (Argo CD Application shop)', ['Service/web in shop'], 'the chart `web` of it is not rendered'],
    ]);
    assert.deepEqual(findings('plain/service.yaml'), []);
  });

  it('are units of HelmReleases, in their namespace and under their names', async () => {
    const { units } = await open({ ...CHART, 'release.yaml': RELEASE });
    assert.deepEqual(units(), [['charts/web (Flux HelmRelease web)', ['Deployment/back in shop'], undefined]]);
  });

  it('are not rendered with values that are not known', async () => {
    const unknown = RELEASE.replace('name: back', 'name: ${NAME}');
    const { units } = await open({ ...CHART, 'release.yaml': unknown });
    assert.deepEqual(units(), [['charts/web', [], 'helm does not render the chart']]);
  });

  it('say at the template why a deployment of them fails', async () => {
    const { findings } = await open({ ...CHART, 'release.yaml': RELEASE.replace('name: back', 'port: 1') });
    assert.deepEqual(findings('charts/web/templates/workload.yaml'), [
      'info helm-renders-nothing charts/web',
      'info helm-renders-nothing charts/web (Flux HelmRelease web)',
    ]);
  });

  it('belong to the environments of the settings, with what is deployed beside them', async () => {
    const values = { 'charts/web/values-prod.yaml': 'name: prod\n', 'charts/web/values-dev.yaml': 'name: dev\n' };
    const files = { ...CHART, ...values, 'plain/service.yaml': SERVICE('prod') };
    const environments = ['dev', 'prod'].map((name) => ({
      name,
      roots: ['plain'],
      charts: [{ path: 'charts/web', values: [`charts/web/values-${name}.yaml`] }],
      namespace: 'shop',
    }));
    const { units, findings } = await open(files, { environments });
    assert.deepEqual(units(), [
      ['dev', ['Deployment/dev in shop', 'Service/web in shop'], undefined],
      ['prod', ['Deployment/prod in shop', 'Service/web in shop'], undefined],
    ]);
    assert.deepEqual(findings('plain/service.yaml'), ['hint service-selector-no-match dev']);
  });

  it('are rendered anew when the object that deploys them is saved', async () => {
    const { workspace, root, write, units } = await open({ ...CHART, 'release.yaml': RELEASE });
    write('release.yaml', RELEASE.replace('name: back', 'name: again'));
    await workspace.refresh([`${root}/release.yaml`]);
    assert.deepEqual(units(), [['charts/web', [], 'helm does not render the chart']]);
    assert.equal(await workspace.renderCharts([`${root}/release.yaml`]), true);
    assert.deepEqual(units(), [['charts/web (Flux HelmRelease web)', ['Deployment/again in shop'], undefined]]);
    assert.equal(await workspace.renderCharts(), false);
  });

  it('take no name of a release for an option of helm', async () => {
    const { units } = await open({
      ...CHART,
      'release.yaml': RELEASE.replace('spec:', 'spec:\n  releaseName: --debug'),
    });
    assert.deepEqual(units(), [['charts/web', [], 'helm does not render the chart']]);
  });

  it('have what packed charts make at the line that asks for them', async () => {
    const chart =
      'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n  - name: web\n    version: 0.1.0\n    alias: front\n';
    const { root, workspace, findings, write } = await open({ 'shop/Chart.yaml': chart });
    write('pack/web/Chart.yaml', CHART['charts/web/Chart.yaml'] ?? '');
    write(
      'pack/web/templates/service.yaml',
      `${SERVICE('web')}---\n${SERVICE('wbe').replace('name: web', 'name: other')}`,
    );
    write(
      'pack/web/templates/pod.yaml',
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  labels: {app: web}\nspec:\n  containers: [{name: main, image: web, ports: [{name: http, containerPort: 80}]}]\n',
    );
    mkdirSync(`${root}/shop/charts`);
    execFileSync('tar', ['czf', `${root}/shop/charts/web-0.1.0.tgz`, '-C', `${root}/pack`, 'web']);
    rmSync(`${root}/pack`, { recursive: true });
    await workspace.renderCharts();
    const unit = workspace.folders[0]?.index.units.find(({ kind }) => kind === 'chart');
    assert.deepEqual([...(unit?.index.all ?? [])].map(show).sort(), [
      'Pod/web in default',
      'Service/other in default',
      'Service/web in default',
    ]);
    assert.deepEqual(findings('shop/Chart.yaml', chart), [
      'hint service-selector-no-match shop at web: `Service/other` of this packed chart: no manifest here shows a workload in namespace `default` with the labels',
    ]);
  });

  it('are not given to helm with links that lead out of the workspace folder', async () => {
    const { root, workspace, findings } = await open(CHART);
    const outside = path.join(scratch, 'outside.yaml');
    writeFileSync(outside, 'secret: true\n');
    symlinkSync(outside, `${root}/charts/web/templates/leak.yaml`);
    assert.equal(await workspace.renderCharts(), true);
    assert.deepEqual(findings('charts/web/Chart.yaml', CHART['charts/web/Chart.yaml']), [
      'info helm-renders-nothing charts/web at web: helm renders nothing of this chart with its own values: `templates/leak.yaml` is a symbolic link that leads out of the workspace folder',
    ]);
    rmSync(`${root}/charts/web/templates/leak.yaml`);
    symlinkSync(`${root}/charts/web/values-prod.yaml`, `${root}/charts/web/templates/kept.yaml`);
    await workspace.renderCharts();
    assert.match(workspace.describeCharts().join(), /helm does not render/);
    assert.doesNotMatch(findings('charts/web/Chart.yaml', CHART['charts/web/Chart.yaml']).join(), /symbolic link/);
  });
});

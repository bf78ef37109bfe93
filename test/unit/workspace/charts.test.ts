import assert from 'node:assert/strict';
import { checkFile } from '../../../server/src/core/ide/diagnostics.ts';
import { unitsFor } from '../../../server/src/core/ide/locate.ts';
import { allRules } from '../../../server/src/core/rules/index.ts';
import type { RenderResult, RenderSettings } from '../../../server/src/core/sources/helm/renderRequest.ts';
import type { PartialSettings } from '../../../server/src/core/workspace/config.ts';
import type { Host } from '../../../server/src/core/workspace/host.ts';
import { Workspace } from '../../../server/src/core/workspace/workspace.ts';
import { createMemoryHost, type Tree } from './memoryHost.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: wbe
  ports:
    - port: {{ .Values.port }}
      targetPort: {{ .Values.target }}
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: web
`;

const FILES: Readonly<Record<string, string>> = {
  '/root/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  '/root/web/values.yaml': 'port: 80\ntarget: 8080\n',
  '/root/web/values-prod.yaml': 'port: 81\n',
  '/root/web/templates/service.yaml': SERVICE,
  '/root/web/templates/deployment.yaml': DEPLOYMENT,
};

/** What the real one prints of the templates with a port. */
const print = (files: Readonly<Record<string, string>>, port: string): string =>
  ['service', 'deployment']
    .map((name) => `---\n# Source: web/templates/${name}.yaml\n${files[`/root/web/templates/${name}.yaml`] ?? ''}`)
    .join('')
    .replace('{{ .Values.port }}', port)
    .replace('{{ .Values.target }}', '8080');

describe('charts of a workspace', () => {
  it('are checked as Helm renders them, at the lines of their templates', async () => {
    const { workspace, findings } = await open(FILES);
    assert.deepEqual(findings('templates/service.yaml'), []);
    assert.equal(await workspace.renderCharts(), true);
    assert.deepEqual(findings('templates/service.yaml'), ['warning service-selector-no-match wbe']);
  });

  it('have no warning for what values decide', async () => {
    const templated = SERVICE.replace('wbe', '{{ .Values.app }}');
    const files = { ...FILES, '/root/web/templates/service.yaml': templated };
    const { workspace, findings } = await open(files, (text) => text.replace('{{ .Values.app }}', 'wbe'));
    await workspace.renderCharts();
    assert.deepEqual(findings('templates/service.yaml'), ['hint service-selector-no-match {{ .Values.app }}']);
  });

  it('take what other values would bring for possible', async () => {
    const files = { ...FILES, '/root/web/templates/service.yaml': SERVICE.replace('wbe', 'web') };
    const { workspace, findings } = await open(files, (text) => text.slice(0, text.indexOf('---', 3)));
    await workspace.renderCharts();
    assert.equal(workspace.folders[0]?.index.units.find(({ kind }) => kind === 'chart')?.index.size, 1);
    assert.deepEqual(
      findings('templates/service.yaml').filter((finding) => !finding.startsWith('hint')),
      [],
    );
  });

  it('are rendered again only when something of them changed', async () => {
    const { workspace, requests, write } = await open(FILES);
    await workspace.renderCharts();
    assert.equal(await workspace.renderCharts(), false);
    assert.equal(requests.length, 1);
    write('/root/web/values.yaml', 'port: 82\n');
    await workspace.refresh(['/root/web/values.yaml']);
    assert.equal(await workspace.renderCharts(['/root/other.yaml']), false);
    assert.equal(await workspace.renderCharts(['/root/web/values.yaml']), true);
    assert.equal(requests.length, 2);
  });

  it('say nothing at places that an edit has moved, until they are saved', async () => {
    const { workspace, findings } = await open(FILES);
    await workspace.renderCharts();
    await workspace.setOpen('/root/web/templates/service.yaml', `# moved\n${SERVICE}`);
    assert.deepEqual(findings('templates/service.yaml'), []);
    const folder = workspace.folders[0]?.index;
    assert.ok(folder);
    assert.deepEqual(
      unitsFor(folder, '/root/web/templates/service.yaml').map(({ isChart }) => isChart),
      [true],
    );
    await workspace.setOpen('/root/web/templates/service.yaml', SERVICE);
    assert.equal(findings('templates/service.yaml').length, 1);
  });

  it('are a unit more for each environment that names files of values', async () => {
    const environment = {
      name: 'prod',
      charts: [{ path: 'web', values: ['web/values-prod.yaml'] }],
      namespace: 'shop',
    };
    const { workspace, requests } = await open(FILES, undefined, { environments: [environment] });
    await workspace.renderCharts();
    assert.deepEqual(
      workspace.folders[0]?.index.units.filter(({ kind }) => kind !== 'loose').map(({ label }) => label),
      ['prod', 'web'],
    );
    assert.deepEqual(
      requests.map(({ release, namespace, valuesFiles }) => [release, namespace, valuesFiles]),
      [
        ['web', 'default', []],
        ['prod', 'shop', ['/root/web/values-prod.yaml']],
      ],
    );
  });

  it('offer the files of values that no environment names', async () => {
    const { workspace } = await open(FILES);
    await workspace.renderCharts();
    assert.match(workspace.describeCharts().join('\n'), /^web: rendered, 2 objects\n.*values-prod\.yaml/);
  });

  it('tell where Helm stopped, as information', async () => {
    const failure = { message: 'set a port', at: { source: 'web/templates/service.yaml', line: 9, column: 14 } };
    const { workspace, findings } = await open(FILES, () => ({ failure }));
    await workspace.renderCharts();
    assert.deepEqual(findings('templates/service.yaml'), ['info helm-renders-nothing - port: {{ .Values.port }}']);
  });

  it('without what they need, say so in the log alone', async () => {
    const chart = `${FILES['/root/web/Chart.yaml']}dependencies:\n  - name: redis\n    version: 1.0.0\n`;
    const { workspace, findings, requests } = await open({ ...FILES, '/root/web/Chart.yaml': chart });
    await workspace.renderCharts();
    assert.deepEqual(findings('Chart.yaml'), []);
    assert.equal(requests.length, 0);
    assert.match(workspace.describeCharts().join('\n'), /`web` needs `redis`/);
  });

  it('run no program where that is switched off', async () => {
    const { workspace, requests } = await open(FILES, undefined, { helm: { enable: false } });
    assert.equal(await workspace.renderCharts(), false);
    assert.equal(requests.length, 0);
    assert.match(workspace.describeCharts().join('\n'), /helm\.enable is off/);
  });
});

async function open(
  given: Readonly<Record<string, string>>,
  change: (text: string) => string | RenderResult = (text) => text,
  settings: PartialSettings = {},
) {
  const files = { ...given };
  const tree = toTree(files);
  const requests: RenderSettings[] = [];
  const host: Host = {
    ...createMemoryHost(tree),
    helm: {
      find: () => 'helm',
      render: (_program, request) => {
        requests.push(request);
        const made = change(print(files, '80'));
        return { result: Promise.resolve(typeof made === 'string' ? { output: made } : made), cancel: () => {} };
      },
    },
  };
  const workspace = new Workspace(host, { userSettings: () => settings });
  await workspace.indexFolder('/root');
  const findings = (name: string): readonly string[] => {
    const folder = workspace.folders[0];
    const file = folder?.index.files.get(`/root/web/${name}`);
    assert.ok(folder && file);
    const text = workspace.openText(file.path) ?? files[file.path] ?? '';
    return checkFile(file, folder.index.unitsOf(file.path), allRules, {
      settings: folder.settings,
      complete: folder.complete,
      onError: (rule, _file, error) => assert.fail(`${rule}: ${String(error)}`),
    }).map(({ severity, code, at }) => `${severity} ${code} ${text.slice(at.start, at.end)}`);
  };
  const write = (path: string, text: string) => {
    files[path] = text;
    Object.assign(tree, toTree(files));
  };
  return { workspace, requests, findings, write };
}

/** The folders below `/root`. */
function toTree(files: Readonly<Record<string, string>>): Record<string, Tree> {
  const root: Record<string, Tree> = {};
  for (const [path, text] of Object.entries(files)) {
    const names = path.split('/').slice(2);
    const name = names.pop() ?? '';
    let folder: Record<string, unknown> = root;
    for (const part of names) {
      folder[part] ??= {};
      folder = folder[part] as Record<string, unknown>;
    }
    folder[name] = text;
  }
  return root;
}

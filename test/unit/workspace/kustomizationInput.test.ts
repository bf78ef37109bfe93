import assert from 'node:assert/strict';
import { checkFile } from '../../../server/src/core/ide/diagnostics.ts';
import { hover } from '../../../server/src/core/ide/hover.ts';
import { allRules } from '../../../server/src/core/rules/index.ts';
import type { Environment } from '../../../server/src/core/sources/gitops/environments.ts';
import { Workspace } from '../../../server/src/core/workspace/workspace.ts';
import { createMemoryHost, type Tree } from './memoryHost.ts';

const SERVICE = `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
`;

const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n';

const FLUX = `apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: shop, namespace: flux-system}
spec: {path: ./prod, targetNamespace: shop, sourceRef: {kind: GitRepository, name: flux-system}}
`;

describe('hovers on what a deployment builds', () => {
  const TREE: Tree = {
    base: { 'kustomization.yaml': 'resources: [web.yaml]\n', 'web.yaml': SERVICE },
    prod: {
      'kustomization.yaml': 'resources: [../base]\npatches:\n- path: patch.yaml\ncommonLabels: {team: shop}\n',
      'patch.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n',
    },
    plain: { 'label.yaml': CONFIG_MAP.replace('settings', 'settings, labels: {on: yes}') },
  };
  const PROD = [{ name: 'prod', roots: ['prod', 'plain'] }];

  it('tell what a patch does where Flux deploys the kustomization', async () => {
    const { hoverAt, labels } = await open({ ...TREE, 'flux.yaml': FLUX });
    assert.deepEqual(labels('base/web.yaml'), ['prod (Flux Kustomization shop)']);
    assert.match(hoverAt('prod/kustomization.yaml', 'path: patch'), /`Service\/web`.*`spec\.type`/s);
    assert.match(hoverAt('prod/patch.yaml', 'NodePort'), /`spec\.type`/);
    assert.match(hoverAt('base/web.yaml', 'Service'), /deployed by `prod \(Flux Kustomization shop\)`/);
  });

  it('tell it where the settings put several roots together', async () => {
    const { hoverAt, labels } = await open(TREE, PROD);
    assert.deepEqual(labels('base/web.yaml'), ['prod']);
    assert.match(hoverAt('prod/kustomization.yaml', 'path: patch'), /`Service\/web`.*`spec\.type`/s);
    assert.match(hoverAt('prod/kustomization.yaml', 'team'), /team/);
    assert.match(hoverAt('base/web.yaml', 'Service'), /deployed by `prod`/);
  });

  it('and rules know what kustomize writes anew there', async () => {
    const label = SERVICE.replace('{name: web}', '{name: web, labels: {on: yes}}');
    const tree = { ...TREE, base: { 'kustomization.yaml': 'resources: [web.yaml]\n', 'web.yaml': label } };
    const { findings } = await open(tree, PROD);
    assert.deepEqual(findings('base/web.yaml'), []);
    assert.match(findings('plain/label.yaml').join(), /^error non-string-label-value /);
  });

  it('end where the deployment deploys itself', async () => {
    const self = FLUX.replace('./prod', './');
    const { findings, hoverAt } = await open({ ...TREE, 'flux.yaml': self });
    assert.deepEqual(findings('flux.yaml'), []);
    assert.match(hoverAt('prod/patch.yaml', 'NodePort'), /`spec\.type`/);
  });
});

describe('hostile kustomizations of a workspace', () => {
  it('end where bases lead in a circle, at the line', async () => {
    const { findings } = await open({
      a: { 'kustomization.yaml': 'resources: [../b]\n' },
      b: { 'kustomization.yaml': 'resources: [../a]\n' },
    });
    assert.deepEqual(
      [...findings('a/kustomization.yaml'), ...findings('b/kustomization.yaml')],
      ['error kustomize-build-fails ../a'],
    );
  });

  it('are built through a hundred nested bases', async () => {
    const tree: Record<string, Tree> = { b0: { 'kustomization.yaml': 'resources: [web.yaml]\n', 'web.yaml': SERVICE } };
    for (let at = 1; at <= 100; at++)
      tree[`b${at}`] = { 'kustomization.yaml': `resources: [../b${at - 1}]\nnameSuffix: -s${at % 10}\n` };
    const { workspace, findings } = await open(tree);
    const units = workspace.folders[0]?.index.unitsOf('/root/b0/web.yaml') ?? [];
    assert.deepEqual(
      units.map(({ label }) => label),
      ['b100'],
    );
    assert.match([...(units[0]?.index.all ?? [])][0]?.name?.value ?? '', /^web-s1-s2-s3-.*-s9-s0$/);
    assert.deepEqual(findings('b100/kustomization.yaml'), []);
  });

  it('may delete everything that they have', async () => {
    const patch = `patches:
- patch: |
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    $patch: delete
`;
    const { workspace, findings } = await open({
      'web.yaml': SERVICE,
      'kustomization.yaml': `resources: [web.yaml]\n${patch}`,
    });
    assert.deepEqual([findings('web.yaml'), findings('kustomization.yaml')], [[], []]);
    assert.equal(workspace.folders[0]?.index.unitsOf('/root/kustomization.yaml')[0]?.index.size, 0);
  });

  it('read nothing outside of the workspace, by whatever path', async () => {
    const { host, findings } = await open({
      'kustomization.yaml': 'resources: [/etc/secrets.yaml, ../outside.yaml, ../elsewhere, a/../../outside.yaml]\n',
      generated: {
        'kustomization.yaml': `configMapGenerator: [{name: c, files: [inner]}]\n`,
        inner: { link: '/etc/passwd' },
      },
      absolute: { 'kustomization.yaml': 'configMapGenerator: [{name: c, files: [/etc/passwd]}]\n' },
      above: { 'kustomization.yaml': 'configMapGenerator: [{name: c, files: [../../../etc/passwd]}]\n' },
      patched: {
        'kustomization.yaml': 'resources: [../web]\npatches: [{path: ../../patch.yaml}]\n',
      },
      web: { 'kustomization.yaml': 'resources: [web.yaml]\n', 'web.yaml': SERVICE },
    });
    const outside = host.touched.filter((path) => path !== '/root' && !path.startsWith('/root/'));
    assert.deepEqual(
      outside.filter((path) => !/^\/+(?:\.git|\.kubefathom)/.test(path)),
      [],
    );
    assert.deepEqual(findings('kustomization.yaml'), ['warning kustomize-build-fails /etc/secrets.yaml']);
    for (const name of ['generated', 'absolute', 'above', 'patched'])
      assert.match(findings(`${name}/kustomization.yaml`).join(), /^(?:error|warning) kustomize-build-fails /, name);
  });

  it('are not confused by links that lead in a circle', async () => {
    const { findings } = await open({
      'kustomization.yaml': 'resources: [loop]\n',
      loop: { link: '/root' },
    });
    assert.deepEqual(findings('kustomization.yaml'), ['error kustomize-build-fails loop']);
  });

  it('patch through anchors as if they were written out', async () => {
    const { workspace } = await open({
      'kustomization.yaml': 'resources: [web.yaml]\npatches: [{path: patch.yaml}]\n',
      'web.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: &m {name: web, labels: &l {app: web}}\nspec: {selector: *l, ports: [{port: 80}]}\n',
      'patch.yaml':
        'apiVersion: v1\nkind: Service\nmetadata: {name: web, labels: &l {tier: front}}\nspec: {selector: *l}\n',
    });
    const [unit] = workspace.folders[0]?.index.unitsOf('/root/web.yaml') ?? [];
    const [service] = [...(unit?.index.all ?? [])];
    assert.ok(service?.type === 'service');
    assert.deepEqual(
      service.selector?.requirements.map(({ key, values }) => `${key.value}=${values[0]?.value}`),
      ['app=web', 'tier=front'],
    );
  });

  it('may delete all that hundreds of objects have, one by one and at once', async () => {
    const names = Array.from({ length: 300 }, (_, at) => `web-${at}`);
    const deletion = (name: string) =>
      `- patch: '{apiVersion: v1, kind: Service, metadata: {name: ${name}}, $patch: delete}'`;
    const all = `- target: {kind: Service}\n  patch: '{apiVersion: v1, kind: Service, metadata: {name: any}, $patch: delete}'`;
    const services = names.map((name) => SERVICE.replace('name: web', `name: ${name}`)).join('---\n');
    for (const patches of [names.map(deletion).join('\n'), all]) {
      const { workspace, findings, hoverAt } = await open({
        'web.yaml': services,
        'kustomization.yaml': `resources: [web.yaml]\npatches:\n${patches}\n`,
      });
      assert.deepEqual(findings('kustomization.yaml'), []);
      assert.equal(workspace.folders[0]?.index.unitsOf('/root/kustomization.yaml')[0]?.index.size, 0);
      assert.match(hoverAt('kustomization.yaml', 'patch:'), /removes|deletes/i);
    }
  });

  it('survive generators of many entries', async () => {
    const literals = Array.from({ length: 20_000 }, (_, at) => `k${at}=v`).join(', ');
    const { findings, workspace } = await open({
      'kustomization.yaml': `resources: [web.yaml]\nconfigMapGenerator: [{name: c, literals: [${literals}]}]\n`,
      'web.yaml': CONFIG_MAP,
    });
    assert.deepEqual(findings('kustomization.yaml'), []);
    assert.equal(workspace.folders[0]?.index.unitsOf('/root/web.yaml')[0]?.index.size, 2);
  });
});

/** Indexes a tree at `/root`. */
async function open(tree: Tree, environments: readonly Environment[] = []) {
  const host = createMemoryHost(tree);
  const workspace = new Workspace(host, { userSettings: () => ({ environments }) });
  await workspace.indexFolder('/root');
  const findings = (name: string): readonly string[] => {
    const folder = workspace.folders[0];
    const file = folder?.index.files.get(`/root/${name}`);
    assert.ok(folder && file, name);
    const text = textOf(tree, name);
    return checkFile(file, folder.index.unitsOf(file.path), allRules, {
      settings: folder.settings,
      complete: folder.complete,
      onError: (rule, _file, error) => assert.fail(`${rule}: ${String(error)}`),
    })
      .filter(({ severity }) => severity !== 'hint')
      .map(({ severity, code, at }) => `${severity} ${code} ${text.slice(at.start, at.end)}`);
  };
  const labels = (name: string) => workspace.folders[0]?.index.unitsOf(`/root/${name}`).map(({ label }) => label);
  const hoverAt = (name: string, word: string): string => {
    const [folder] = workspace.folders;
    assert.ok(folder);
    const text = textOf(tree, name);
    const { index, settings } = folder;
    const place = { folder: index, path: `/root/${name}`, text, offset: text.indexOf(word) };
    return hover({ ...place, detail: 'short', settings })?.markdown ?? '';
  };
  return { host, workspace, findings, labels, hoverAt };
}

function textOf(tree: Tree, path: string): string {
  let node: Tree[string] | undefined = tree;
  for (const name of path.split('/')) node = typeof node === 'object' ? (node as Tree)[name] : undefined;
  return typeof node === 'string' ? node : '';
}

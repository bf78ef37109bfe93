import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { RequestType } from 'vscode-languageserver-protocol/node';
import type { DirectoryEntry } from '../../server/src/core/workspace/host.ts';
import {
  type DirectoryResult,
  type FileText,
  readDirectoryRequest,
  readFileRequest,
  statRequest,
  type UriParams,
} from '../../server/src/lsp/messages.ts';
import { toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, UNRESOLVED, workplace } from './folder.ts';

const INGRESS = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web }
spec:
  defaultBackend: { service: { name: elsewhere, port: { number: 80 } } }
`;

const BROKEN = SERVICE.replace('http', 'htpp');

describe('diagnostics over the protocol', () => {
  const place = workplace();

  for (const pulls of [false, true]) {
    describe(pulls ? 'for a client that pulls' : 'for a client that takes pushes only', () => {
      it('shows the whole workspace', async () => {
        const shop = place.copyShop();
        const client = await place.start({ pulls });
        await client.ready();
        const page = readFileSync('examples/shop/README.md', 'utf8');
        const planted = [...page.matchAll(/^\| (\S+\.yaml):(\d+) \| (\S+) \|/gm)].map(
          ([, file, line, code]) => `${file}:${line} ${code}`,
        );
        const shown = [...client.pushed].flatMap(([uri, list]) =>
          list.map(({ range, code }) => `${uri.slice(toUri(shop).length + 1)}:${range.start.line + 1} ${code}`),
        );
        assert.deepEqual(shown.sort(), planted.sort());
        assert.equal(client.capabilities.diagnosticProvider !== undefined, pulls);
      });

      it('gives each diagnostic its source, code, link, severity and related places', async () => {
        place.write('service.yaml', BROKEN);
        const deployment = place.write('deployment.yaml', DEPLOYMENT);
        const client = await place.start({ pulls });
        await client.ready();
        const [diagnostic] = client.pushed.get(toUri(place.at('service.yaml'))) ?? [];
        assert.ok(diagnostic);
        assert.deepEqual([diagnostic.source, diagnostic.code, diagnostic.severity], ['kubefathom', UNRESOLVED, 1]);
        assert.deepEqual(diagnostic.range, { start: { line: 9, character: 18 }, end: { line: 9, character: 22 } });
        assert.equal(diagnostic.codeDescription?.href, pathToFileURL(path.resolve(`docs/rules/${UNRESOLVED}.md`)).href);
        assert.equal(diagnostic.relatedInformation?.[0]?.location.uri, toUri(deployment));
      });

      it('follows an edit into other files', async () => {
        const service = place.write('service.yaml', SERVICE);
        const deployment = place.write('deployment.yaml', DEPLOYMENT);
        const client = await place.start({ pulls });
        await client.open(deployment, DEPLOYMENT);
        await client.ready();
        assert.deepEqual(client.pushedCodes(service), []);
        await client.replace(deployment, 'name: http', 'name: www');
        await client.ready();
        assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
        await client.replace(deployment, 'name: www', 'name: http');
        await client.ready();
        assert.deepEqual(client.pushedCodes(service), []);
      });
    });
  }

  it('pulls open documents and pushes the others, so that nothing shows twice', async () => {
    const service = place.write('service.yaml', BROKEN);
    place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start({ pulls: true });
    await client.ready();
    assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
    await client.open(service, BROKEN);
    assert.deepEqual(await client.pullCodes(service), [UNRESOLVED]);
    await client.ready();
    assert.deepEqual(client.pushedCodes(service), []);
    await client.close(service);
    await client.ready();
    assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
  });

  it('answers an unchanged pull by its id alone', async () => {
    const service = place.write('service.yaml', BROKEN);
    place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start({ pulls: true });
    await client.open(service, BROKEN);
    await client.ready();
    const first = await client.pull(service);
    assert.equal(first.kind, 'full');
    assert.deepEqual(await client.pull(service, first.resultId), { kind: 'unchanged', resultId: first.resultId });
    await client.replace(service, 'htpp', 'http');
    const second = await client.pull(service, first.resultId);
    assert.ok(second.kind === 'full' && second.items.length === 0);
  });

  it('asks a pulling client to pull again only when an open document has changed through another', async () => {
    const service = place.write('service.yaml', SERVICE);
    const deployment = place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start({ pulls: true });
    await client.open(service, SERVICE);
    await client.open(deployment, DEPLOYMENT);
    await client.ready();
    assert.deepEqual(await client.pullCodes(service), []);
    assert.deepEqual(await client.pullCodes(deployment), []);
    const before = client.refreshes;
    await client.replace(deployment, 'image: web', 'image: web:2');
    await client.pull(deployment);
    await client.ready();
    assert.equal(client.refreshes, before);
    const refreshed = client.nextRefresh();
    await client.replace(deployment, 'name: http', 'name: www');
    await refreshed;
    assert.deepEqual(await client.pullCodes(service), [UNRESOLVED]);
  });

  it('says nothing of what other files may hold before all are read', async () => {
    const service = place.write('service.yaml', SERVICE.replace('app: web', 'app: wbe'));
    const texts = Array.from({ length: 400 }, (_, at) => DEPLOYMENT.replaceAll('web', `web${at}`));
    for (const [at, text] of texts.entries()) place.write(`apps/${at}.yaml`, text);
    place.write('z.yaml', DEPLOYMENT.replaceAll('app: web', 'app: wbe'));
    const client = await place.start({ pulls: true });
    await client.open(service, SERVICE.replace('app: web', 'app: wbe'));
    assert.deepEqual(await client.pullCodes(service), []);
    await client.ready();
    assert.deepEqual(await client.pullCodes(service), []);
    assert.deepEqual(
      client.pushes.filter(({ diagnostics }) => diagnostics.length > 0),
      [],
    );
  });

  it('counts the last of two edits in quick succession', async () => {
    const service = place.write('service.yaml', SERVICE);
    place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start({ pulls: true });
    await client.open(service, SERVICE);
    await client.ready();
    await client.replace(service, 'targetPort: http', 'targetPort: htpp');
    await client.replace(service, 'targetPort: htpp', 'targetPort: hxxp');
    const report = await client.pull(service);
    assert.ok(report.kind === 'full');
    assert.match(String(report.items[0]?.message), /`hxxp`/);
  });

  it('waits for the save where settings say so', async () => {
    const service = place.write('service.yaml', SERVICE);
    place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start({ pulls: true, settings: { run: 'onSave' } });
    await client.open(service, SERVICE);
    await client.ready();
    assert.deepEqual(await client.pullCodes(service), []);
    await client.replace(service, 'targetPort: http', 'targetPort: htpp');
    assert.deepEqual(await client.pullCodes(service), []);
    await client.save(service);
    assert.deepEqual(await client.pullCodes(service), [UNRESOLVED]);
  });

  describe('settings', () => {
    it('apply at once, from the editor', async () => {
      const service = place.write('service.yaml', BROKEN);
      place.write('deployment.yaml', DEPLOYMENT);
      const client = await place.start({ settings: {} });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      await client.configure({ rules: { [UNRESOLVED]: 'off' } });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
      await client.configure({ rules: { 'service-*': 'hint' } });
      await client.ready();
      assert.equal(client.pushed.get(toUri(service))?.[0]?.severity, 4);
      await client.configure({ enable: false });
      await client.ready();
      assert.equal(client.pushed.size, 0);
      assert.equal(client.statuses.at(-1)?.files, 0);
      await client.configure({ enable: true });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      await client.configure({ index: { exclude: ['deployment.yaml'] } });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
    });

    it('reach a server that cannot ask for them', async () => {
      const service = place.write('service.yaml', BROKEN);
      place.write('deployment.yaml', DEPLOYMENT);
      const client = await place.start({ initializationOptions: { settings: { rules: { [UNRESOLVED]: 'info' } } } });
      await client.ready();
      assert.equal(client.pushed.get(toUri(service))?.[0]?.severity, 3);
      await client.configure({ rules: { [UNRESOLVED]: 'off' } });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
    });

    it('are told of in the log, once, where they name a rule that does not exist', async () => {
      const client = await place.start({ settings: { rules: { 'service-selector-no-mach': 'off' } } });
      await client.ready();
      await client.configure({ rules: { 'service-selector-no-mach': 'hint' } });
      await client.ready();
      assert.deepEqual(client.logs, [
        'in the settings, no rule is called `service-selector-no-mach`; did you mean `service-selector-no-match`?',
      ]);
    });

    it('come from the repository too, and show what is wrong there', async () => {
      const service = place.write('service.yaml', BROKEN);
      place.write('deployment.yaml', DEPLOYMENT);
      const client = await place.start();
      await client.ready();
      const config = place.write('.kubefathom.yaml', `rules: { ${UNRESOLVED}: warning, no-such-rule: off }\n`);
      await client.watched({ [config]: 'Created' });
      await client.ready();
      assert.equal(client.pushed.get(toUri(service))?.[0]?.severity, 2);
      assert.match(String(client.pushed.get(toUri(config))?.[0]?.message), /no-such-rule/);
      await client.open(config, place.read('.kubefathom.yaml'));
      await client.replace(config, `{ ${UNRESOLVED}: warning, no-such-rule: off }`, `{ ${UNRESOLVED}: off }`);
      await client.save(config);
      await client.ready();
      assert.equal(client.pushed.size, 0);
      await client.close(config);
      rmSync(config);
      await client.watched({ [config]: 'Deleted' });
      await client.ready();
      assert.equal(client.pushed.get(toUri(service))?.[0]?.severity, 1);
    });
  });

  describe('files', () => {
    it('are followed on the disk', async () => {
      const service = place.write('service.yaml', BROKEN);
      const client = await place.start();
      await client.ready();
      assert.ok(client.registered.includes('workspace/didChangeWatchedFiles'));
      assert.deepEqual(client.pushedCodes(service), []);
      const deployment = place.write('deployment.yaml', DEPLOYMENT);
      await client.watched({ [deployment]: 'Created' });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      const renamed = place.at('renamed.yaml');
      renameSync(service, renamed);
      await client.watched({ [service]: 'Deleted', [renamed]: 'Created' });
      await client.ready();
      assert.deepEqual([client.pushedCodes(service), client.pushedCodes(renamed)], [[], [UNRESOLVED]]);
      place.write('deployment.yaml', DEPLOYMENT.replace('name: http', 'name: htpp'));
      await client.watched({ [deployment]: 'Changed' });
      await client.ready();
      assert.equal(client.pushed.size, 0);
    });

    it('come and go with their folder, in one event', async () => {
      place.write('deployment.yaml', DEPLOYMENT);
      const client = await place.start();
      await client.ready();
      const service = place.write('apps/service.yaml', BROKEN);
      await client.watched({ [place.at('apps')]: 'Created' });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      rmSync(place.at('apps'), { recursive: true });
      await client.watched({ [place.at('apps')]: 'Deleted' });
      await client.ready();
      assert.equal(client.pushed.size, 0);
      assert.equal(client.statuses.at(-1)?.files, 1);
    });

    it('are judged as the editor holds them, until they are closed', async () => {
      const service = place.write('service.yaml', SERVICE);
      const deployment = place.write('deployment.yaml', DEPLOYMENT);
      const client = await place.start();
      await client.open(deployment, DEPLOYMENT.replace('name: http', 'name: www'));
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      await client.watched({ [deployment]: 'Changed' });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      await client.close(deployment);
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
    });

    it('leave by .gitignore', async () => {
      const service = place.write('service.yaml', BROKEN);
      place.write('deployment.yaml', DEPLOYMENT);
      const client = await place.start();
      await client.ready();
      const ignore = place.write('.gitignore', 'service.yaml\n');
      await client.watched({ [ignore]: 'Created' });
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
    });
  });

  describe('folders', () => {
    it('are worlds of their own, and come and go', async () => {
      const service = place.write('a/service.yaml', BROKEN);
      place.write('a/deployment.yaml', DEPLOYMENT);
      const other = place.write('b/service.yaml', BROKEN);
      const client = await place.start({ roots: [place.at('a')] });
      await client.changeFolders([place.at('b')], []);
      await client.ready();
      assert.deepEqual([client.pushedCodes(service), client.pushedCodes(other)], [[UNRESOLVED], []]);
      assert.equal(client.statuses.at(-1)?.files, 3);
      await client.changeFolders([], [place.at('a')]);
      await client.ready();
      assert.equal(client.pushed.size, 0);
      assert.equal(client.statuses.at(-1)?.files, 1);
    });

    it('take over documents that were open before them, and leave them behind', async () => {
      const service = place.write('a/service.yaml', BROKEN);
      place.write('a/deployment.yaml', DEPLOYMENT);
      const client = await place.start({ roots: [] });
      await client.open(service, BROKEN);
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
      await client.changeFolders([place.root], []);
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
      await client.changeFolders([], [place.root]);
      await client.ready();
      assert.deepEqual(client.pushedCodes(service), []);
    });
  });

  describe('documents outside any folder', () => {
    for (const uri of ['untitled:Untitled-1', 'file:///nowhere/in%20here/both.yaml']) {
      it(`are checked alone: ${uri}`, async () => {
        const client = await place.start({ roots: [] });
        await client.open(uri, `${BROKEN}---\n${DEPLOYMENT}`);
        await client.ready();
        assert.deepEqual(client.pushedCodes(uri), [UNRESOLVED]);
        await client.close(uri);
        await client.ready();
        assert.equal(client.pushed.size, 0);
      });
    }

    it('are not blamed for what other files may hold', async () => {
      const client = await place.start({ roots: [] });
      const uri = await client.open(place.at('service.yaml'), `${SERVICE}---\n${INGRESS}`);
      await client.ready();
      assert.ok((client.pushed.get(uri) ?? []).every(({ severity }) => severity === 4));
    });
  });

  it('reads virtual folders through the client', async () => {
    const files: Readonly<Record<string, string>> = {
      'virtual://host/repo/service.yaml': BROKEN,
      'virtual://host/repo/sub%20dir/deployment.yaml': DEPLOYMENT,
    };
    const folders: Readonly<Record<string, readonly DirectoryEntry[]>> = {
      'virtual://host/repo': [
        { name: 'service.yaml', kind: 'file' },
        { name: 'sub dir', kind: 'folder' },
      ],
      'virtual://host/repo/sub%20dir': [{ name: 'deployment.yaml', kind: 'file' }],
    };
    const client = await place.start({
      roots: ['virtual://host/repo'],
      initializationOptions: { clientReads: true },
      prepare: (connection) => {
        connection.onRequest(new RequestType<UriParams, FileText, void>(readFileRequest), ({ uri }) =>
          files[uri] === undefined ? { skipped: 'missing' } : { text: files[uri] },
        );
        connection.onRequest(new RequestType<UriParams, DirectoryResult, void>(readDirectoryRequest), ({ uri }) =>
          folders[uri] === undefined ? { skipped: 'missing' } : { entries: folders[uri] },
        );
        connection.onRequest(statRequest, ({ uri }: { uri: string }) =>
          files[uri] !== undefined
            ? { kind: 'file', size: 1, id: uri }
            : folders[uri] !== undefined
              ? { kind: 'folder', size: 0, id: uri }
              : null,
        );
      },
    });
    await client.ready();
    assert.deepEqual([...client.pushed.keys()], ['virtual://host/repo/service.yaml']);
  });

  it('goes on beside files that cannot be read, and tells of them', async () => {
    const service = place.write('service.yaml', BROKEN);
    place.write('deployment.yaml', DEPLOYMENT);
    place.write('binary.yaml', Uint8Array.of(0x61, 0, 0x62));
    mkdirSync(place.at('folder.yaml'));
    const client = await place.start();
    await client.ready();
    assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
    const status = client.statuses.at(-1);
    assert.deepEqual([status?.busy, status?.objects, status?.files], [false, 2, 2]);
    assert.deepEqual(status?.skipped, [{ file: 'binary.yaml', reason: 'binary content' }]);
  });
});

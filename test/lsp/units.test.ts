import assert from 'node:assert/strict';
import path from 'node:path';
import { DefinitionRequest, HoverRequest, type Location } from 'vscode-languageserver-protocol/node';
import {
  type BuiltUnit,
  builtUnitRequest,
  changedNotification,
  chooseViewRequest,
  type DocumentUnits,
  type FolderUnits,
  folderUnitsRequest,
  unitsRequest,
} from '../../server/src/lsp/messages.ts';
import { type Client, toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

describe('units over the protocol', () => {
  const place = workplace();

  /** A base with a Service, whose target port prod alone lacks. */
  async function openStages(): Promise<{ client: Client; service: string; patch: string; changes: () => number }> {
    const service = place.write('base/service.yaml', SERVICE);
    place.write('base/deployment.yaml', DEPLOYMENT);
    place.write('base/kustomization.yaml', 'resources: [service.yaml, deployment.yaml]\n');
    place.write('dev/kustomization.yaml', 'resources: [../base]\nnamespace: dev\n');
    place.write('prod/kustomization.yaml', 'resources: [../base]\npatches: [{path: patch.yaml}]\n');
    const patch = place.write(
      'prod/patch.yaml',
      'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n    - port: 80\n      targetPort: htpp\n',
    );
    let changes = 0;
    const client = await place.start({
      prepare: (connection) => connection.onNotification(changedNotification, () => void changes++),
    });
    await client.open(service, SERVICE);
    await client.ready();
    return { client, service, patch, changes: () => changes };
  }

  const folderUnits = (client: Client) =>
    client.connection.sendRequest<FolderUnits | null>(folderUnitsRequest, { uri: toUri(place.root) });

  const choose = async (client: Client, label: string | undefined) => {
    const unit = (await folderUnits(client))?.units.find((candidate) => candidate.label === label)?.id ?? null;
    await client.connection.sendRequest(chooseViewRequest, { uri: toUri(place.root), unit });
  };

  const built = async (client: Client, label: string, origins = false) => {
    const unit = (await folderUnits(client))?.units.find((candidate) => candidate.label === label)?.id;
    return client.connection.sendRequest<BuiltUnit | null>(builtUnitRequest, { uri: toUri(place.root), unit, origins });
  };

  it('lists those of a folder', async () => {
    const { client } = await openStages();
    const found = await folderUnits(client);
    assert.deepEqual(
      found?.units.map(({ label, kind, objects }) => [label, kind, objects]),
      [
        ['dev', 'kustomization', 2],
        ['prod', 'kustomization', 2],
      ],
    );
    assert.deepEqual([found?.uri, found?.view], [toUri(place.root), undefined]);
    assert.equal(await client.connection.sendRequest(folderUnitsRequest, { uri: 'file:///nowhere' }), null);
  });

  it('keeps hovers and definitions to the one that is chosen', async () => {
    const { client, service, patch } = await openStages();
    const hoverText = async () =>
      JSON.stringify(await client.connection.sendRequest(HoverRequest.type, client.at(service, 'selector')));
    const targets = async () =>
      ((await client.connection.sendRequest(DefinitionRequest.type, client.at(service, 'http'))) as Location[]).length;
    assert.match(await hoverText(), /`prod`/);
    assert.equal(await targets(), 1);
    await choose(client, 'dev');
    assert.match(await hoverText(), /Service `dev\/web`/);
    assert.doesNotMatch(await hoverText(), /prod/);
    assert.equal(await targets(), 1);
    await choose(client, 'prod');
    assert.match(await hoverText(), /Service `web`/);
    assert.equal(await targets(), 0);
    const unitsOf = () => client.connection.sendRequest<DocumentUnits>(unitsRequest, { uri: toUri(service) });
    const { units, view } = await unitsOf();
    assert.deepEqual([units.map(({ label }) => label), view?.label], [['dev', 'prod'], 'prod']);
    assert.equal(client.pushedCodes(patch).length, 1, 'findings are those of all units');
    await choose(client, undefined);
    assert.equal((await unitsOf()).view, undefined);
    assert.match(await hoverText(), /`prod`/);
  });

  it('shows a file in all its units where the chosen one does not hold it', async () => {
    const { client, patch } = await openStages();
    await choose(client, 'dev');
    await client.open(patch, place.read('prod/patch.yaml'));
    const hover = await client.connection.sendRequest(HoverRequest.type, client.at(patch, 'htpp'));
    assert.match(JSON.stringify(hover), /htpp/);
  });

  it('prints one, follows edits and tells of them', async () => {
    const { client, service, changes } = await openStages();
    assert.match((await built(client, 'dev'))?.text ?? '', /^ {2}namespace: dev$/m);
    const prod = (await built(client, 'prod', true))?.text ?? '';
    assert.match(prod, /^# base\/service\.yaml:1$/m);
    assert.match(prod, /^ {4}targetPort: htpp # prod\/patch\.yaml:7 \(patched\)$/m);
    const before = changes();
    await client.replace(service, 'app: web', 'app: shop');
    assert.match((await built(client, 'dev'))?.text ?? '', /^ {4}app: shop$/m);
    await client.ready();
    assert.ok(changes() > before);
    assert.equal(await client.connection.sendRequest(builtUnitRequest, { uri: toUri(place.root), unit: 'none' }), null);
  });

  it('says what keeps one from being built', async () => {
    const { client } = await openStages();
    const file = path.join(place.root, 'dev/kustomization.yaml');
    await client.open(file, 'resources: [../base, gone.yaml]\n');
    assert.match(
      (await built(client, 'dev'))?.text ?? '',
      /^# cannot be built: dev\/kustomization\.yaml:1: .*gone\.yaml/,
    );
  });
});

import assert from 'node:assert/strict';
import { LogMessageNotification } from 'vscode-languageserver-protocol/node';
import { type DocumentUnits, hiddenNotification, unitsRequest } from '../../server/src/lsp/messages.ts';
import { toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, UNRESOLVED, workplace } from './folder.ts';

const BROKEN = SERVICE.replace('http', 'htpp');

describe('what the server says about the document in front', () => {
  const place = workplace();

  it('pushes what a client pulled and forgot, until it pulls again', async () => {
    const service = place.write('service.yaml', BROKEN);
    place.write('deployment.yaml', DEPLOYMENT);
    const client = await place.start({ pulls: true });
    await client.ready();
    await client.open(service, BROKEN);
    assert.deepEqual(await client.pullCodes(service), [UNRESOLVED]);
    await client.ready();
    assert.deepEqual(client.pushedCodes(service), []);
    await client.connection.sendNotification(hiddenNotification, { uri: toUri(service) });
    await client.ready();
    assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
    await client.pull(service);
    assert.deepEqual(client.pushedCodes(service), []);
  });

  it('names the kustomizations, the chart or the loose manifests that it is part of', async () => {
    const loose = place.write('service.yaml', SERVICE);
    const deployment = place.write('base/deployment.yaml', DEPLOYMENT);
    const base = place.write('base/kustomization.yaml', 'resources: [deployment.yaml]\n');
    for (const stage of ['dev', 'prod']) place.write(`${stage}/kustomization.yaml`, 'resources: [../base]\n');
    place.write('web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
    const template = place.write('web/templates/service.yaml', SERVICE);
    const notes = place.write('compose.yaml', 'services: {}\n');
    const client = await place.start();
    await client.ready();
    const unitsOf = async (file: string) => {
      const { units } = await client.connection.sendRequest<DocumentUnits>(unitsRequest, { uri: toUri(file) });
      return units.map(({ kind, label, objects }) => ({ kind, label, objects }));
    };
    assert.deepEqual(await unitsOf(loose), [{ kind: 'loose', label: '', objects: 1 }]);
    const stages = ['dev', 'prod'].map((label) => ({ kind: 'kustomization', label, objects: 1 }));
    assert.deepEqual(await unitsOf(deployment), stages);
    assert.deepEqual(await unitsOf(base), stages);
    assert.deepEqual(await unitsOf(template), [{ kind: 'chart', label: 'web', objects: 1 }]);
    assert.deepEqual(await unitsOf(notes), []);
  });

  it('logs what was read, and each file that was not', async () => {
    place.write('service.yaml', SERVICE);
    place.write('broken.yaml', 'apiVersion: v1\nkind: [\n');
    const log: string[] = [];
    const client = await place.start({
      prepare: (connection) =>
        connection.onNotification(LogMessageNotification.type, ({ message }) => void log.push(message)),
    });
    await client.ready();
    assert.match(log.join('\n'), /^Kubefathom \d+\.\d+\.\d+, folders: /);
    assert.match(log.join('\n'), /1 objects in 2 files, read in \d+ ms\n {2}what broken\.yaml holds is unknown: /);
  });
});

import assert from 'node:assert/strict';
import path from 'node:path';
import {
  addEnvironmentRequest,
  type ConfigText,
  type DocumentUnits,
  type FolderUnits,
  folderUnitsRequest,
  unitsRequest,
} from '../../server/src/lsp/messages.ts';
import { CHART, SELECTS_NOTHING } from '../oracle/faultyChart.ts';
import { helmAtHand } from '../oracle/helmBinary.ts';
import { toUri } from './client.ts';
import { workplace } from './folder.ts';

describe('charts in the editor', () => {
  const folder = workplace();
  let helm = '';

  before(function () {
    const found = helmAtHand();
    if (found === undefined) {
      console.warn('no helm at hand: `node scripts/run.mjs scripts/oracleHelm.ts examples` fetches one');
      this.skip();
    }
    helm = path.resolve(found);
  });

  const start = async (initializationOptions: unknown) => {
    for (const [name, text] of Object.entries(CHART)) folder.write(`web/${name}`, text);
    const client = await folder.start({ settings: { helm: { path: helm } }, initializationOptions });
    await client.ready();
    const uri = toUri(folder.at('web/templates/services.yaml'));
    const lines = () =>
      (client.pushed.get(uri) ?? []).map(({ code, range }) => `${String(code)} ${range.start.line + 1}`);
    const units = async () => (await client.connection.sendRequest<DocumentUnits>(unitsRequest, { uri })).units;
    return { client, lines, units };
  };

  it('are rendered where the user trusts the folder', async () => {
    const { client, lines, units } = await start({ trusted: true });
    assert.deepEqual(lines(), [`${SELECTS_NOTHING} 7`, `${SELECTS_NOTHING} 17`]);
    assert.deepEqual(
      (await units()).map(({ label, objects, rendered }) => [label, objects, rendered]),
      [['web', 3, true]],
    );
    folder.write('web/values.yaml', 'selects: web\n');
    await client.watched({ [folder.at('web/values.yaml')]: 'Changed' });
    await client.ready();
    assert.deepEqual(lines(), [`${SELECTS_NOTHING} 7`]);
  });

  it('offer the files of values beside them as environments of the configuration', async () => {
    folder.write('web/values-prod.yaml', 'selects: web\n');
    const { client, units } = await start({ trusted: true });
    const ask = () => client.connection.sendRequest<FolderUnits>(folderUnitsRequest, { uri: toUri(folder.root) });
    const { offers, uri } = await ask();
    assert.deepEqual(offers, [{ name: 'prod', chart: 'web', values: 'web/values-prod.yaml' }]);
    const config = await client.connection.sendRequest<ConfigText>(addEnvironmentRequest, { uri, offer: offers[0] });
    assert.deepEqual([config.uri, config.exists], [toUri(folder.at('.kubefathom.yaml')), false]);
    folder.write('.kubefathom.yaml', config.text);
    await client.watched({ [folder.at('.kubefathom.yaml')]: 'Created' });
    await client.ready();
    assert.deepEqual((await ask()).offers, []);
    assert.deepEqual(
      (await units()).map(({ label, kind, objects }) => [label, kind, objects]),
      [
        ['web', 'chart', 3],
        ['prod', 'deployment', 3],
      ],
    );
  });

  it('are read as far as their text goes where not', async () => {
    const { lines, units } = await start({});
    assert.deepEqual(lines(), []);
    assert.deepEqual(
      (await units()).map(({ label, rendered }) => [label, rendered]),
      [['web', undefined]],
    );
  });
});

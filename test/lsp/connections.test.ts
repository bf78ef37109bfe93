import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  type ConnectionDraft,
  type ConnectionNext,
  type ExplainedConnection,
  explainConnectionRequest,
  nextChoiceRequest,
} from '../../server/src/lsp/connectionMessages.ts';
import { type Client, toUri } from './client.ts';
import { workplace } from './folder.ts';

describe('explained connections over the protocol', () => {
  const place = workplace();

  async function openShop(name: string): Promise<{ client: Client; file: string; shop: string }> {
    const shop = place.copyShop();
    const client = await place.start();
    const file = path.join(shop, name);
    await client.open(file, readFileSync(file, 'utf8'));
    await client.ready();
    return { client, file, shop };
  }

  const choices = (client: Client, params: { uri: string; position?: unknown; draft?: ConnectionDraft }) =>
    client.connection.sendRequest<ConnectionNext | null>(nextChoiceRequest, params);

  const explain = (client: Client, uri: string, draft: ConnectionDraft) =>
    client.connection.sendRequest<ExplainedConnection | null>(explainConnectionRequest, { uri, draft });

  /** What the cursor before a marker leaves to be asked. */
  const startAt = (client: Client, file: string, marker: string) => {
    const { textDocument, position } = client.at(file, marker);
    return choices(client, { uri: textDocument.uri, position });
  };

  it('asks nothing where a value says who calls whom', async () => {
    const { client, file } = await openShop('frontend.yaml');
    const next = await startAt(client, file, 'orders.shop.svc');
    assert.equal(next?.ask, undefined);
    assert.deepEqual(next?.draft.to, { kind: 'host', host: 'orders.shop.svc.cluster.local' });
    const explained = await explain(client, toUri(file), next?.draft ?? {});
    assert.equal(explained?.title, 'Deployment/frontend → orders.shop.svc.cluster.local:80');
    assert.match(explained?.text ?? '', /^Problem: refused or timeout, /m);
    const [link] = explained?.links ?? [];
    assert.equal(explained?.text.slice(link?.start, link?.end), 'shop/frontend.yaml:17');
    assert.equal(link?.target, `${toUri(file)}#17,9`);
  });

  it('asks who calls the Service under the cursor, those first who say that they do', async () => {
    const { client, file } = await openShop('orders.yaml');
    const next = await startAt(client, file, 'name: orders');
    assert.equal(next?.ask, 'from');
    assert.equal(next?.choices[0]?.label, 'Deployment/frontend');
    assert.match(next?.choices[0]?.detail ?? '', /^declared: /);
    assert.equal(next?.choices.at(-1)?.label, 'Outside of the cluster');
    const after = await choices(client, { uri: toUri(file), draft: next?.choices[0]?.draft ?? {} });
    assert.equal(after?.ask, undefined);
  });

  it('asks what the workload under the cursor calls, then on which port', async () => {
    const { client, file } = await openShop('orders.yaml');
    const next = await startAt(client, file, 'kind: Deployment');
    assert.equal(next?.ask, 'to');
    assert.match(next?.choices[0]?.label ?? '', /http:\/\/payments:8443/);
    assert.equal(next?.choices[0]?.detail, 'declared');
    const service = next?.choices.find(({ label }) => label === 'Service/queue');
    assert.ok(service, next?.choices.map(({ label }) => label).join());
  });

  it('asks for both ends where the cursor is nowhere', async () => {
    const { client, shop } = await openShop('orders.yaml');
    const next = await choices(client, { uri: toUri(shop) });
    assert.equal(next?.ask, 'from');
    const from = next?.choices.find(({ label }) => label === 'Deployment/frontend');
    assert.equal((await choices(client, { uri: toUri(shop), draft: from?.draft ?? {} }))?.ask, 'to');
  });

  it('follows edits, and says so where an end is gone', async () => {
    const { client, file } = await openShop('orders.yaml');
    const { draft = {} } = (await startAt(client, file, 'http://payments:8443')) ?? {};
    const before = await explain(client, toUri(file), draft);
    assert.match(before?.text ?? '', /payments/);
    await client.replace(file, 'helth', 'http');
    await client.replace(file, 'kind: Deployment', 'kind: ConfigMap');
    const after = await explain(client, toUri(file), draft);
    assert.equal(after?.text, 'There is no Deployment `orders` now.\n');
  });
});

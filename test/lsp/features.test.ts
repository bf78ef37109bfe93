import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  CancellationTokenSource,
  type CodeAction,
  CodeActionRequest,
  DefinitionRequest,
  DocumentSymbolRequest,
  HoverRequest,
  type Location,
  LSPErrorCodes,
  ReferencesRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver-protocol/node';
import { reindexRequest } from '../../server/src/lsp/messages.ts';
import { type Client, toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, UNRESOLVED, workplace } from './folder.ts';

describe('answers over the protocol', () => {
  const place = workplace();

  /** A client that pulls, on a copy of the example, with one of its files open. */
  async function openShop(
    name: string,
    initializationOptions?: unknown,
  ): Promise<{ client: Client; file: string; shop: string }> {
    const shop = place.copyShop();
    const client = await place.start({ pulls: true, initializationOptions });
    const file = path.join(shop, name);
    await client.open(file, readFileSync(file, 'utf8'));
    await client.ready();
    return { client, file, shop };
  }

  const places = (found: unknown, shop: string) =>
    (found as readonly Location[]).map(
      ({ uri, range }) => `${uri.slice(toUri(shop).length + 1)}:${range.start.line + 1}`,
    );

  it('hovers with facts of this manifest and links to its other end', async () => {
    const { client, file } = await openShop('frontend.yaml');
    const hover = await client.connection.sendRequest(HoverRequest.type, client.at(file, 'selector:'));
    const text = JSON.stringify(hover?.contents);
    assert.match(text, /Deployment\/frontend/);
    assert.match(text, /\(file:\/\/\/[^)]*frontend\.yaml#L\d+\)/);
    assert.deepEqual(hover?.range?.start, client.at(file, 'selector:', 0).position);
    assert.equal(await client.connection.sendRequest(HoverRequest.type, client.at(file, 'image:')), null);
  });

  it('hovers over text as it stands in the editor', async () => {
    const { client, file } = await openShop('frontend.yaml');
    await client.replace(file, 'apiVersion', '# a comment above\napiVersion');
    const hover = await client.connection.sendRequest(HoverRequest.type, client.at(file, 'selector:'));
    assert.deepEqual(hover?.range?.start, client.at(file, 'selector:', 0).position);
  });

  it('goes to definitions in other files', async () => {
    const { client, file, shop } = await openShop('ingress.yaml');
    const found = await client.connection.sendRequest(DefinitionRequest.type, client.at(file, 'name: orders', 8));
    assert.deepEqual(places(found, shop), ['orders.yaml:4']);
  });

  it('finds references from other files', async () => {
    const { client, file, shop } = await openShop('orders.yaml');
    const found = await client.connection.sendRequest(ReferencesRequest.type, {
      ...client.at(file, 'name: orders', 8),
      context: { includeDeclaration: false },
    });
    assert.ok(places(found, shop).includes('ingress.yaml:23'), String(places(found, shop)));
  });

  it('lists the symbols of a document and of the workspace', async () => {
    const { client, file, shop } = await openShop('orders.yaml');
    const symbols = await client.connection.sendRequest(DocumentSymbolRequest.type, {
      textDocument: { uri: toUri(file) },
    });
    assert.deepEqual(
      symbols?.map(({ name }) => name),
      ['Service/orders', 'Deployment/orders'],
    );
    const found = await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'erp' });
    assert.deepEqual(
      found?.slice(0, 2).map(({ name, location }) => [name, location.uri.slice(toUri(shop).length + 1)]),
      [
        ['Service/erp', 'erp.yaml'],
        ['EndpointSlice/erp-1', 'erp.yaml'],
      ],
    );
  });

  describe('code actions', () => {
    async function actionsAt(
      client: Client,
      file: string,
      text: string,
      only?: string[],
    ): Promise<readonly CodeAction[]> {
      const { textDocument, position } = client.at(file, text);
      const report = await client.pull(file);
      const shown =
        report.kind === 'full' ? report.items.filter(({ range }) => range.start.line === position.line) : [];
      const range = { start: position, end: position };
      const context = { diagnostics: shown, ...(only === undefined ? {} : { only }) };
      const found = await client.connection.sendRequest(CodeActionRequest.type, { textDocument, range, context });
      return (found ?? []) as CodeAction[];
    }

    async function apply(client: Client, action: CodeAction | undefined): Promise<void> {
      for (const [uri, edits] of Object.entries(action?.edit?.changes ?? {})) await client.edit(uri, edits);
    }

    it('fix the finding, and nothing but it', async () => {
      const { client, file } = await openShop('frontend.yaml');
      const before = client.document(toUri(file)).getText();
      const [fix] = await actionsAt(client, file, 'htpp');
      assert.equal(fix?.isPreferred, true);
      assert.deepEqual(
        fix?.diagnostics?.map(({ code }) => code),
        [UNRESOLVED],
      );
      await apply(client, fix);
      assert.equal(client.document(toUri(file)).getText(), before.replace('htpp', 'http'));
      assert.deepEqual(await client.pullCodes(file), []);
    });

    it('silence the finding in its place', async () => {
      const { client, file } = await openShop('frontend.yaml');
      const actions = await actionsAt(client, file, 'htpp');
      await apply(
        client,
        actions.find(({ title }) => title.startsWith('Silence')),
      );
      assert.deepEqual(await client.pullCodes(file), []);
      await client.replace(file, 'htpp', 'http');
      assert.deepEqual(await client.pullCodes(file), ['unused-suppression']);
    });

    it('open the page of the rule where the client can', async () => {
      const { client, file } = await openShop('frontend.yaml', { ruleLink: 'command:open?{rule}' });
      const actions = await actionsAt(client, file, 'htpp');
      assert.deepEqual(actions.at(-1)?.command, {
        title: actions.at(-1)?.title,
        command: 'kubefathom.showRule',
        arguments: [UNRESOLVED],
      });
      const [fix] = actions;
      assert.equal(fix?.diagnostics?.[0]?.codeDescription?.href, `command:open?${UNRESOLVED}`);
    });

    it('fix all that is safe at once, and only on request', async () => {
      const { client, file } = await openShop('payments.yaml');
      assert.ok((await actionsAt(client, file, 'payment')).every(({ kind }) => kind === 'quickfix'));
      const all = await actionsAt(client, file, 'apiVersion', ['source.fixAll']);
      assert.equal(all.length, 1);
      await apply(client, all[0]);
      assert.match(client.document(toUri(file)).getText(), /pci: "yes"/);
      assert.deepEqual(await client.pullCodes(file), ['service-selector-no-match']);
    });
  });

  it('answers while the index is being read', async () => {
    for (let at = 0; at < 300; at++) place.write(`apps/${at}.yaml`, DEPLOYMENT.replaceAll('web', `web${at}`));
    const service = place.write('service.yaml', SERVICE);
    const client = await place.start({ pulls: true });
    await client.open(service, SERVICE);
    const hover = await client.connection.sendRequest(HoverRequest.type, client.at(service, 'selector:'));
    assert.ok(hover === null || typeof hover === 'object');
    await client.ready();
    assert.ok(await client.connection.sendRequest(HoverRequest.type, client.at(service, 'selector:')));
  });

  it('takes back what is cancelled, and stays sound', async () => {
    const { client, file } = await openShop('frontend.yaml');
    const source = new CancellationTokenSource();
    const asked = client.connection.sendRequest(HoverRequest.type, client.at(file, 'selector:'), source.token);
    source.cancel();
    await asked.then(
      () => undefined,
      (error: { code: number }) => assert.equal(error.code, LSPErrorCodes.RequestCancelled),
    );
    assert.ok(await client.connection.sendRequest(HoverRequest.type, client.at(file, 'selector:')));
  });

  it('reads all anew on request', async () => {
    const service = place.write('service.yaml', SERVICE.replace('http', 'htpp'));
    const client = await place.start();
    await client.ready();
    place.write('deployment.yaml', DEPLOYMENT);
    await client.connection.sendRequest(reindexRequest);
    assert.deepEqual(client.pushedCodes(service), [UNRESOLVED]);
  });

  it('answers null to every question about a folder that is switched off', async () => {
    const file = place.write('service.yaml', SERVICE);
    const client = await place.start({ pulls: true, settings: { enable: false } });
    await client.open(file, SERVICE);
    await client.ready();
    assert.deepEqual(await client.pullCodes(file), []);
    assert.equal(await client.connection.sendRequest(HoverRequest.type, client.at(file, 'selector:')), null);
    assert.equal(await client.connection.sendRequest(DefinitionRequest.type, client.at(file, 'selector:')), null);
    assert.equal(
      await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri: toUri(file) } }),
      null,
    );
    assert.deepEqual(await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: '' }), []);
  });

  it('logs no error of its own in all of this', async () => {
    const { client, file } = await openShop('network-policies.yaml');
    for (const text of ['podSelector', 'policyTypes', 'matchLabels', 'port: 53', 'namespaceSelector'])
      await client.connection.sendRequest(HoverRequest.type, client.at(file, text));
    assert.deepEqual(client.logs, []);
  });

  it('ends when it is told to, and starts again', async () => {
    for (let round = 0; round < 2; round++) {
      const client = await place.start();
      await client.ready();
      assert.equal(await client.stop(), 0);
    }
  });

  it('ends in the middle of reading, too', async () => {
    for (let at = 0; at < 300; at++) place.write(`apps/${at}.yaml`, DEPLOYMENT);
    const client = await place.start();
    assert.equal(await client.stop(), 0);
  });
});

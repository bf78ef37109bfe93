import assert from 'node:assert/strict';
import { type CodeAction, CodeActionRequest, CodeActionTriggerKind } from 'vscode-languageserver-protocol/node';
import { type Client, toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

const WEB = DEPLOYMENT.replace(
  '          ports:',
  '          env: [{name: ORDERS_URL, value: "http://orders"}]\n          ports:',
);
const ORDERS = `${SERVICE.replaceAll('web', 'orders')}---\n${DEPLOYMENT.replaceAll('web', 'orders')}`;
const KUSTOMIZATION = 'resources:\n  - web.yaml\n  - orders.yaml\n';

describe('generating policies over the protocol', () => {
  const place = workplace();

  async function offers(
    client: Client,
    file: string,
    text: string,
    only?: string[],
    triggerKind?: CodeActionTriggerKind,
  ) {
    const { textDocument, position } = client.at(file, text);
    const found = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: position, end: position },
      context: { diagnostics: [], ...(only && { only }), ...(triggerKind && { triggerKind }) },
    });
    return ((found ?? []) as readonly CodeAction[]).filter(({ kind }) => kind === 'refactor.kubefathom.policies');
  }

  async function openWeb(creates: boolean) {
    place.write('orders.yaml', ORDERS);
    place.write('kustomization.yaml', KUSTOMIZATION);
    const file = place.write('web.yaml', WEB);
    const workspaceEdit = creates
      ? { workspaceEdit: { documentChanges: true, resourceOperations: ['create' as const] } }
      : {};
    const client = await place.start({ pulls: true, ...workspaceEdit });
    await client.open(file, WEB);
    await client.ready();
    return { client, file };
  }

  it('makes a file beside the workload and lists it', async () => {
    const { client, file } = await openWeb(true);
    const [action] = await offers(client, file, 'image: web', ['refactor']);
    assert.equal(action?.title, 'Generate least-privilege policies for declared needs (+DNS)');
    const [created, filled, listed, ...rest] = action?.edit?.documentChanges ?? [];
    const uri = toUri(place.at('web-networkpolicy.yaml'));
    assert.deepEqual(created, { kind: 'create', uri });
    assert.ok(filled !== undefined && 'edits' in filled && listed !== undefined && 'edits' in listed);
    assert.equal(filled.textDocument.uri, uri);
    assert.match(JSON.stringify(filled.edits), /# web calls http:\/\/orders \(web.yaml:17\)/);
    assert.equal(listed.textDocument.uri, toUri(place.at('kustomization.yaml')));
    assert.match(JSON.stringify(listed.edits), /- web-networkpolicy.yaml/);
    assert.deepEqual(rest, []);
  });

  it('appends to the file for a client that makes no files', async () => {
    const { client, file } = await openWeb(false);
    const [action] = await offers(client, file, 'image: web');
    const uri = toUri(file);
    assert.deepEqual(Object.keys(action?.edit?.changes ?? {}), [uri]);
    await client.edit(uri, action?.edit?.changes?.[uri] ?? []);
    assert.match(
      client.document(uri).getText(),
      /containerPort: 8080\n---\n# What Deployment\/web is declared to need/,
    );
    assert.deepEqual(await client.pullCodes(file), []);
  });

  it('shows by itself at the name of the workload alone', async () => {
    const { client, file } = await openWeb(true);
    const automatic = CodeActionTriggerKind.Automatic;
    assert.equal((await offers(client, file, 'image: web', undefined, automatic)).length, 0);
    assert.equal((await offers(client, file, 'name: web', undefined, automatic)).length, 1);
    assert.equal((await offers(client, file, 'image: web', ['quickfix'])).length, 0);
  });
});

import assert from 'node:assert/strict';
import { type CompletionList, CompletionRequest, CompletionTriggerKind } from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

describe('completion over the protocol', () => {
  const place = workplace();

  async function open(service: string) {
    place.write('pods.yaml', DEPLOYMENT);
    const file = place.write('service.yaml', service);
    const client = await place.start({ pulls: true });
    await client.open(file, service);
    await client.ready();
    return { client, file };
  }

  it('offers values as edits, the nearest first', async () => {
    const text = SERVICE.replace('targetPort: http', 'targetPort: h');
    const { client, file } = await open(text);
    assert.ok(client.capabilities.completionProvider?.triggerCharacters?.includes(' '));
    const at = client.at(file, 'targetPort: h', 'targetPort: h'.length);
    const found = (await client.connection.sendRequest(CompletionRequest.type, at)) as CompletionList;
    assert.equal(found.isIncomplete, false);
    assert.deepEqual(
      found.items.map(({ label, detail, sortText }) => [label, detail, sortText]),
      [
        ['http', 'port 8080 of container web, Deployment/web', '0000'],
        ['8080', 'port `http` of container web, Deployment/web', '0001'],
      ],
    );
    const edit = found.items[0]?.textEdit;
    assert.ok(edit !== undefined && 'range' in edit);
    const changed = TextDocument.applyEdits(TextDocument.create(toUri(file), 'yaml', 1, text), [edit]);
    assert.equal(changed, SERVICE);
  });

  it('follows what is typed', async () => {
    const { client, file } = await open(SERVICE);
    await client.replace(file, 'app: web', 'app: ');
    const ask = (triggerCharacter: string) =>
      client.connection.sendRequest(CompletionRequest.type, {
        ...client.at(file, 'app: ', 'app: '.length),
        context: { triggerKind: CompletionTriggerKind.TriggerCharacter, triggerCharacter },
      });
    const found = (await ask(' ')) as CompletionList;
    assert.deepEqual(
      found.items.map(({ label, textEdit }) => [label, textEdit?.newText]),
      [['web', 'web']],
    );
    assert.deepEqual(await ask(':'), null);
  });
});

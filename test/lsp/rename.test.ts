import assert from 'node:assert/strict';
import {
  PrepareRenameRequest,
  RenameRequest,
  type TextDocumentEdit,
  type WorkspaceEditClientCapabilities,
} from 'vscode-languageserver-protocol/node';
import { toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

const ANNOTATED: WorkspaceEditClientCapabilities = {
  documentChanges: true,
  changeAnnotationSupport: { groupsOnLabel: true },
};

function textsOf(edits: TextDocumentEdit['edits']): readonly string[] {
  return edits.flatMap((edit) => ('newText' in edit ? edit.newText : []));
}

describe('rename over the protocol', () => {
  const place = workplace();

  async function open(workspaceEdit: WorkspaceEditClientCapabilities | undefined = ANNOTATED) {
    place.write('pods.yaml', DEPLOYMENT);
    const file = place.write('service.yaml', SERVICE);
    const client = await place.start({ pulls: true, workspaceEdit });
    await client.open(file, SERVICE);
    await client.ready();
    return { client, file, label: client.at(file, 'app: web', 6) };
  }

  it('selects what will be renamed', async () => {
    const { client, file, label } = await open();
    assert.deepEqual(client.capabilities.renameProvider, { prepareProvider: true });
    assert.deepEqual(await client.connection.sendRequest(PrepareRenameRequest.type, label), {
      range: { start: client.at(file, 'app: web', 5).position, end: client.at(file, 'app: web', 8).position },
      placeholder: 'web',
    });
    assert.equal(await client.connection.sendRequest(PrepareRenameRequest.type, client.at(file, 'port: 80')), null);
  });

  it('changes all files, in groups that a person can confirm', async () => {
    const { client, file, label } = await open();
    const edit = await client.connection.sendRequest(RenameRequest.type, { ...label, newName: 'shop' });
    const changes = (edit?.documentChanges ?? []) as readonly TextDocumentEdit[];
    const shown = changes.map(({ textDocument, edits }) => [textDocument, textsOf(edits)] as const);
    assert.deepEqual(
      new Map(shown.map(([{ uri, version }, texts]) => [uri, [version, texts]])),
      new Map<string, unknown>([
        [toUri(file), [1, ['shop']]],
        [toUri(place.at('pods.yaml')), [null, ['shop', 'shop']]],
      ]),
    );
    const groups = Object.values(edit?.changeAnnotations ?? {});
    assert.deepEqual(
      new Map(groups.map(({ label: group, needsConfirmation }) => [group, needsConfirmation])),
      new Map([
        ['Same meaning', false],
        ['Needs care', true],
      ]),
    );
  });

  it('gives plain edits to clients that know no annotations', async () => {
    const versioned = await open({ documentChanges: true });
    const edit = await versioned.client.connection.sendRequest(RenameRequest.type, {
      ...versioned.label,
      newName: 'shop',
    });
    assert.equal(edit?.changeAnnotations, undefined);
    assert.equal(edit?.documentChanges?.length, 2);
    assert.ok(!JSON.stringify(edit).includes('annotationId'));
  });

  it('gives edits by file to clients that know no versions', async () => {
    const { client, file, label } = await open({});
    const edit = await client.connection.sendRequest(RenameRequest.type, { ...label, newName: 'shop' });
    assert.deepEqual(Object.keys(edit?.changes ?? {}).sort(), [toUri(place.at('pods.yaml')), toUri(file)].sort());
    assert.equal(edit?.documentChanges, undefined);
  });

  it('refuses with a sentence', async () => {
    const { client, label } = await open();
    await assert.rejects(
      client.connection.sendRequest(RenameRequest.type, { ...label, newName: 'not valid' }),
      /The label value `not valid` may hold only/,
    );
  });

  it('sees what is typed and not saved', async () => {
    const { client, file } = await open();
    await client.replace(file, 'app: web', 'app: "web"');
    const edit = await client.connection.sendRequest(RenameRequest.type, {
      ...client.at(file, 'app: "web"', 7),
      newName: 'shop',
    });
    const own = ((edit?.documentChanges ?? []) as readonly TextDocumentEdit[]).find(
      ({ textDocument }) => textDocument.uri === toUri(file),
    );
    assert.equal(own?.textDocument.version, 2);
    assert.deepEqual(textsOf(own?.edits ?? []), ['"shop"']);
  });
});

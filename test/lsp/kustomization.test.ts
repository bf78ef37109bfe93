import assert from 'node:assert/strict';
import {
  type CodeAction,
  CodeActionRequest,
  CompletionRequest,
  DefinitionRequest,
  DocumentLinkRequest,
  HoverRequest,
  type Location,
  ReferencesRequest,
} from 'vscode-languageserver-protocol/node';
import { toUri } from './client.ts';
import { DEPLOYMENT, SERVICE, workplace } from './folder.ts';

describe('kustomization files over the protocol', () => {
  const place = workplace();

  const OVERLAY = `resources:
  - ../../base
configMapGenerator:
  - name: settings
    files:
      - settings.properties
patches:
  - target:
      kind: Deployment
    patch: |-
      - op: add
        path: /spec/replicas
        value: 3
`;

  async function openOverlay(overlay = OVERLAY) {
    place.write('base/web.yaml', `${SERVICE}---\n${DEPLOYMENT}`);
    place.write('base/kustomization.yaml', 'resources:\n  - web.yaml\n');
    place.write('overlays/dev/settings.properties', 'color=blue\n');
    const file = place.write('overlays/dev/kustomization.yaml', overlay);
    const client = await place.start({ pulls: true });
    await client.open(file, overlay);
    await client.ready();
    return { client, file };
  }

  it('links paths, and goes to them', async () => {
    const { client, file } = await openOverlay();
    const links = await client.connection.sendRequest(DocumentLinkRequest.type, { textDocument: { uri: toUri(file) } });
    assert.deepEqual(
      links?.map(({ target, range }) => [target, range.start]),
      [
        [toUri(place.at('base/kustomization.yaml')), client.at(file, '../../base', 0).position],
        [toUri(place.at('overlays/dev/settings.properties')), client.at(file, 'settings.properties', 0).position],
      ],
    );
    const found = await client.connection.sendRequest(DefinitionRequest.type, client.at(file, 'base', 0));
    assert.deepEqual(
      (found as readonly Location[]).map(({ uri }) => uri),
      [toUri(place.at('base/kustomization.yaml'))],
    );
  });

  it('finds what lists a file', async () => {
    const { client } = await openOverlay();
    const web = place.at('base/web.yaml');
    await client.open(web, place.read('base/web.yaml'));
    const found = await client.connection.sendRequest(ReferencesRequest.type, {
      ...client.at(web, 'kind: Service', 0),
      context: { includeDeclaration: false },
    });
    assert.deepEqual(
      found?.map(({ uri, range }) => [uri, range.start]),
      [[toUri(place.at('base/kustomization.yaml')), { line: 1, character: 4 }]],
    );
  });

  it('tells what a patch changes', async () => {
    const { client, file } = await openOverlay();
    const hover = await client.connection.sendRequest(HoverRequest.type, client.at(file, 'value: 3', 0));
    assert.match(JSON.stringify(hover?.contents), /adds `spec\.replicas` to `Deployment\/web`: `3`/);
    assert.deepEqual(hover?.range?.start, client.at(file, '|-', 0).position);
  });

  it('tells which kustomizations deploy an object', async () => {
    const { client } = await openOverlay();
    const web = place.at('base/web.yaml');
    await client.open(web, place.read('base/web.yaml'));
    const hover = await client.connection.sendRequest(HoverRequest.type, client.at(web, 'kind: Deployment', 0));
    assert.match(JSON.stringify(hover?.contents), /deployed by `overlays\/dev`/);
  });

  it('rewrites deprecated fields', async () => {
    const { client, file } = await openOverlay('bases: # shared\n  - ../../base\n');
    const { textDocument, position } = client.at(file, 'bases', 0);
    const actions = await client.connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: position, end: position },
      context: { diagnostics: [] },
    });
    const [action] = (actions ?? []) as readonly CodeAction[];
    assert.equal(action?.title, 'Rewrite `bases` as `resources`');
    await client.edit(textDocument.uri, action?.edit?.changes?.[textDocument.uri] ?? []);
    assert.equal(client.document(textDocument.uri).getText(), 'resources: # shared\n  - ../../base\n');
  });

  it('completes paths as edits', async () => {
    const { client, file } = await openOverlay('resources:\n  - ../\nconfigMapGenerator:\n- files:\n  - se\n');
    const complete = async (before: string) => {
      const found = await client.connection.sendRequest(CompletionRequest.type, client.at(file, before, before.length));
      return (Array.isArray(found) ? found : []).map(({ textEdit }) => textEdit);
    };
    const start = { line: 1, character: 4 };
    assert.deepEqual(await complete('../'), [
      { range: { start, end: { line: 1, character: 7 } }, newText: '../../base' },
    ]);
    assert.deepEqual(
      (await complete('- se')).map((edit) => edit?.newText),
      ['settings.properties'],
    );
  });

  it('follows what generators are fed with', async () => {
    const text = 'configMapGenerator:\n  - name: settings\n    files:\n      - settings.properties\n';
    const file = place.write('kustomization.yaml', text);
    const client = await place.start({ pulls: true });
    await client.open(file, text);
    await client.ready();
    assert.deepEqual(await client.pullCodes(file), ['kustomize-build-fails']);
    await client.watched({ [place.write('settings.properties', 'color=blue\n')]: 'Created' });
    await client.ready();
    assert.deepEqual(await client.pullCodes(file), []);
  });
});

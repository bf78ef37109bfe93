import { commands, type Hover, type Location, type LocationLink, type SymbolInformation, workspace } from 'vscode';
import * as assert from '../assert.ts';
import { activateExtension, closeAll, describeIn, openAt } from './harness.ts';

describeIn(['desktop', 'web'], 'at the cursor', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  afterEach(closeAll);

  it('a hover on a selector says which workloads it takes', async () => {
    const text = await hoverAt('database.yaml', 'app: database', 'selector:\n');
    assert.match(text, /StatefulSet\/database/);
  });

  it('a hover on a port says where it leads', async () => {
    const text = await hoverAt('orders.yaml', 'targetPort: metrics');
    assert.match(text, /9102/);
  });

  it('a hover on a headless Service says what DNS answers', async () => {
    assert.match(await hoverAt('database.yaml', 'clusterIP'), /headless/i);
  });

  it('go to definition leads from an Ingress to its Service', async () => {
    assert.equal(await placesOf('vscode.executeDefinitionProvider', 'ingress.yaml', 'frontend'), ['frontend.yaml:4']);
  });

  it('go to definition leads from a selector to the Pods that it selects', async () => {
    const found = await placesOf('vscode.executeDefinitionProvider', 'orders.yaml', 'orders', 'selector:\n');
    assert.ok(found.includes('orders.yaml:29'), found.join());
  });

  it('find references leads from a Service to all that name it', async () => {
    const found = await placesOf('vscode.executeReferenceProvider', 'frontend.yaml', 'frontend');
    assert.ok(found.includes('ingress.yaml:16'), found.join());
  });

  it('find references leads from the labels of Pods to all that select them', async () => {
    const found = await placesOf('vscode.executeReferenceProvider', 'orders.yaml', 'app: orders', 'labels:\n');
    for (const file of ['orders.yaml', 'network-policies.yaml', 'disruption-budgets.yaml'])
      assert.ok(
        found.some((place) => place.startsWith(`${file}:`)),
        `${file} is not among ${found.join()}`,
      );
  });

  it('symbols of the workspace are its objects', async () => {
    const found = await commands.executeCommand<SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'queue');
    assert.ok(
      found.some(({ name }) => name === 'Deployment/queue'),
      found.map(({ name }) => name).join(),
    );
  });
});

async function hoverAt(path: string, marker: string, after = ''): Promise<string> {
  const { document, selection } = await openAt(path, marker, after);
  const hovers = await commands.executeCommand<Hover[]>('vscode.executeHoverProvider', document.uri, selection.active);
  const parts = hovers.flatMap(({ contents }) => contents);
  return parts.map((part) => (typeof part === 'string' ? part : part.value)).join('\n');
}

async function placesOf(command: string, path: string, marker: string, after = ''): Promise<readonly string[]> {
  const { document, selection } = await openAt(path, marker, after);
  const found = await commands.executeCommand<(Location | LocationLink)[]>(command, document.uri, selection.active);
  return found.map((place) => {
    const [uri, range] = 'targetUri' in place ? [place.targetUri, place.targetRange] : [place.uri, place.range];
    return `${workspace.asRelativePath(uri)}:${range.start.line + 1}`;
  });
}

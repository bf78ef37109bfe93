import { type CompletionList, commands, type Position, type WorkspaceEdit, workspace } from 'vscode';
import * as assert from '../assert.ts';
import { activateExtension, closeAll, describeIn, openAt } from './harness.ts';

describeIn(['desktop', 'web'], 'while typing', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  afterEach(closeAll);

  it('ports of the selected Pods are offered', async () => {
    const found = await offered('orders.yaml', 'targetPort: http');
    assert.equal(found.get('http'), 'port 8080 of container orders, Deployment/orders');
    assert.equal(found.get('metrics'), 'port 9102 of container telemetry, Deployment/orders');
  });

  it('labels that Pods have are offered', async () => {
    const found = await offered('orders.yaml', 'app: orders', 'selector:\n');
    assert.equal(found.get('orders'), 'app of Deployment/orders');
  });

  it('Services are offered to Ingresses', async () => {
    const found = await offered('ingress.yaml', 'name: frontend');
    assert.match(found.get('frontend') ?? '', /^Service, /);
  });

  it('a label is renamed in all files, what needs care apart', async () => {
    const edit = await renamed('orders.yaml', 'app: orders', 'labels:\n', 'purchases');
    const files = edit.entries().map(([uri]) => workspace.asRelativePath(uri));
    assert.equal(files.sort(), ['disruption-budgets.yaml', 'network-policies.yaml', 'orders.yaml']);
  });

  it('a renamed port is another word in each place', async () => {
    const edit = await renamed('orders.yaml', 'name: health', 'containers:\n', 'alive');
    assert.equal(await workspace.applyEdit(edit), true);
    const { document } = await openAt('orders.yaml');
    assert.match(document.getText(), /- name: alive\n {14}containerPort: 8081/);
    await commands.executeCommand('workbench.action.files.revert');
  });

  it('a rename that would mix up two groups is refused with a sentence', async () => {
    const refusal = await renamed('orders.yaml', 'app: orders', 'labels:\n', 'payments').then(
      () => 'not refused',
      (error: unknown) => String(error),
    );
    assert.match(refusal, /the two groups would become one/);
  });
});

/** What is offered in place of a value, by its label: what it is. */
async function offered(path: string, marker: string, after = ''): Promise<ReadonlyMap<string, string | undefined>> {
  const { document, selection } = await openAt(path, marker, after);
  const found = await commands.executeCommand<CompletionList>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    behindKey(selection.active, marker),
  );
  const items = found.items.filter(({ detail }) => detail !== undefined);
  return new Map(items.map(({ label, detail }) => [typeof label === 'string' ? label : label.label, detail]));
}

async function renamed(path: string, marker: string, after: string, to: string): Promise<WorkspaceEdit> {
  const { document, selection } = await openAt(path, marker, after);
  return await commands.executeCommand<WorkspaceEdit>(
    'vscode.executeDocumentRenameProvider',
    document.uri,
    behindKey(selection.active, marker),
    to,
  );
}

/** Where the value of a `key: value` begins. */
function behindKey(position: Position, marker: string): Position {
  return position.translate(0, marker.indexOf(': ') + 2);
}

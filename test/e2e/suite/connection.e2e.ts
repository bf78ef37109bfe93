import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  commands,
  type DocumentLink,
  type TextDocument,
  type Uri,
  window,
  workspace,
} from 'vscode';
import * as assert from '../assert.ts';
import {
  activateExtension,
  ask,
  closeAll,
  describeIn,
  openAt,
  press,
  replaceIn,
  screenshot,
  untilEqual,
} from './harness.ts';

describeIn(['desktop', 'web'], 'an explained connection', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  afterEach(async () => {
    await press('Escape');
    await closeAll();
  });

  it('opens from a host in a value, leads to the manifests, and follows edits', async () => {
    await openAt('frontend.yaml', 'orders.shop.svc');
    await commands.executeCommand('kubefathom.explainConnection');
    const shown = connectionDocument();
    assert.equal(shown.languageId, 'markdown');
    assert.match(shown.getText(), /^# Deployment\/frontend → orders\.shop\.svc\.cluster\.local:80\n/);
    assert.match(shown.getText(), /^## Problem: endpoints and readiness$/m);
    const links = await commands.executeCommand<readonly DocumentLink[]>('vscode.executeLinkProvider', shown.uri);
    const places = links.filter(({ target }) => /\.yaml$/.test(target?.path ?? ''));
    assert.ok(places.length > 5, `${places.length} links`);
    assert.equal(shown.getText(places[0]?.range), 'frontend.yaml:17');
    await screenshot('connection');
    const orders = await openAt('orders.yaml', 'helth');
    await replaceIn(orders.document, 'helth', 'http');
    const state = () => /^## (\w+): endpoints and readiness$/m.exec(shown.getText())?.[1];
    await untilEqual(state, 'OK', workspace.onDidChangeTextDocument);
  });

  it('asks who calls the Service under the cursor', async () => {
    await openAt('orders.yaml', 'name: orders');
    const explaining = commands.executeCommand('kubefathom.explainConnection');
    if (!(await ask('waitForText', { selector: '.quick-input-widget', text: 'Deployment/frontend' }))) return;
    await screenshot('connection-from');
    await press('Enter');
    await explaining;
    assert.match(connectionDocument().getText(), /^# Deployment\/frontend → /);
  });

  it('has the declared calls as a call hierarchy', async () => {
    const { document, selection } = await openAt('orders.yaml', 'name: orders');
    const [item] = await commands.executeCommand<readonly CallHierarchyItem[]>(
      'vscode.prepareCallHierarchy',
      document.uri,
      selection.active,
    );
    assert.equal(item?.name, 'Service/orders');
    const calls = await commands.executeCommand<readonly CallHierarchyIncomingCall[]>(
      'vscode.provideIncomingCalls',
      item,
    );
    assert.equal(
      calls.map(({ from }) => from.name),
      ['Deployment/frontend', 'Ingress/shop'],
    );
    await commands.executeCommand('references-view.showCallHierarchy');
    if (await ask('waitForText', { selector: '.sidebar', text: 'Deployment/frontend' })) await screenshot('calls');
    await commands.executeCommand('workbench.view.explorer');
  });
});

function connectionDocument(): TextDocument {
  const isShown = (uri: Uri) => uri.scheme === 'kubefathom-connection';
  const shown = window.visibleTextEditors.find(({ document }) => isShown(document.uri));
  assert.ok(shown, 'no connection is shown');
  return shown.document;
}

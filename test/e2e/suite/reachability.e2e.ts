import { ConfigurationTarget, commands, ViewColumn, window, workspace } from 'vscode';
import * as assert from '../assert.ts';
import {
  activateExtension,
  ask,
  closeAll,
  describeIn,
  fileInFolder,
  inFrame,
  openAt,
  press,
  replaceIn,
  screenshot,
  until,
} from './harness.ts';

/** A row of the table by the name of its workload, and one of its cells. */
const rowOf = (name: string) => `tbody tr:has(th button:text-is("${name}"))`;
const cellOf = (name: string, column: number) => `${rowOf(name)} > td:nth-child(${column})`;
const DENIED = 5;

describeIn(['desktop', 'web'], 'the view of reachability', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  beforeEach(async () => {
    await closeAll();
    await openAt('frontend.yaml', 'ORDERS_URL');
    await commands.executeCommand('kubefathom.showReachability');
  });
  afterEach(async () => {
    await closeAll();
    await workspace.getConfiguration().update('workbench.colorTheme', undefined, ConfigurationTarget.Workspace);
  });

  it('shows a table with a row for each workload of the open unit', async () => {
    if ((await inFrame('h1', { text: 'loose manifests' })) === undefined) return;
    const table = await inFrame('table');
    for (const name of ['database', 'frontend', 'orders', 'payments', 'queue'])
      assert.match(table ?? '', new RegExp(name));
    assert.match((await inFrame(cellOf('frontend', DENIED))) ?? '', /1 denied, 1 unknown/);
    assert.match((await inFrame('[role=status]')) ?? '', /5 of 5 rows shown.*Declared needs: 1 denied, \d unknown/);
  });

  it('sorts by keyboard, and says so to screen readers', async () => {
    if ((await inFrame('th[aria-sort=ascending]', { text: 'Workload' })) === undefined) return;
    await inFrame('thead button', { text: 'Denied need', act: 'focus' });
    await press('Enter');
    await inFrame('th[aria-sort=descending]', { text: 'Denied need' });
    assert.match((await inFrame('tbody tr:first-child th')) ?? '', /^orders/);
    await press('Enter');
    await inFrame('th[aria-sort=ascending]', { text: 'Denied need' });
    assert.match((await inFrame('tbody tr:first-child th')) ?? '', /^payments/);
    await inFrame('[role=status]', { text: 'sorted by denied need, ascending' });
  });

  it('opens the line that declares a need', async () => {
    if ((await inFrame(`${cellOf('frontend', DENIED)} summary`, { act: 'click' })) === undefined) return;
    const reason = await inFrame(`${cellOf('frontend', DENIED)} li`);
    assert.match(reason ?? '', /^denied: frontend to orders by Service orders TCP 8080, declared by ORDERS_URL/);
    await inFrame(`${cellOf('frontend', DENIED)} li button`, { text: 'default-deny', act: 'click' });
    const shown = () => window.activeTextEditor?.document.uri.path.split('/').at(-1);
    await until(() => shown() === 'network-policies.yaml', window.onDidChangeActiveTextEditor);
    const editor = window.activeTextEditor;
    assert.equal(editor?.document.getText(editor.selection), 'Egress');
    await inFrame(`${rowOf('queue')} th button`, { act: 'focus' });
    await press('Enter');
    await until(() => shown() === 'queue.yaml', window.onDidChangeActiveTextEditor);
  });

  it('follows edits', async () => {
    if ((await inFrame(cellOf('frontend', DENIED), { text: '1 denied, 1 unknown' })) === undefined) return;
    const options = { viewColumn: ViewColumn.One, preserveFocus: true };
    const { document } = await window.showTextDocument(fileInFolder('network-policies.yaml'), options);
    await replaceIn(document, '    - Ingress', '    - Ingress\n    - Egress', 'name: frontend-to-orders');
    await inFrame(cellOf('frontend', 2), { text: '1 workload' });
    assert.equal(await inFrame(cellOf('frontend', DENIED)), '1 unknown');
    await inFrame('[role=status]', { text: 'Declared needs: 0 denied' });
  });

  it('draws a graph whose nodes the keyboard reaches', async () => {
    if ((await inFrame('[role=tab]', { text: 'Graph', act: 'click' })) === undefined) return;
    assert.match((await inFrame('g.edge.declared-denied .label')) ?? '', /TCP 8080, denied/);
    await inFrame('g.namespace text', { text: 'shop' });
    await inFrame('g[aria-label^="Ingress shop"]', { act: 'focus' });
    await press('ArrowDown');
    await screenshot('reachability-focus');
    await press('Enter');
    await until(
      () => window.activeTextEditor?.document.uri.path.endsWith('/frontend.yaml') === false,
      window.onDidChangeActiveTextEditor,
    );
  });
});

describeIn(['overlays'], 'the view of reachability in a folder with several units', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  afterEach(closeAll);

  it('asks which unit is meant, and names it', async () => {
    await openAt('base/catalog.yaml');
    const shown = commands.executeCommand('kubefathom.showReachability');
    if ((await ask('waitForText', { selector: '.quick-input-widget', text: 'overlays/staging' })) === false) return;
    await press('ArrowDown');
    await press('Enter');
    await shown;
    await inFrame('h1', { text: 'overlays/prod' });
    assert.match((await inFrame('#unit')) ?? '', /overlays\/dev.*overlays\/prod.*overlays\/staging/s);
    await inFrame(`${rowOf('catalog')} th button`, { act: 'click' });
    await until(
      () => window.activeTextEditor?.document.uri.path.endsWith('/base/catalog.yaml') === true,
      window.onDidChangeActiveTextEditor,
    );
  });

  it('shows the only unit of a file without asking', async () => {
    await openAt('overlays/dev/kustomization.yaml');
    await commands.executeCommand('kubefathom.showReachability');
    await inFrame('h1', { text: 'overlays/dev' });
  });
});

describeIn(['desktop'], 'the view of reachability, to be looked at', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  afterEach(async () => {
    await closeAll();
    await workspace.getConfiguration().update('workbench.colorTheme', undefined, ConfigurationTarget.Workspace);
  });

  for (const [name, theme] of [
    ['light', 'Default Light Modern'],
    ['dark', 'Default Dark Modern'],
    ['high-contrast', 'Default High Contrast'],
    ['high-contrast-light', 'Default High Contrast Light'],
  ] as const) {
    it(`can be read in ${name} colours`, async () => {
      await workspace.getConfiguration().update('workbench.colorTheme', theme, ConfigurationTarget.Workspace);
      await closeAll();
      await openAt('frontend.yaml', 'ORDERS_URL');
      await commands.executeCommand('workbench.action.closeSidebar');
      await commands.executeCommand('kubefathom.showReachability');
      if ((await inFrame(`${cellOf('frontend', DENIED)} summary`, { act: 'click' })) === undefined) return;
      await inFrame(`${cellOf('frontend', DENIED)} li`);
      await ask('moveMouseAway');
      await screenshot(`reachability-table-${name}`);
      await inFrame('[role=tab]', { text: 'Graph', act: 'click' });
      await inFrame('g.edge.declared-denied .label', { text: 'denied' });
      await ask('moveMouseAway');
      await screenshot(name === 'light' ? 'reachability' : `reachability-graph-${name}`);
    });
  }
});

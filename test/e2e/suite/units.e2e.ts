import { commands, languages, type TextDocument, window, workspace } from 'vscode';
import * as assert from '../assert.ts';
import {
  actionsAt,
  activateExtension,
  ask,
  carryOut,
  closeAll,
  describeIn,
  fileInFolder,
  findings,
  findingsOf,
  hoverAtCursor,
  openAt,
  press,
  replaceIn,
  screenshot,
  untilEqual,
  untilFindings,
  visibleText,
} from './harness.ts';

const FAULT = 'overlays/prod/tls.yaml:11 service-targetport-unresolved';

describeIn(['overlays'], 'a folder with a base and three overlays', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
  });
  afterEach(async () => {
    await press('Escape');
    await closeAll();
  });

  it('has the one fault where it was written, and names the one overlay that has it', async () => {
    await untilFindings(findings, [FAULT]);
    const [finding] = findingsOf('overlays/prod/tls.yaml', 'service-targetport-unresolved');
    assert.ok(finding);
    assert.match(finding.message, /`htpps`.*\(in overlays\/prod\)/s);
    await openAt('overlays/prod/tls.yaml', 'htpps');
    await commands.executeCommand('workbench.actions.view.problems');
    await screenshot('finding');
    await commands.executeCommand('workbench.action.closePanel');
  });

  it('loses it by the quick fix, which edits the patch', async () => {
    const editor = await openAt('overlays/prod/tls.yaml', 'htpps');
    await untilFindings(findings, [FAULT]);
    const [fix] = await actionsAt(editor, 'quickfix');
    assert.equal(fix?.title, 'Change `htpps` to `https`');
    await carryOut(fix);
    await untilFindings(findings, []);
    assert.match(editor.document.getText(), /targetPort: https\n/);
    await closeAll();
    await untilFindings(findings, [FAULT]);
  });

  it('has a fault in all three where the base is broken', async () => {
    const { document } = await openAt('base/storefront.yaml', 'name: http', 'image:');
    await replaceIn(document, 'name: http', 'name: htp', 'image:');
    const broken = () =>
      languages
        .getDiagnostics(fileInFolder('base/storefront.yaml'))
        .some(({ message }) => /overlays\/dev.* overlays\/prod.* overlays\/staging/.test(message));
    await untilEqual(broken, true, languages.onDidChangeDiagnostics);
  });

  it('shows what an overlay comes to, in step with edits', async () => {
    const patch = await openAt('overlays/prod/tls.yaml', 'htpps');
    await commands.executeCommand('kubefathom.showBuiltUnitWithOrigins');
    const shown = builtDocument();
    assert.equal(shown.languageId, 'yaml');
    assert.match(shown.getText(), /^ {4}targetPort: htpps # overlays\/prod\/tls\.yaml:11 \(patched\)$/m);
    await replaceIn(patch.document, 'htpps', 'http');
    const follows = () => / targetPort: http # overlays\/prod\/tls\.yaml:11/.test(shown.getText());
    await untilEqual(follows, true, workspace.onDidChangeTextDocument);
    assert.equal(
      findings().filter((finding) => finding.startsWith(shown.uri.path)),
      [],
    );
    await screenshot('built-unit');
  });

  it('is shown as one overlay where the user says so', async () => {
    const api = await activateExtension();
    await openAt('base/storefront.yaml', 'app: storefront');
    await untilEqual(() => api.statusItem()?.text, 'overlays/dev and 2 more · 11 objects', api.onDidChangeStatusItem);
    const choosing = commands.executeCommand('kubefathom.showAs');
    if (!(await ask('waitForText', { selector: '.quick-input-widget', text: 'overlays/staging' }))) return;
    await screenshot('show-as');
    await ask('type', { text: 'staging' });
    await press('Enter');
    await choosing;
    await untilEqual(() => api.statusItem()?.detail, 'shown as overlays/staging', api.onDidChangeStatusItem);
    const hovers = await hoverText('base/storefront.yaml', 'app: storefront');
    assert.match(hovers, /shop-staging\/storefront-staging/);
    await openAt('base/storefront.yaml', 'app: storefront');
    if (await hoverAtCursor()) await screenshot('hover-staging');
    if (await ask('click', { selector: '.statusbar-item[id="status.languageStatus"] a' })) {
      assert.match((await visibleText('.hover-language-status')) ?? '', /shown as overlays\/staging/);
      await screenshot('status');
    }
  });
});

describeIn(['restricted', 'web'], 'a kustomization', () => {
  afterEach(closeAll);
  after(() => workspace.fs.delete(fileInFolder('built'), { recursive: true }));

  it('is built without a binary, wherever the extension runs', async () => {
    const write = (path: string, text: string) =>
      workspace.fs.writeFile(fileInFolder(path), new TextEncoder().encode(text));
    await write('built/kustomization.yaml', 'namePrefix: my-\nresources:\n  - lone.yaml\n');
    await write('built/lone.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: lone\n');
    await commands.executeCommand('kubefathom.reindex');
    await openAt('built/lone.yaml');
    await commands.executeCommand('kubefathom.showBuiltUnit');
    assert.equal(builtDocument().getText(), 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: lone\n');
  });
});

function builtDocument(): TextDocument {
  const shown = window.visibleTextEditors.find(({ document }) => document.uri.scheme === 'kubefathom-unit');
  assert.ok(shown, 'no built unit is shown');
  return shown.document;
}

async function hoverText(path: string, marker: string): Promise<string> {
  const { document, selection } = await openAt(path, marker);
  const hovers = await commands.executeCommand<readonly { readonly contents: readonly { readonly value: string }[] }[]>(
    'vscode.executeHoverProvider',
    document.uri,
    selection.active,
  );
  return hovers.flatMap(({ contents }) => contents.map(({ value }) => value)).join('\n');
}

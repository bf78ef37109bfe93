import { ConfigurationTarget, commands, DiagnosticSeverity, workspace } from 'vscode';
import * as assert from '../assert.ts';
import {
  actionsAt,
  activateExtension,
  carryOut,
  closeAll,
  describeIn,
  fileInFolder,
  findings,
  findingsOf,
  openAt,
  replaceIn,
  screenshot,
  untilFindings,
} from './harness.ts';

describeIn(['desktop', 'restricted', 'web'], 'the findings of a folder', () => {
  let planted: readonly string[];

  before(async () => {
    planted = await plantedFaults();
    const api = await activateExtension();
    if (!api.isRunning()) await commands.executeCommand('kubefathom.reindex');
    await api.whenReady();
  });
  afterEach(closeAll);

  it('are the planted faults at their places, in files that nobody opened', async () => {
    assert.equal(planted.length, 9);
    await untilFindings(findings, planted);
  });

  it('name their rule, the consequence and the other end', async () => {
    const [finding] = findingsOf('ingress.yaml', 'ingress-backend-port-missing');
    assert.ok(finding);
    assert.equal(finding.severity, DiagnosticSeverity.Error);
    assert.match(finding.message, /has no port 8080.*requests to .*fail/);
    assert.ok(typeof finding.code === 'object');
    assert.match(finding.code.target.toString(true), /^command:kubefathom\.showRule\?.*ingress-backend-port-missing/);
    const [other] = finding.relatedInformation ?? [];
    assert.ok(other);
    assert.equal(
      `${workspace.asRelativePath(other.location.uri)}:${other.location.range.start.line + 1}`,
      'orders.yaml:11',
    );
  });

  it('stand there once after the file is opened and edited', async () => {
    const { document } = await openAt('ingress.yaml', '8080');
    await replaceIn(document, '8080', '8088');
    const messages = () => findingsOf('ingress.yaml', 'ingress-backend-port-missing').map(({ message }) => message);
    await untilFindings(() => messages().map((message) => /port (\d+)/.exec(message)?.[1]), ['8088']);
    assert.equal(findings('ingress.yaml').length, 1);
  });

  it('stay when their file is closed', async () => {
    await openAt('ingress.yaml');
    await commands.executeCommand('workbench.action.closeAllEditors');
    await untilFindings(findings, planted);
  });

  it('follow unsaved edits of other files, open or not', async () => {
    const orders = await openAt('orders.yaml', '80', 'name: http\n');
    await replaceIn(orders.document, 'port: 80\n', 'port: 8080\n');
    await untilFindings(() => findings('ingress.yaml'), []);
    await openAt('ingress.yaml', '8080');
    await replaceIn(orders.document, 'port: 8080\n', 'port: 8081\n');
    await untilFindings(() => findings('ingress.yaml'), ['ingress.yaml:25 ingress-backend-port-missing']);
    await replaceIn(orders.document, 'port: 8081\n', 'port: 8080\n');
    await untilFindings(() => findings('ingress.yaml'), []);
    await closeAll();
    await untilFindings(findings, planted);
  });

  it('change on both sides when labels of Pods do', async () => {
    const { document } = await openAt('queue.yaml', 'queue', 'labels:\n');
    await replaceIn(document, 'app: queue', 'app: queu', 'labels:\n');
    const isAboutLabels = (text: string) => /netpol-selects-no-pods|selector-no-match|template-labels/.test(text);
    await untilFindings(() => findings('network-policies.yaml').filter(isAboutLabels), []);
    assert.ok(findings('queue.yaml').some(isAboutLabels), 'the Service in queue.yaml is not told of');
    await closeAll();
    await untilFindings(findings, planted);
  });

  it('go when their quick fix is applied', async () => {
    const editor = await openAt('frontend.yaml', 'htpp');
    await untilFindings(() => findings('frontend.yaml').length, 1);
    const actions = await actionsAt(editor, 'quickfix');
    const preferred = actions.filter(({ isPreferred }) => isPreferred === true);
    assert.equal(
      preferred.map(({ title }) => title),
      ['Change `htpp` to `http`'],
    );
    assert.equal(actions[0]?.title, preferred[0]?.title);
    await carryOut(preferred[0]);
    await untilFindings(() => findings('frontend.yaml'), []);
    assert.match(editor.document.getText(), /targetPort: http\n/);
  });

  it('are silenced by a comment that the menu writes', async () => {
    const editor = await openAt('payments.yaml', 'payment', 'selector:\n');
    const actions = await actionsAt(editor, 'quickfix');
    await carryOut(actions.find(({ title }) => title.startsWith('Silence')));
    assert.match(
      editor.document.getText(),
      /\n {4}# kubefathom-ignore-next-line service-selector-no-match\n {4}app: payment\n/,
    );
    await untilFindings(() => findings('payments.yaml'), ['payments.yaml:28 non-string-label-value']);
  });

  it('go together where a fix is safe', async () => {
    const editor = await openAt('payments.yaml');
    const [action] = await actionsAt(editor, 'source.fixAll');
    await carryOut(action);
    assert.match(editor.document.getText(), /pci: ["']yes["']/);
    await untilFindings(() => findings('payments.yaml'), ['payments.yaml:8 service-selector-no-match']);
  });

  it('obey settings at once', async () => {
    const settings = workspace.getConfiguration('kubefathom');
    const code = 'ingress-backend-port-missing';
    const severities = () => findingsOf('ingress.yaml', code).map(({ severity }) => severity);
    await settings.update('rules', { [code]: 'hint' }, ConfigurationTarget.Workspace);
    await untilFindings(severities, [DiagnosticSeverity.Hint]);
    await settings.update('rules', { 'ingress-*': 'off' }, ConfigurationTarget.Workspace);
    await untilFindings(severities, []);
    await settings.update('rules', undefined, ConfigurationTarget.Workspace);
    await untilFindings(findings, planted);
  });

  it('obey .kubefathom.yaml as soon as it is saved', async () => {
    const file = fileInFolder('.kubefathom.yaml');
    await workspace.fs.writeFile(file, new TextEncoder().encode('rules:\n  netpol-*: off\n'));
    await untilFindings(() => findings('network-policies.yaml'), []);
    await workspace.fs.delete(file);
    await untilFindings(findings, planted);
  });

  it('come back after a restart of the server and after reindexing', async () => {
    const api = await activateExtension();
    await commands.executeCommand('kubefathom.restartServer');
    assert.equal(await api.whenReady(), true);
    await untilFindings(findings, planted);
    await commands.executeCommand('kubefathom.reindex');
    await untilFindings(findings, planted);
    await screenshot('findings');
  });
});

/** The table of examples/shop/README.md. */
async function plantedFaults(): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await workspace.fs.readFile(fileInFolder('README.md')));
  return [...text.matchAll(/^\| (\S+\.yaml:\d+) \| (\S+) \|/gm)].map(([, place, code]) => `${place} ${code}`).sort();
}

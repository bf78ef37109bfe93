import { ConfigurationTarget, commands, workspace } from 'vscode';
import * as assert from '../assert.ts';
import {
  activateExtension,
  ask,
  closeAll,
  describeIn,
  findings,
  hoverAtCursor,
  openAt,
  press,
  screenshot,
  untilFindings,
  visibleText,
} from './harness.ts';

/** What a person sees: each test looks for a few words in the window, and leaves a picture to be looked at. */
describeIn(['desktop'], 'in the window', () => {
  before(async () => {
    await (await activateExtension()).whenReady();
    await closeAll();
  });
  afterEach(async () => {
    await press('Escape');
    await closeAll();
    await commands.executeCommand('workbench.action.closePanel');
    await workspace.getConfiguration().update('workbench.colorTheme', undefined, ConfigurationTarget.Workspace);
    await workspace.getConfiguration('kubefathom').update('hover.detail', undefined, ConfigurationTarget.Workspace);
  });

  it('the Problems panel shows findings with their other ends', async () => {
    await openAt('ingress.yaml', '8080');
    await untilFindings(() => findings('ingress.yaml').length, 1);
    await commands.executeCommand('workbench.actions.view.problems');
    await expectText('.markers-panel', /has no port 8080/);
    await screenshot('editor');
  });

  for (const [place, path, marker, after] of [
    ['service-selector', 'payments.yaml', 'payment', 'selector:\n'],
    ['headless', 'database.yaml', 'clusterIP', ''],
    ['target-port', 'frontend.yaml', 'htpp', ''],
    ['pod-labels', 'orders.yaml', 'app: orders', '  labels:\n'],
    ['policy', 'network-policies.yaml', 'policyTypes', 'frontend-to-orders'],
    ['peer', 'network-policies.yaml', 'podSelector', 'from:\n'],
    ['kind', 'frontend.yaml', 'Service', ''],
  ] as const) {
    it(`a hover explains: ${place}`, async () => {
      await openAt(path, marker, after);
      if (await hoverAtCursor()) await screenshot(`hover-${place}`);
    });
  }

  for (const detail of ['short', 'interview']) {
    it(`a hover explains ${detail === 'short' ? 'in short' : 'as for an interview'}`, async () => {
      const settings = workspace.getConfiguration('kubefathom');
      await settings.update('hover.detail', detail, ConfigurationTarget.Workspace);
      await openAt('database.yaml', 'clusterIP');
      if (await hoverAtCursor()) await screenshot(`hover-${detail}`);
    });
  }

  it('the menu of fixes offers the fix first, then to silence, then the rule', async () => {
    await openAt('frontend.yaml', 'htpp');
    await untilFindings(() => findings('frontend.yaml').length, 1);
    await commands.executeCommand('editor.action.quickFix');
    await expectText('.action-widget', /Change `htpp` to `http`.*Silence.*Explain/s);
    await screenshot('fixes');
  });

  it('references are shown in place', async () => {
    await openAt('frontend.yaml', 'frontend');
    await commands.executeCommand('editor.action.referenceSearch.trigger');
    await expectText('.reference-zone-widget .ref-tree', /ingress\.yaml/);
    await screenshot('references');
  });

  it('a rule has its page', async () => {
    await commands.executeCommand('kubefathom.showRule', 'service-targetport-unresolved');
    await ask('waitForFrame', { text: 'everything looks healthy' });
    await screenshot('rule-page');
  });

  it('the settings are explained', async () => {
    await commands.executeCommand('workbench.action.openSettings', '@ext:kubefathom.kubefathom');
    await expectText('.settings-editor', /Kubefathom/);
    await screenshot('settings');
  });

  for (const [name, theme] of [
    ['dark', 'Default Dark Modern'],
    ['high-contrast', 'Default High Contrast'],
  ] as const) {
    it(`findings and hovers can be read in ${name} colours`, async () => {
      await workspace.getConfiguration().update('workbench.colorTheme', theme, ConfigurationTarget.Workspace);
      await openAt('payments.yaml', 'payment', 'selector:\n');
      await untilFindings(() => findings('payments.yaml').length, 2);
      await commands.executeCommand('workbench.actions.view.problems');
      await commands.executeCommand('workbench.action.focusActiveEditorGroup');
      if (await hoverAtCursor()) await screenshot(name);
    });
  }
});

async function expectText(selector: string, pattern: RegExp): Promise<void> {
  const text = await visibleText(selector);
  if (text !== undefined) assert.match(text, pattern);
}

import { commands, workspace } from 'vscode';
import * as assert from '../assert.ts';
import {
  activateExtension,
  ask,
  closeAll,
  describeIn,
  fileInFolder,
  openAt,
  screenshot,
  untilEqual,
  visibleText,
} from './harness.ts';

describeIn(['desktop', 'web'], 'the status item', () => {
  afterEach(closeAll);
  after(async () => {
    await workspace.fs.delete(fileInFolder('stage'), { recursive: true });
    await workspace.fs.delete(fileInFolder('broken.yaml'));
  });

  it('counts the objects and says that a manifest is a loose one', async () => {
    const api = await activateExtension();
    await openAt('erp.yaml');
    await api.whenReady();
    await untilEqual(() => api.statusItem()?.text, 'loose manifests · 25 objects', api.onDidChangeStatusItem);
    assert.equal(api.statusItem()?.busy, false);
  });

  it('names the kustomization of the manifest in front, and what could not be read', async () => {
    const api = await activateExtension();
    await write('stage/kustomization.yaml', 'resources:\n  - lone.yaml\n');
    await write('stage/lone.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: lone\n');
    await write('broken.yaml', 'apiVersion: v1\nkind: [\n');
    await commands.executeCommand('kubefathom.reindex');
    await openAt('stage/lone.yaml');
    await untilEqual(() => api.statusItem()?.text, 'stage · 1 of 26 objects', api.onDidChangeStatusItem);
    assert.equal(api.statusItem()?.detail, '1 file not read in full');
    if (await ask('click', { selector: '.statusbar-item[id="status.languageStatus"] a' })) {
      assert.match((await visibleText('.hover-language-status')) ?? '', /stage · 1 of 26 objects/);
      await screenshot('status');
    }
    await openAt('erp.yaml');
    await untilEqual(() => api.statusItem()?.text, 'loose manifests · 25 of 26 objects', api.onDidChangeStatusItem);
  });
});

async function write(path: string, text: string): Promise<void> {
  await workspace.fs.writeFile(fileInFolder(path), new TextEncoder().encode(text));
}

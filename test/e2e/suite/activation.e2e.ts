import { commands, extensions, window, workspace } from 'vscode';
import * as assert from '../assert.ts';
import { activateExtension, describeIn, fileInFolder, note, screenshot } from './harness.ts';

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string }[] };
}

describeIn(['desktop', 'restricted', 'web'], 'activation on a folder with manifests', () => {
  it('activates and starts its server', async () => {
    const api = await activateExtension();
    const [file] = await workspace.findFiles('**/*.yaml', undefined, 1);
    assert.ok(file);
    await window.showTextDocument(file);
    assert.equal(await api.whenReady(), true);
    assert.equal(api.isRunning(), true);
    await screenshot('activation');
  });

  it('registers every command that it contributes', async () => {
    await activateExtension();
    const extension = extensions.getExtension('kubefathom.kubefathom');
    assert.ok(extension);
    const { contributes }: Manifest = extension.packageJSON;
    const registered = new Set(await commands.getCommands(true));
    assert.equal(
      contributes.commands.map(({ command }) => command).filter((command) => !registered.has(command)),
      [],
    );
  });
});

describeIn(['restricted'], 'restricted mode', () => {
  it('is what this run is in', () => assert.equal(workspace.isTrusted, false));
});

describeIn(['plain'], 'a folder with YAML but without Kubernetes', () => {
  it('costs no server, even with its YAML open', async () => {
    const extension = extensions.getExtension('kubefathom.kubefathom');
    const wasActive = extension?.isActive;
    const began = performance.now();
    const api = await activateExtension();
    const ms = performance.now() - began;
    await note(wasActive ? 'already active' : `activation took ${ms.toFixed(0)} ms, the editor's own part included`);
    await window.showTextDocument(fileInFolder('compose.yaml'));
    await window.showTextDocument(fileInFolder('settings.yml'));
    assert.equal(await api.whenReady(), false);
    assert.equal(api.isRunning(), false);
    assert.equal(api.statusItem(), undefined);
  });
});

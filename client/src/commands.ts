import { commands, type Disposable, type ExtensionContext, env, type LogOutputChannel, l10n, window } from 'vscode';
import { debugReport } from './debugReport.ts';
import type { LanguageServer } from './languageServer.ts';
import { showRule } from './rulePages.ts';
import { chooseView } from './viewPicker.ts';

/** The commands of the palette; package.json gives them their titles. */
export function registerCommands(
  context: ExtensionContext,
  server: LanguageServer,
  output: LogOutputChannel,
): readonly Disposable[] {
  return [
    commands.registerCommand('kubefathom.restartServer', () => server.restart()),
    commands.registerCommand('kubefathom.reindex', () => server.reindex()),
    commands.registerCommand('kubefathom.showOutput', () => output.show()),
    commands.registerCommand('kubefathom.showRule', (id: unknown) => showRule(context.extensionUri, id)),
    commands.registerCommand('kubefathom.showAs', () => chooseView(server)),
    commands.registerCommand('kubefathom.copyDebugReport', async () => {
      await env.clipboard.writeText(debugReport(context, server.state()));
      window.setStatusBarMessage(l10n.t('Kubefathom: debug report copied'), 4000);
    }),
  ];
}

import { type ExtensionContext, Uri } from 'vscode';
import { activateKubefathom, type KubefathomApi } from './common.ts';

/** Entry point on the desktop and on remote machines: the server is a process of its own. */
export function activate(context: ExtensionContext): KubefathomApi {
  const module = Uri.joinPath(context.extensionUri, 'dist', 'server.cjs').fsPath;
  return activateKubefathom(context, async (options) => {
    const { LanguageClient, TransportKind } = await import('vscode-languageclient/node');
    const run = { module, transport: TransportKind.ipc };
    const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6019'] } };
    return new LanguageClient('kubefathom', 'Kubefathom', { run, debug }, options);
  });
}

import { type ExtensionContext, Uri } from 'vscode';
import type { ServerOptions } from 'vscode-languageclient/browser';
import { activateKubefathom, type KubefathomApi } from './common.ts';

/** The constructor of browsers; the types of Node, which this project is checked with, have none of that name. */
declare const Worker: new (url: string) => Extract<ServerOptions, { postMessage: unknown }>;

/** Entry point in a browser: the server is a worker. */
export function activate(context: ExtensionContext): KubefathomApi {
  const script = Uri.joinPath(context.extensionUri, 'dist', 'serverWorker.js').toString(true);
  return activateKubefathom(context, async (options) => {
    const { LanguageClient } = await import('vscode-languageclient/browser');
    return new LanguageClient('kubefathom', 'Kubefathom', async () => new Worker(script), options);
  });
}

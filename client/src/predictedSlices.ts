import {
  commands,
  Disposable,
  EventEmitter,
  l10n,
  type TextDocumentContentProvider,
  Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';
import { type PredictedText, predictedSlicesRequest } from '../../server/src/lsp/predictionMessages.ts';
import { currentFile } from './documents.ts';
import type { LanguageServer } from './languageServer.ts';

/** Of read-only documents with the EndpointSlices that a manifest comes to; the query is the manifest's address. */
const scheme = 'kubefathom-slices';

/** Lets documents show predicted EndpointSlices, in step with the index, and registers the command that opens them. */
export function showPredictedSlices(server: LanguageServer): Disposable {
  const changed = new EventEmitter<Uri>();
  const provider: TextDocumentContentProvider = {
    onDidChange: changed.event,
    provideTextDocumentContent: async (uri) => {
      const predicted = await server.ask<PredictedText>(predictedSlicesRequest, { uri: uri.query });
      return predicted?.text ?? `# ${l10n.t('Nothing is known of this file now.')}\n`;
    },
  };
  const refresh = (): void => {
    for (const { uri } of workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
  };
  return Disposable.from(
    changed,
    workspace.registerTextDocumentContentProvider(scheme, provider),
    server.onDidChangeIndex(refresh),
    server.onDidChangeView(refresh),
    server.onDidChangeState((state) => {
      if (state?.kind === 'running' && !state.status.busy) refresh();
    }),
    commands.registerCommand('kubefathom.showPredictedSlices', () => showSlices(server)),
  );
}

/** Shows what becomes of the Services of the file in front, or of those that select its Pods, beside it. */
async function showSlices(server: LanguageServer): Promise<void> {
  const file = window.activeTextEditor === undefined ? undefined : currentFile();
  if (file === undefined) {
    void window.showInformationMessage(l10n.t('Open the manifest of a Service or of its Pods first.'));
    return;
  }
  await server.whenReady();
  const name = file.path.split('/').at(-1) ?? '';
  const path = `/${name.replace(/\.ya?ml$/, '')} (${l10n.t('predicted EndpointSlices')}).yaml`;
  const document = await workspace.openTextDocument(Uri.from({ scheme, path, query: file.toString() }));
  await window.showTextDocument(document, { viewColumn: ViewColumn.Beside, preserveFocus: true, preview: true });
}

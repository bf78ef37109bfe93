import { Disposable, type FileSystemWatcher, type LogOutputChannel, l10n, workspace } from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  ErrorAction,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient';
import { hiddenNotification, type InitializationOptions } from '../../server/src/lsp/messages.ts';
import { documentSelector, generatorInputs, isWorkedOn, watchedFiles } from './documents.ts';
import { reportFolders } from './fileEvents.ts';
import { hasSchemaExtension } from './schemaExtensions.ts';
import { serveFiles } from './virtualFiles.ts';

/**
 * Makes a client that is not started yet: over IPC on the desktop, over a worker in a browser. The client library is loaded by
 * the first call: it costs more than all the rest, and most windows never need it.
 */
export type MakeClient = (options: LanguageClientOptions) => Promise<BaseLanguageClient>;

/** A client with all that is registered for it. */
export interface Connected {
  readonly client: BaseLanguageClient;
  readonly parts: Disposable;
}

/** Makes the client, ready to be started. `onGivenUp` is told when its server ended too often to be started again. */
export async function connect(
  makeClient: MakeClient,
  output: LogOutputChannel,
  onGivenUp: (reason: string) => void,
): Promise<Connected> {
  const watchers = [watchedFiles, generatorInputs].map((glob) => workspace.createFileSystemWatcher(glob));
  const client = await makeClient(clientOptions(output, watchers, onGivenUp));
  return {
    client,
    parts: Disposable.from(...watchers, ...serveFiles(client), reportFolders(client), reportHidden(client)),
  };
}

function clientOptions(
  output: LogOutputChannel,
  watchers: FileSystemWatcher[],
  onGivenUp: (reason: string) => void,
): LanguageClientOptions {
  const initializationOptions: InitializationOptions = {
    clientReads: true,
    clientWatches: true,
    trusted: workspace.isTrusted,
    hasSchemas: hasSchemaExtension(),
    ruleLink: 'command:kubefathom.showRule?%5B%22{rule}%22%5D',
  };
  return {
    documentSelector: [...documentSelector],
    outputChannel: output,
    traceOutputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    progressOnInitialization: false,
    initializationOptions,
    initializationFailedHandler: (error) => {
      output.error('The language server refused to start', String(error));
      onGivenUp(l10n.t('The language server did not start'));
      return false;
    },
    synchronize: { fileEvents: watchers },
    diagnosticCollectionName: 'kubefathom',
    diagnosticPullOptions: {
      onChange: true,
      onSave: false,
      onFocus: true,
      filter: (document) => !isWorkedOn(document),
    },
    markdown: { isTrusted: { enabledCommands: ['kubefathom.showRule'] } },
    errorHandler: restartsQuietly(onGivenUp),
    middleware: {
      didOpen: async (document, next) => (isWorkedOn(document) ? next(document) : undefined),
      didChange: async (event, next) => (isWorkedOn(event.document) ? next(event) : undefined),
      didSave: async (document, next) => (isWorkedOn(document) ? next(document) : undefined),
      didClose: async (document, next) => (isWorkedOn(document) ? next(document) : undefined),
    },
  };
}

/** Starts a crashed server again, at most four times in three minutes; then the status item tells, and no message box. */
function restartsQuietly(onGivenUp: (reason: string) => void): NonNullable<LanguageClientOptions['errorHandler']> {
  const closes: number[] = [];
  return {
    error: () => ({ action: ErrorAction.Continue, handled: true }),
    closed: () => {
      const now = Date.now();
      closes.push(now);
      if (closes.filter((time) => now - time < 180_000).length <= 4)
        return { action: CloseAction.Restart, handled: true };
      onGivenUp(l10n.t('The language server ended several times; see the output, then run Restart Server'));
      return { action: CloseAction.DoNotRestart, handled: true };
    },
  };
}

/**
 * The client library shows pulled findings for as long as a tab shows the file, while the editor may keep the document open
 * for long after: without a word to the server a closed tab would take the file's findings with it.
 */
function reportHidden(client: BaseLanguageClient): Disposable {
  return client.visibleDocuments.onClose((closed) => {
    for (const uri of closed) {
      if (!client.isRunning()) return;
      const params = { uri: client.code2ProtocolConverter.asUri(uri) };
      void client.sendNotification(hiddenNotification, params).catch(() => undefined);
    }
  });
}

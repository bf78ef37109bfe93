import { Disposable, type Event, EventEmitter, type LogOutputChannel, l10n, type Uri, workspace } from 'vscode';
import {
  type BaseLanguageClient,
  CloseAction,
  ErrorAction,
  type LanguageClientOptions,
  RevealOutputChannelOn,
} from 'vscode-languageclient';
import {
  type DocumentUnit,
  hiddenNotification,
  type InitializationOptions,
  readyRequest,
  reindexRequest,
  type StatusParams,
  statusNotification,
  unitsRequest,
} from '../../server/src/lsp/messages.ts';
import { documentSelector, isWorkedOn } from './documents.ts';
import { reportFolders, watchedFiles } from './fileEvents.ts';
import type { ServerState } from './statusItem.ts';
import { serveFiles } from './virtualFiles.ts';

/** Makes a client that is not started yet: over IPC on the desktop, over a worker in a browser. */
export type MakeClient = (options: LanguageClientOptions) => BaseLanguageClient;

export interface LanguageServer extends Disposable {
  /** Undefined while no server runs. */
  state(): ServerState | undefined;
  readonly onDidChangeState: Event<ServerState | undefined>;
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Reads the workspace anew; starts the server when none runs. */
  reindex(): Promise<void>;
  /** Resolves when the index is complete and its findings are published; false when no server runs. */
  whenReady(): Promise<boolean>;
  /** With what a document's objects would be applied; empty while no server runs. */
  unitsOf(document: Uri): Promise<readonly DocumentUnit[]>;
}

/** Owns the one server process. Nothing runs before `start`. Calls are carried out one after another. */
export function createLanguageServer(makeClient: MakeClient, output: LogOutputChannel): LanguageServer {
  const changed = new EventEmitter<ServerState | undefined>();
  let state: ServerState | undefined;
  let running: { readonly client: BaseLanguageClient; readonly parts: Disposable } | undefined;
  let queue: Promise<void> = Promise.resolve();

  const setState = (next: ServerState | undefined): void => {
    state = next;
    changed.fire(next);
  };
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work, work);
    return queue;
  };

  const startNow = async (): Promise<void> => {
    if (running !== undefined) return;
    setState({ kind: 'starting' });
    const watcher = workspace.createFileSystemWatcher(watchedFiles);
    const client = makeClient(clientOptions(output, watcher, (reason) => setState({ kind: 'failed', reason })));
    const parts = Disposable.from(
      watcher,
      ...serveFiles(client),
      client.onNotification(statusNotification, (status: StatusParams) => setState({ kind: 'running', status })),
      reportFolders(client),
      reportHidden(client),
    );
    running = { client, parts };
    try {
      await client.start();
    } catch (error) {
      output.error('The language server did not start', errorText(error));
      setState({ kind: 'failed', reason: l10n.t('The language server did not start') });
    }
  };

  const stopNow = async (): Promise<void> => {
    const stopped = running;
    running = undefined;
    if (stopped === undefined) return;
    stopped.parts.dispose();
    await stopped.client
      .dispose()
      .catch((error) => output.warn('The language server did not stop cleanly', errorText(error)));
    setState(undefined);
  };

  const request = async (method: string): Promise<boolean> => {
    await queue;
    if (running === undefined || !running.client.isRunning()) return false;
    await running.client.sendRequest(method);
    return true;
  };

  return {
    state: () => state,
    onDidChangeState: changed.event,
    start: () => inTurn(startNow),
    stop: () => inTurn(stopNow),
    restart: () =>
      inTurn(async () => {
        await stopNow();
        await startNow();
      }),
    reindex: async () => {
      if (running === undefined) return inTurn(startNow);
      await request(reindexRequest);
    },
    whenReady: () => request(readyRequest),
    unitsOf: async (document) => {
      if (running === undefined || !running.client.isRunning()) return [];
      const { client } = running;
      const uri = client.code2ProtocolConverter.asUri(document);
      return client.sendRequest<readonly DocumentUnit[]>(unitsRequest, { uri }).catch(() => []);
    },
    dispose: () => {
      void inTurn(stopNow);
      changed.dispose();
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

function clientOptions(
  output: LogOutputChannel,
  watcher: Disposable & ReturnType<typeof workspace.createFileSystemWatcher>,
  onGivenUp: (reason: string) => void,
): LanguageClientOptions {
  const initializationOptions: InitializationOptions = {
    clientReads: true,
    clientWatches: true,
    ruleLink: 'command:kubefathom.showRule?%5B%22{rule}%22%5D',
  };
  return {
    documentSelector: [...documentSelector],
    outputChannel: output,
    traceOutputChannel: output,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    progressOnInitialization: false,
    initializationOptions,
    initializationFailedHandler: () => false,
    synchronize: { fileEvents: watcher },
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

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

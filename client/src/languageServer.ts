import { type Disposable, type Event, EventEmitter, type LogOutputChannel, l10n, type Uri } from 'vscode';
import {
  type ConnectionNext,
  type ConnectionParams,
  type ConnectionStartParams,
  type ExplainedConnection,
  explainConnectionRequest,
  nextChoiceRequest,
} from '../../server/src/lsp/connectionMessages.ts';
import {
  type BuiltUnit,
  type BuiltUnitParams,
  builtUnitRequest,
  changedNotification,
  chooseViewRequest,
  type DocumentUnits,
  type FolderUnits,
  folderUnitsRequest,
  readyRequest,
  reindexRequest,
  type StatusParams,
  statusNotification,
  unitsRequest,
  type ViewParams,
} from '../../server/src/lsp/messages.ts';
import type { Connected, MakeClient } from './connection.ts';
import type { ServerState } from './statusItem.ts';

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
  /** With what a document's objects would be applied; undefined while no server runs. */
  unitsOf(document: Uri): Promise<DocumentUnits | undefined>;
  /** All units of the workspace folder that a file lies in; undefined where there is none, and while no server runs. */
  folderUnits(file: Uri): Promise<FolderUnits | undefined>;
  /** Keeps hovers and navigation in a folder to one unit, or to none. */
  chooseView(params: ViewParams): Promise<void>;
  builtUnit(params: BuiltUnitParams): Promise<BuiltUnit | undefined>;
  /** Sends a request of ours; undefined where the server has no answer, and while none runs. */
  ask<R>(method: string, params: object): Promise<R | undefined>;
  /** What is to be asked next about a connection, from a place in a file or from a draft on. */
  connectionChoices(file: Uri, params: Omit<ConnectionStartParams, 'uri'>): Promise<ConnectionNext | undefined>;
  explainConnection(params: ConnectionParams): Promise<ExplainedConnection | undefined>;
  /** Told when the index is another one, and so may be what units come to. */
  readonly onDidChangeIndex: Event<void>;
  /** Told when a folder is shown as another unit. */
  readonly onDidChangeView: Event<void>;
}

/** Owns the one server process. Nothing runs before `start`. Calls are carried out one after another. */
export function createLanguageServer(makeClient: MakeClient, output: LogOutputChannel): LanguageServer {
  const changed = new EventEmitter<ServerState | undefined>();
  const indexChanged = new EventEmitter<void>();
  const viewChanged = new EventEmitter<void>();
  let state: ServerState | undefined;
  let running: Connected | undefined;
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
    try {
      const { connect } = await import('./connection.ts');
      running = await connect(makeClient, output, (reason) => setState({ kind: 'failed', reason }));
      running.client.onNotification(statusNotification, (status: StatusParams) =>
        setState({ kind: 'running', status }),
      );
      running.client.onNotification(changedNotification, () => indexChanged.fire());
      await running.client.start();
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

  /** Undefined where the server has no answer, or does not run. */
  const askFor = async <R>(method: string, params: object): Promise<R | undefined> => {
    if (running === undefined || !running.client.isRunning()) return undefined;
    return (await running.client.sendRequest<R | null>(method, params).catch(() => undefined)) ?? undefined;
  };
  const paramsOf = (file: Uri) => ({
    uri: running?.client.code2ProtocolConverter.asUri(file) ?? file.toString(),
  });

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
    unitsOf: (document) => askFor(unitsRequest, paramsOf(document)),
    folderUnits: (file) => askFor(folderUnitsRequest, paramsOf(file)),
    chooseView: async (params) => {
      await askFor(chooseViewRequest, params);
      viewChanged.fire();
    },
    builtUnit: (params) => askFor(builtUnitRequest, params),
    connectionChoices: (file, params) => askFor(nextChoiceRequest, { ...paramsOf(file), ...params }),
    explainConnection: (params) => askFor(explainConnectionRequest, params),
    ask: askFor,
    onDidChangeIndex: indexChanged.event,
    onDidChangeView: viewChanged.event,
    dispose: () => {
      void inTurn(stopNow);
      changed.dispose();
      indexChanged.dispose();
      viewChanged.dispose();
    },
  };
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import { type Disposable, type Event, EventEmitter, type LogOutputChannel, l10n, type Uri } from 'vscode';
import {
  type DocumentUnit,
  readyRequest,
  reindexRequest,
  type StatusParams,
  statusNotification,
  unitsRequest,
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
  /** With what a document's objects would be applied; empty while no server runs. */
  unitsOf(document: Uri): Promise<readonly DocumentUnit[]>;
}

/** Owns the one server process. Nothing runs before `start`. Calls are carried out one after another. */
export function createLanguageServer(makeClient: MakeClient, output: LogOutputChannel): LanguageServer {
  const changed = new EventEmitter<ServerState | undefined>();
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

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

import { type Event, EventEmitter, type ExtensionContext, window, workspace } from 'vscode';
import type { StatusParams } from '../../server/src/lsp/messages.ts';
import { startWhenNeeded } from './autoStart.ts';
import { showBuiltUnits } from './builtUnits.ts';
import { registerCommands } from './commands.ts';
import type { MakeClient } from './connection.ts';
import { explainConnections } from './explainConnection.ts';
import { createLanguageServer } from './languageServer.ts';
import { showPredictedSlices } from './predictedSlices.ts';
import { showReachability } from './reachability.ts';
import { onSchemaExtensionChange } from './schemaExtensions.ts';
import { createStatusItem, type StatusItem, type StatusText } from './statusItem.ts';

/** What other extensions, and our own tests, may ask of the running extension. */
export interface KubefathomApi {
  /** Whether a server runs or is being started. */
  isRunning(): boolean;
  /** The last state of the index, once there is one. */
  status(): StatusParams | undefined;
  /** What the language status of the shown document says; undefined while there is nothing to tell. */
  statusItem(): StatusText | undefined;
  /** Told when that changes. */
  readonly onDidChangeStatusItem: Event<void>;
  /** Resolves when the index is complete and its findings are shown; false when no server runs. */
  whenReady(): Promise<boolean>;
}

/** Everything but the way to the server, which differs between desktop and browser. Returns at once. */
export function activateKubefathom(context: ExtensionContext, makeClient: MakeClient): KubefathomApi {
  const output = window.createOutputChannel('Kubefathom', { log: true });
  const server = createLanguageServer(makeClient, output);
  const itemChanged = new EventEmitter<void>();
  let item: StatusItem | undefined;
  const states = server.onDidChangeState((state) => {
    if (state === undefined) {
      item?.dispose();
      item = undefined;
      itemChanged.fire();
      return;
    }
    if (item === undefined) {
      item = createStatusItem((document) => server.unitsOf(document), server.onDidChangeView);
      item.onDidChange(() => itemChanged.fire());
    }
    item.show(state);
  });
  context.subscriptions.push(
    output,
    states,
    itemChanged,
    { dispose: () => item?.dispose() },
    server,
    ...registerCommands(context, server, output),
    showBuiltUnits(server),
    showReachability(server, context.extensionUri),
    explainConnections(server),
    showPredictedSlices(server),
    startWhenNeeded(server),
    workspace.onDidGrantWorkspaceTrust(() => void (server.state() === undefined ? undefined : server.restart())),
    onSchemaExtensionChange(() => void (server.state() === undefined ? undefined : server.restart())),
  );
  return {
    isRunning: () => server.state() !== undefined && server.state()?.kind !== 'failed',
    status: () => {
      const state = server.state();
      return state?.kind === 'running' ? state.status : undefined;
    },
    statusItem: () => item?.shown(),
    onDidChangeStatusItem: itemChanged.event,
    whenReady: () => server.whenReady(),
  };
}

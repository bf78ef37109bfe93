import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { version } from '../../../package.json';
import { isConfigFile } from '../core/workspace/configFile.ts';
import type { Host } from '../core/workspace/host.ts';
import { registerFeatures } from './features.ts';
import { Indexer } from './indexer.ts';
import { readyRequest, reindexRequest, statusNotification } from './messages.ts';
import { Publisher } from './publisher.ts';
import { Session } from './session.ts';
import { statusOf } from './status.ts';
import { toPath } from './uris.ts';

export interface ServerEnvironment {
  /** The host for this connection, given what the client said. */
  readonly createHost: (connection: Connection, params: InitializeParams) => Host;
  /** The address of a rule's page where the client names none. */
  readonly rulePage: (rule: string) => string | undefined;
}

/** Serves one client on a connection that is not listening yet. Registration only; the work is in the parts. */
export function serve(connection: Connection, environment: ServerEnvironment): void {
  connection.onInitialize((params): InitializeResult => {
    const { capabilities } = params;
    const host = environment.createHost(connection, params);
    const session = new Session(connection, host, params);
    const { ruleLink } = session.options;
    const pulls = capabilities.textDocument?.diagnostic !== undefined;
    const sendStatus = createStatusSender(connection, session);
    const publisher = new Publisher(connection, session, host, {
      pulls,
      refreshes: capabilities.workspace?.diagnostics?.refreshSupport === true,
      ruleLink: (rule) => (ruleLink === undefined ? environment.rulePage(rule) : ruleLink.replace('{rule}', rule)),
      onPublished: sendStatus,
    });
    const indexer = new Indexer(connection, session, publisher, params, sendStatus);
    registerLifecycle(connection, session, publisher, indexer, params);
    registerDocuments(connection, session, publisher, indexer);
    registerFeatures(connection, session);
    if (pulls) {
      connection.languages.diagnostics.on(async ({ textDocument, previousResultId }) => {
        const { resultId, items } = await publisher.pull(toPath(textDocument.uri));
        return resultId === previousResultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
      });
    }
    return { serverInfo: { name: 'kubefathom', version }, capabilities: serverCapabilities(pulls) };
  });
}

function serverCapabilities(pulls: boolean): InitializeResult['capabilities'] {
  const diagnosticProvider = { identifier: 'kubefathom', interFileDependencies: true, workspaceDiagnostics: false };
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
    ...(pulls ? { diagnosticProvider } : {}),
    hoverProvider: true,
    definitionProvider: true,
    referencesProvider: true,
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, `${CodeActionKind.SourceFixAll}.kubefathom`] },
    workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
  };
}

function registerLifecycle(
  connection: Connection,
  session: Session,
  publisher: Publisher,
  indexer: Indexer,
  { capabilities: { workspace } }: InitializeParams,
): void {
  connection.onInitialized(async () => {
    try {
      if (workspace?.didChangeConfiguration?.dynamicRegistration === true)
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'kubefathom' });
      await indexer.registerWatchers();
    } catch (error) {
      session.logError('the client takes no registrations', error);
    }
    if (workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(async ({ added, removed }) => {
        const uriOf = ({ uri }: { readonly uri: string }) => uri;
        await indexer.foldersChanged(added.map(uriOf), removed.map(uriOf));
      });
    }
    await session.pullSettings();
    await indexer.read(session.roots);
  });
  connection.onDidChangeConfiguration(async ({ settings }) => {
    session.takeSettings(settings);
    await indexer.settingsChanged();
  });
  connection.onRequest(readyRequest, async () => {
    await indexer.ready();
    await publisher.flush();
    return null;
  });
  connection.onRequest(reindexRequest, async () => {
    await session.pullSettings();
    await indexer.read(session.roots);
    await publisher.flush();
    return null;
  });
  connection.onShutdown(() => {
    publisher.dispose();
    indexer.dispose();
  });
}

function registerDocuments(connection: Connection, session: Session, publisher: Publisher, indexer: Indexer): void {
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version: number, text } }) => {
    session.open(uri, languageId, number, text);
    publisher.opened(toPath(uri));
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    session.change(textDocument.uri, textDocument.version, contentChanges);
    publisher.changed(toPath(textDocument.uri));
  });
  connection.onDidSaveTextDocument(async ({ textDocument: { uri } }) => {
    session.saved(uri);
    publisher.schedule();
    if (isConfigFile(toPath(uri))) await indexer.settingsChanged();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session.close(uri);
    publisher.closed(toPath(uri));
  });
  connection.onDidChangeWatchedFiles(async ({ changes }) => {
    await indexer.filesChanged(changes.map(({ uri }) => toPath(uri)));
  });
}

/** Tells the client the state of the index wherever it is another one than it knows. */
function createStatusSender(connection: Connection, session: Session): () => void {
  let sent = '';
  return () => {
    const status = statusOf(session);
    const text = JSON.stringify(status);
    if (text === sent) return;
    sent = text;
    connection
      .sendNotification(statusNotification, status)
      .catch((error: unknown) => session.logError('sending the status', error));
  };
}

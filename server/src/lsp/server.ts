import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { version } from '../../../package.json';
import { TRIGGERS } from '../core/ide/completion/completion.ts';
import { isConfigFile } from '../core/workspace/configFile.ts';
import type { Host } from '../core/workspace/host.ts';
import { registerCallHierarchy } from './callHierarchy.ts';
import { registerCompletion } from './completion.ts';
import { registerConnections } from './connections.ts';
import { registerFeatures } from './features.ts';
import { Indexer } from './indexer.ts';
import { registerKustomizationFeatures } from './kustomizationFeatures.ts';
import { hiddenNotification, readyRequest, reindexRequest, type UriParams } from './messages.ts';
import { createPolicyActions, POLICIES_KIND } from './policyActions.ts';
import { registerPredictions } from './predictions.ts';
import { Publisher } from './publisher.ts';
import { registerReachability } from './reachability.ts';
import { registerRename } from './rename.ts';
import { Session } from './session.ts';
import { createStatusSender } from './status.ts';
import { createChangeSender, registerUnits } from './units.ts';
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
    const sendChange = createChangeSender(connection, session);
    const publisher = new Publisher(connection, session, host, {
      refreshes: capabilities.workspace?.diagnostics?.refreshSupport === true,
      ruleLink: (rule) => (ruleLink === undefined ? environment.rulePage(rule) : ruleLink.replace('{rule}', rule)),
      onPublished: () => {
        sendStatus();
        sendChange();
      },
    });
    const indexer = new Indexer(connection, session, publisher, params, sendStatus);
    registerLifecycle(connection, session, publisher, indexer, params);
    registerDocuments(connection, session, publisher, indexer);
    registerFeatures(connection, session, createPolicyActions(session, params));
    registerKustomizationFeatures(connection, session);
    registerCompletion(connection, session, host);
    registerRename(connection, session, params);
    registerUnits(connection, session);
    registerConnections(connection, session);
    registerPredictions(connection, session);
    registerCallHierarchy(connection, session);
    registerReachability(connection, session);
    if (pulls) {
      connection.languages.diagnostics.on(async ({ textDocument, previousResultId }) => {
        const { resultId, items } = await publisher.pull(toPath(textDocument.uri));
        return resultId === previousResultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
      });
    }
    connection.console.info(`Kubefathom ${version}, folders: ${session.roots.join(', ') || 'none'}`);
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
    callHierarchyProvider: true,
    documentLinkProvider: {},
    completionProvider: { triggerCharacters: [...TRIGGERS] },
    renameProvider: { prepareProvider: true },
    documentSymbolProvider: true,
    workspaceSymbolProvider: true,
    codeActionProvider: {
      codeActionKinds: [CodeActionKind.QuickFix, `${CodeActionKind.SourceFixAll}.kubefathom`, POLICIES_KIND],
    },
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
  connection.onInitialized(() => {
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'kubefathom' })
        .catch((error: unknown) => session.logError('the client tells of no settings', error));
    }
    // Not before: the subscription registers itself with the client, which takes no requests until it is initialized.
    if (workspace?.workspaceFolders === true) {
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const uriOf = ({ uri }: { readonly uri: string }) => uri;
        indexer.foldersChanged(added.map(uriOf), removed.map(uriOf));
      });
    }
    indexer.start();
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    session.takeSettings(settings);
    indexer.settingsChanged();
  });
  const ready = async () => {
    await indexer.ready();
    await publisher.flush();
    return null;
  };
  connection.onRequest(readyRequest, ready);
  connection.onRequest(reindexRequest, () => {
    indexer.reindex();
    return ready();
  });
  connection.onShutdown(() => {
    publisher.dispose();
    indexer.dispose();
  });
}

function registerDocuments(connection: Connection, session: Session, publisher: Publisher, indexer: Indexer): void {
  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version: number, text } }) => {
    session.open(uri, languageId, number, text);
    publisher.opened();
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    session.change(textDocument.uri, textDocument.version, contentChanges);
    publisher.changed(toPath(textDocument.uri));
  });
  connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
    session.saved(uri);
    publisher.schedule();
    indexer.render([toPath(uri)]);
    if (isConfigFile(toPath(uri))) indexer.settingsChanged();
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session.close(uri);
    publisher.closed(toPath(uri));
  });
  connection.onNotification(hiddenNotification, ({ uri }: UriParams) => publisher.hidden(toPath(uri)));
  connection.onDidChangeWatchedFiles(({ changes }) => {
    indexer.filesChanged(changes.map(({ uri }) => toPath(uri)));
  });
}

import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { version } from '../../../package.json';
import type { Host } from '../core/workspace/host.ts';
import { registerFeatures } from './features.ts';
import { Indexer } from './indexer.ts';
import { readyRequest, reindexRequest } from './messages.ts';
import { Publisher } from './publisher.ts';
import { Session } from './session.ts';
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
    const host = environment.createHost(connection, params);
    const session = new Session(connection, host, params);
    const { ruleLink, clientWatches } = session.options;
    const capabilities = params.capabilities;
    const pulls = capabilities.textDocument?.diagnostic !== undefined;
    const publisher = new Publisher(connection, session, host, {
      pulls,
      refreshes: capabilities.workspace?.diagnostics?.refreshSupport === true,
      ruleLink: (rule) => (ruleLink === undefined ? environment.rulePage(rule) : ruleLink.replace('{rule}', rule)),
    });
    const indexer = new Indexer(connection, session, publisher, params);

    connection.onInitialized(async () => {
      if (capabilities.workspace?.didChangeConfiguration?.dynamicRegistration === true) {
        await connection.client.register(DidChangeConfigurationNotification.type, { section: 'kubefathom' });
      }
      if (clientWatches !== true) await indexer.registerWatchers();
      if (capabilities.workspace?.workspaceFolders === true) {
        connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
          for (const { uri } of removed) session.removeRoot(uri);
          for (const { uri } of added) session.addRoot(uri);
          void indexer.indexAll(added.map(({ uri }) => toPath(uri)));
        });
      }
      await session.pullSettings();
      await indexer.indexAll(session.roots);
    });

    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version: number, text } }) => {
      session.open(uri, languageId, number, text);
      publisher.opened(toPath(uri));
      publisher.schedule();
    });
    connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
      session.change(textDocument.uri, textDocument.version, contentChanges);
      if (session.settingsOf(toPath(textDocument.uri)).run === 'onType') publisher.schedule();
    });
    connection.onDidSaveTextDocument(({ textDocument }) => {
      if (session.needsReindex(toPath(textDocument.uri))) void indexer.settingsChanged();
      publisher.schedule();
    });
    connection.onDidCloseTextDocument(({ textDocument }) => {
      session.close(textDocument.uri);
      publisher.schedule();
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      const paths = changes.map(({ uri }) => toPath(uri));
      const wholesale = changes.some(
        ({ uri, type }) =>
          session.needsReindex(toPath(uri)) || (type === FileChangeType.Deleted && !/\.(ya?ml|json)$/i.test(uri)),
      );
      if (wholesale) void indexer.indexAll(session.roots, true);
      else session.refresh(paths);
      publisher.schedule();
    });
    connection.onDidChangeConfiguration(() => void indexer.settingsChanged());

    connection.onRequest(readyRequest, async () => {
      await indexer.ready();
      await publisher.flush();
      return null;
    });
    connection.onRequest(reindexRequest, async () => {
      await session.pullSettings();
      await indexer.indexAll(session.roots);
      await publisher.flush();
      return null;
    });
    if (pulls) {
      connection.languages.diagnostics.on(async ({ textDocument, previousResultId }) => {
        const { resultId, items } = await publisher.pull(toPath(textDocument.uri));
        return resultId === previousResultId ? { kind: 'unchanged', resultId } : { kind: 'full', resultId, items };
      });
    }
    registerFeatures(connection, session);
    connection.onShutdown(() => {
      publisher.dispose();
      indexer.dispose();
    });

    return {
      serverInfo: { name: 'kubefathom', version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        ...(pulls
          ? {
              diagnosticProvider: {
                identifier: 'kubefathom',
                interFileDependencies: true,
                workspaceDiagnostics: false,
              },
            }
          : {}),
        hoverProvider: true,
        definitionProvider: true,
        referencesProvider: true,
        documentSymbolProvider: true,
        workspaceSymbolProvider: true,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, `${CodeActionKind.SourceFixAll}.kubefathom`] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  });
}

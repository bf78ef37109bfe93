import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ClientCapabilities,
  ConfigurationRequest,
  createProtocolConnection,
  type Diagnostic,
  DiagnosticRefreshRequest,
  DidChangeConfigurationNotification,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  type DidChangeWatchedFilesParams,
  DidChangeWorkspaceFoldersNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  type DocumentDiagnosticReport,
  DocumentDiagnosticRequest,
  ExitNotification,
  FileChangeType,
  InitializedNotification,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  MessageType,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
  WorkDoneProgressCreateRequest,
  type WorkspaceEditClientCapabilities,
} from 'vscode-languageserver-protocol/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { readyRequest, type StatusParams, statusNotification } from '../../server/src/lsp/messages.ts';

const server = path.resolve('dist/server.cjs');

export interface ClientOptions {
  /** Workspace folders, as paths or URIs. */
  readonly roots?: readonly string[];
  /** The client asks for diagnostics itself, as VS Code does; else it only takes what is pushed. */
  readonly pulls?: boolean;
  /** What the client answers when asked for `kubefathom`; undefined: it cannot be asked. */
  readonly settings?: unknown;
  readonly initializationOptions?: unknown;
  /** What the client can do with edits of several files. */
  readonly workspaceEdit?: WorkspaceEditClientCapabilities;
  readonly prepare?: (connection: ProtocolConnection) => void;
}

/** A language client for tests, over the real server's standard streams. It never waits for time to pass. */
export class Client {
  readonly connection: ProtocolConnection;
  readonly capabilities: InitializeResult['capabilities'];
  /** What is pushed now, by URI; a URI without diagnostics has no entry. */
  readonly pushed: Map<string, readonly Diagnostic[]>;
  /** Every push so far, in order. */
  readonly pushes: readonly { readonly uri: string; readonly diagnostics: readonly Diagnostic[] }[];
  readonly statuses: readonly StatusParams[];
  readonly registered: readonly string[];
  /** Warnings and errors that the server logged. */
  readonly logs: readonly string[];
  settings: unknown;
  refreshes = 0;
  readonly #process: ChildProcess;
  readonly #documents = new Map<string, TextDocument>();
  #onRefresh: (() => void) | undefined;

  private constructor(process: ChildProcess, connection: ProtocolConnection, started: Started) {
    this.#process = process;
    this.connection = connection;
    this.capabilities = started.capabilities;
    this.pushed = started.pushed;
    this.pushes = started.pushes;
    this.statuses = started.statuses;
    this.registered = started.registered;
    this.logs = started.logs;
    this.settings = started.settings.value;
    connection.onRequest(DiagnosticRefreshRequest.type, () => {
      this.refreshes++;
      this.#onRefresh?.();
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) =>
      items.map(({ section }) => (section === 'kubefathom' ? this.settings : {})),
    );
  }

  static async start(options: ClientOptions = {}): Promise<Client> {
    assert.ok(existsSync(server), 'dist/server.cjs is missing: npm run build');
    const child = spawn(process.execPath, [server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    const started: Omit<Started, 'capabilities'> = {
      pushed: new Map(),
      pushes: [],
      statuses: [],
      registered: [],
      logs: [],
      settings: { value: options.settings },
    };
    connection.onNotification(PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      started.pushes.push({ uri, diagnostics });
      if (diagnostics.length > 0) started.pushed.set(uri, diagnostics);
      else started.pushed.delete(uri);
    });
    connection.onNotification(statusNotification, (status: StatusParams) => void started.statuses.push(status));
    connection.onNotification(LogMessageNotification.type, ({ type, message }) => {
      if (type <= MessageType.Warning) started.logs.push(message);
    });
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      started.registered.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest(WorkDoneProgressCreateRequest.type, () => {});
    options.prepare?.(connection);
    connection.listen();
    const folders = (options.roots ?? []).map((root, at) => ({ uri: toUri(root), name: `root ${at}` }));
    const { capabilities } = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: folders[0]?.uri ?? null,
      workspaceFolders: folders,
      capabilities: capabilitiesFor(options),
      initializationOptions: options.initializationOptions,
    });
    assert.deepEqual(started.registered, [], 'the protocol allows no registration before the answer to initialize');
    const client = new Client(child, connection, { ...started, capabilities });
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  /** Resolves when the server has read all and published all that follows from what it was sent so far. */
  async ready(): Promise<void> {
    await this.connection.sendRequest(readyRequest);
  }

  async open(file: string, text: string): Promise<string> {
    const uri = toUri(file);
    this.#documents.set(uri, TextDocument.create(uri, 'yaml', 1, text));
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId: 'yaml', version: 1, text },
    });
    return uri;
  }

  /** Replaces the first occurrence of a text in an open document, as an incremental change. */
  async replace(file: string, from: string, to: string): Promise<void> {
    const uri = toUri(file);
    const document = this.document(uri);
    const start = document.getText().indexOf(from);
    assert.ok(start >= 0, `${from} is not in ${file}`);
    const range = { start: document.positionAt(start), end: document.positionAt(start + from.length) };
    await this.edit(uri, [{ range, newText: to }]);
  }

  /** Applies edits of the server to an open document and tells it. */
  async edit(uri: string, edits: readonly TextEdit[]): Promise<void> {
    const document = this.document(uri);
    const version = document.version + 1;
    const text = TextDocument.applyEdits(document, [...edits]);
    this.#documents.set(uri, TextDocument.create(uri, 'yaml', version, text));
    const sorted = [...edits].sort((a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start));
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version },
      contentChanges: sorted.map(({ range, newText }) => ({ range, text: newText })),
    });
  }

  async save(file: string): Promise<void> {
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: toUri(file) },
    });
  }

  async close(file: string): Promise<void> {
    const uri = toUri(file);
    this.#documents.delete(uri);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async watched(changes: Readonly<Record<string, keyof typeof CHANGES>>): Promise<void> {
    const params: DidChangeWatchedFilesParams = {
      changes: Object.entries(changes).map(([file, type]) => ({ uri: toUri(file), type: CHANGES[type] })),
    };
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, params);
  }

  async configure(settings: unknown): Promise<void> {
    this.settings = settings;
    await this.connection.sendNotification(DidChangeConfigurationNotification.type, {
      settings: { kubefathom: settings },
    });
  }

  async changeFolders(added: readonly string[], removed: readonly string[]): Promise<void> {
    const toFolder = (root: string) => ({ uri: toUri(root), name: root });
    const event = { added: added.map(toFolder), removed: removed.map(toFolder) };
    await this.connection.sendNotification(DidChangeWorkspaceFoldersNotification.type, { event });
  }

  async pull(file: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    const textDocument = { uri: toUri(file) };
    return await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument,
      ...(previousResultId === undefined ? {} : { previousResultId }),
    });
  }

  /** Codes that a pull answers with. */
  async pullCodes(file: string): Promise<readonly unknown[]> {
    const report = await this.pull(file);
    assert.equal(report.kind, 'full');
    return report.kind === 'full' ? report.items.map(({ code }) => code) : [];
  }

  /** Codes that are pushed for a file now. */
  pushedCodes(file: string): readonly unknown[] {
    return (this.pushed.get(toUri(file)) ?? []).map(({ code }) => code);
  }

  /** Resolves at the next request to pull everything again. */
  nextRefresh(): Promise<void> {
    return new Promise((resolve) => {
      this.#onRefresh = resolve;
    });
  }

  document(uri: string): TextDocument {
    const document = this.#documents.get(uri);
    assert.ok(document, `${uri} is not open`);
    return document;
  }

  /** The position of a text in an open document, `offset` characters into it. */
  at(file: string, text: string, offset = 1) {
    const uri = toUri(file);
    const document = this.document(uri);
    const start = document.getText().indexOf(text);
    assert.ok(start >= 0, `${text} is not in ${file}`);
    return { textDocument: { uri }, position: document.positionAt(start + offset) };
  }

  /** Ends the session as a client should; gives the server's exit code. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.#process.once('exit', resolve));
    await this.connection.sendRequest(ShutdownRequest.type);
    await this.connection.sendNotification(ExitNotification.type);
    const code = await ended;
    this.connection.dispose();
    return code;
  }

  /** Ends the process in whatever state. */
  kill(): void {
    this.#process.kill();
    this.connection.dispose();
  }
}

const CHANGES: Readonly<Record<'Created' | 'Changed' | 'Deleted', FileChangeType>> = FileChangeType;

interface Started {
  readonly capabilities: InitializeResult['capabilities'];
  readonly pushed: Map<string, readonly Diagnostic[]>;
  readonly pushes: { readonly uri: string; readonly diagnostics: readonly Diagnostic[] }[];
  readonly statuses: StatusParams[];
  readonly registered: string[];
  readonly logs: string[];
  readonly settings: { readonly value: unknown };
}

export function toUri(file: string): string {
  return /^[a-z][\w+.-]+:/i.test(file) ? file : pathToFileURL(file).href;
}

function capabilitiesFor({ pulls, settings, workspaceEdit }: ClientOptions): ClientCapabilities {
  return {
    workspace: {
      workspaceFolders: true,
      configuration: settings !== undefined,
      didChangeConfiguration: { dynamicRegistration: settings !== undefined },
      didChangeWatchedFiles: { dynamicRegistration: true },
      ...(pulls === true ? { diagnostics: { refreshSupport: true } } : {}),
      ...(workspaceEdit === undefined ? {} : { workspaceEdit }),
    },
    textDocument: {
      publishDiagnostics: { relatedInformation: true },
      ...(pulls === true ? { diagnostic: { dynamicRegistration: false } } : {}),
    },
    window: { workDoneProgress: true },
  };
}

import type { Connection, InitializeParams } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createLineIndex, type LineIndex } from '../core/base/lineIndex.ts';
import { basename, dirname, isInside } from '../core/base/path.ts';
import type { Span } from '../core/base/span.ts';
import { checkFile, type Diagnostic } from '../core/ide/diagnostics.ts';
import { allRules } from '../core/rules/index.ts';
import { DEFAULT_SETTINGS, type PartialSettings } from '../core/workspace/config.ts';
import { isConfigFile, readConfigValue } from '../core/workspace/configFile.ts';
import type { Host } from '../core/workspace/host.ts';
import { type IndexedFolder, Workspace } from '../core/workspace/workspace.ts';
import type { InitializationOptions } from './messages.ts';
import { toPath, toUri } from './uris.ts';

/** What one client's connection knows: its folders, settings and open documents, over one workspace index. */
export class Session {
  readonly workspace: Workspace;
  readonly #connection: Connection;
  readonly #documents = new Map<string, TextDocument>();
  readonly #settings = new Map<string, PartialSettings>();
  readonly #excludes = new Map<string, readonly string[]>();
  readonly #roots = new Set<string>();
  readonly #hasConfiguration: boolean;
  readonly options: InitializationOptions;
  /** Work that must be over before an answer may be given: edits on their way into the index. */
  #pending: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, host: Host, params: InitializeParams) {
    this.#connection = connection;
    this.#hasConfiguration = params.capabilities.workspace?.configuration === true;
    this.options = (params.initializationOptions ?? {}) as InitializationOptions;
    const given = readConfigValue(
      (params.initializationOptions as { settings?: unknown } | undefined)?.settings ?? {},
    ).settings;
    this.workspace = new Workspace(host, {
      userSettings: (root) => this.#settings.get(root) ?? given,
      editorExclude: (root) => this.#excludes.get(root) ?? [],
    });
    for (const folder of params.workspaceFolders ?? (params.rootUri ? [{ uri: params.rootUri, name: '' }] : [])) {
      this.#roots.add(toPath(folder.uri));
    }
  }

  get roots(): readonly string[] {
    return [...this.#roots];
  }

  addRoot(uri: string): string {
    const root = toPath(uri);
    this.#roots.add(root);
    return root;
  }

  removeRoot(uri: string): void {
    const root = toPath(uri);
    this.#roots.delete(root);
    this.workspace.removeFolder(root);
  }

  get documents(): ReadonlyMap<string, TextDocument> {
    return this.#documents;
  }

  /** Asks the client for the settings of every root. Returns whether any differs from before. */
  async pullSettings(): Promise<boolean> {
    if (!this.#hasConfiguration) return false;
    const before = JSON.stringify([[...this.#settings], [...this.#excludes]]);
    for (const root of this.#roots) {
      const scopeUri = toUri(root);
      const [own, files, search] = await this.#connection.workspace.getConfiguration([
        { scopeUri, section: 'kubefathom' },
        { scopeUri, section: 'files.exclude' },
        { scopeUri, section: 'search.exclude' },
      ]);
      this.#settings.set(root, readConfigValue(own ?? {}).settings);
      this.#excludes.set(root, [...switchedOn(files), ...switchedOn(search)]);
    }
    return before !== JSON.stringify([[...this.#settings], [...this.#excludes]]);
  }

  /** The folder of a path; a document outside all roots gets a folder of its own, with that document alone. */
  async folderFor(path: string): Promise<IndexedFolder | undefined> {
    const known = this.workspace.folderOf(path);
    if (known !== undefined || [...this.#roots].some((root) => isInside(root, path))) return known;
    const root = dirname(path);
    await this.workspace.addEmptyFolder(root);
    return this.workspace.folderOf(path);
  }

  open(uri: string, languageId: string, version: number, text: string): void {
    const path = toPath(uri);
    this.#documents.set(path, TextDocument.create(uri, languageId, version, text));
    this.#enqueue(() => this.#apply(path, text));
  }

  change(uri: string, version: number, changes: Parameters<typeof TextDocument.update>[1]): void {
    const path = toPath(uri);
    const document = this.#documents.get(path);
    if (document === undefined) return;
    const updated = TextDocument.update(document, changes, version);
    this.#documents.set(path, updated);
    this.#enqueue(() => this.#apply(path, updated.getText()));
  }

  close(uri: string): void {
    const path = toPath(uri);
    this.#documents.delete(path);
    this.#enqueue(() => this.workspace.setClosed(path));
  }

  refresh(paths: readonly string[]): void {
    this.#enqueue(() => this.workspace.refresh(paths));
  }

  /** Resolves when every edit so far is in the index. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  /** What is to be shown for a file now; `undefined` when it is not indexed, or switched off. */
  diagnose(path: string): readonly Diagnostic[] | undefined {
    const folder = this.workspace.folderOf(path);
    if (folder === undefined) return undefined;
    if (folder.config?.file === path) return folder.config.problems.map((problem) => configDiagnostic(path, problem));
    const file = folder.index.files.get(path);
    if (file === undefined || !folder.settings.enable) return [];
    return checkFile(file, folder.index.unitsOf(path), allRules, {
      settings: folder.settings,
      complete: folder.complete,
      onError: (rule, at, error) =>
        this.#connection.console.error(
          `rule ${rule} failed on ${at}: ${error instanceof Error ? error.stack : String(error)}`,
        ),
    });
  }

  /** Lines of any file as the editor or the disk has it. */
  async linesOf(path: string): Promise<LineIndex> {
    return createLineIndex((await this.workspace.textOf(path)) ?? '');
  }

  settingsOf(path: string) {
    return this.workspace.folderOf(path)?.settings ?? DEFAULT_SETTINGS;
  }

  /** Whether a change of this file changes more than its own contents: what is read, or how it is judged. */
  needsReindex(path: string): boolean {
    const name = basename(path);
    return isConfigFile(path) || name === '.gitignore' || name === 'Chart.yaml';
  }

  async #apply(path: string, text: string): Promise<void> {
    await this.folderFor(path);
    await this.workspace.setOpen(path, text);
  }

  #enqueue(work: () => Promise<unknown>): void {
    this.#pending = this.#pending.then(work).catch((error: unknown) => this.#connection.console.error(String(error)));
  }
}

function switchedOn(globs: unknown): readonly string[] {
  if (typeof globs !== 'object' || globs === null) return [];
  return Object.entries(globs)
    .filter(([, on]) => on === true)
    .map(([glob]) => glob);
}

function configDiagnostic(file: string, problem: Span & { readonly message: string }): Diagnostic {
  const { start, end, message } = problem;
  return {
    code: 'configuration',
    severity: 'warning',
    message,
    at: { start, end },
    file,
    resource: undefined,
    units: [],
  };
}

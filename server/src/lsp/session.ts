import type { Connection, InitializeParams } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createLineIndex, type LineIndex } from '../core/base/lineIndex.ts';
import { basename, dirname, extension, isInside, normalisePath } from '../core/base/path.ts';
import type { Diagnostic } from '../core/ide/diagnostic.ts';
import { checkFile } from '../core/ide/diagnostics.ts';
import { checkConfigExpectations } from '../core/ide/expectations.ts';
import { allRules } from '../core/rules/index.ts';
import { settableCodes } from '../core/rules/page.ts';
import type { PartialSettings, Settings } from '../core/workspace/config.ts';
import { DEFAULT_SETTINGS } from '../core/workspace/config.ts';
import { type ConfigProblem, isConfigFile, readConfigText, readConfigValue } from '../core/workspace/configFile.ts';
import type { Host } from '../core/workspace/host.ts';
import { Workspace } from '../core/workspace/workspace.ts';
import type { InitializationOptions } from './messages.ts';
import { toPath, toUri } from './uris.ts';

const RULE_IDS: readonly string[] = settableCodes.map(({ id }) => id);

/** What one client's connection knows: its folders, settings and open documents, over one workspace index. */
export class Session {
  readonly workspace: Workspace;
  readonly options: InitializationOptions;
  /** Roots whose files are being read. */
  readonly reading = new Set<string>();
  readonly #connection: Connection;
  readonly #host: Host;
  readonly #roots = new Set<string>();
  /** Folders of documents that lie outside all roots. */
  readonly #loneFolders = new Set<string>();
  readonly #documents = new Map<string, TextDocument>();
  /** The unit that a root is shown as, by its id. */
  readonly #views = new Map<string, string>();
  /** Documents that changed since they were opened or saved. */
  readonly #unsaved = new Set<string>();
  readonly #pullsSettings: boolean;
  readonly #settings = new Map<string, PartialSettings>();
  /** The settings of documents outside all roots, and of every root where the client cannot be asked. */
  #sharedSettings: PartialSettings;
  /** Problems of settings that were logged. */
  readonly #saidOfSettings = new Set<string>();
  readonly #excludes = new Map<string, readonly string[]>();
  /** Edits on their way into the index, one after another. */
  #pending: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection, host: Host, params: InitializeParams) {
    this.#connection = connection;
    this.#host = host;
    this.#pullsSettings = params.capabilities.workspace?.configuration === true;
    const given = (params.initializationOptions ?? {}) as InitializationOptions & { readonly settings?: unknown };
    this.options = given;
    this.#sharedSettings = this.#readSettings(given.settings);
    this.workspace = new Workspace(host, {
      userSettings: (root) => this.#settings.get(root) ?? this.#sharedSettings,
      editorExclude: (root) => this.#excludes.get(root) ?? [],
      ruleIds: RULE_IDS,
    });
    const folders = params.workspaceFolders ?? (params.rootUri ? [{ uri: params.rootUri }] : []);
    for (const { uri } of folders) this.#roots.add(toRoot(uri));
  }

  get roots(): readonly string[] {
    return [...this.#roots];
  }

  /** Open documents by path. */
  get documents(): ReadonlyMap<string, TextDocument> {
    return this.#documents;
  }

  /** Adds and removes workspace folders; documents go over to the folder that is theirs now. Returns the added roots. */
  async changeRoots(added: readonly string[], removed: readonly string[]): Promise<readonly string[]> {
    for (const root of removed.map(toRoot)) {
      this.#roots.delete(root);
      this.workspace.removeFolder(root);
    }
    const roots = added.map(toRoot);
    for (const root of roots) this.#roots.add(root);
    await this.#enqueue(() => this.#rehome());
    return roots;
  }

  /** Whether a root is to be read at all. */
  isEnabled(root: string): boolean {
    return (this.#settings.get(root) ?? this.#sharedSettings).enable ?? DEFAULT_SETTINGS.enable;
  }

  /** Settings as a client sends them that cannot be asked for them: `{ kubefathom: { … } }`. */
  takeSettings(sent: unknown): void {
    if (this.#pullsSettings || typeof sent !== 'object' || sent === null || !('kubefathom' in sent)) return;
    this.#sharedSettings = this.#readSettings(sent.kubefathom);
  }

  /** Asks the client for the settings of every root. A client that fails to answer leaves them as they were. */
  async pullSettings(): Promise<void> {
    if (!this.#pullsSettings) return;
    const roots = this.roots;
    const sections = ['kubefathom', 'files.exclude', 'search.exclude'];
    const items = roots.flatMap((root) => sections.map((section) => ({ scopeUri: toUri(root), section })));
    try {
      const [shared, ...values] = await this.#connection.workspace.getConfiguration([
        { section: 'kubefathom' },
        ...items,
      ]);
      this.#sharedSettings = this.#readSettings(shared);
      for (const [at, root] of roots.entries()) {
        const [own, files, search] = values.slice(at * sections.length);
        this.#settings.set(root, this.#readSettings(own));
        this.#excludes.set(root, [...switchedOn(files), ...switchedOn(search)]);
      }
    } catch (error) {
      this.#connection.console.warn(`the settings could not be read: ${String(error)}`);
    }
  }

  /** What a client sends as settings; what in it has no effect is said in the log, once. */
  #readSettings(value: unknown): PartialSettings {
    const { settings, problems } = readConfigValue(value ?? {}, RULE_IDS);
    for (const { message } of problems) {
      if (this.#saidOfSettings.has(message)) continue;
      this.#saidOfSettings.add(message);
      this.#connection.console.warn(`in the settings, ${message}`);
    }
    return settings;
  }

  open(uri: string, languageId: string, version: number, text: string): void {
    const path = toPath(uri);
    this.#documents.set(path, TextDocument.create(uri, languageId, version, text));
    this.#unsaved.delete(path);
    void this.#enqueue(() => this.#apply(path));
  }

  change(uri: string, version: number, changes: Parameters<typeof TextDocument.update>[1]): void {
    const path = toPath(uri);
    const document = this.#documents.get(path);
    if (document === undefined) return;
    this.#documents.set(path, TextDocument.update(document, changes, version));
    this.#unsaved.add(path);
    void this.#enqueue(() => this.#apply(path));
  }

  saved(uri: string): void {
    this.#unsaved.delete(toPath(uri));
  }

  close(uri: string): void {
    const path = toPath(uri);
    this.#documents.delete(path);
    this.#unsaved.delete(path);
    void this.#enqueue(async () => {
      await this.workspace.setClosed(path);
      if (this.rootOf(path) === undefined) await this.#rehome();
    });
  }

  /** Takes over what changed on the disk. Returns the roots that must be read anew. */
  async filesChanged(paths: readonly string[]): Promise<readonly string[]> {
    const stale = new Set<string>();
    const files: string[] = [];
    for (const path of paths) {
      const root = this.rootOf(path);
      if (root === undefined) continue;
      if (decidesWhatIsRead(path) || (await this.#isFolder(path))) stale.add(root);
      else files.push(path, ...this.#filesBelow(path));
    }
    await this.#enqueue(() => this.workspace.refresh(files));
    return [...stale];
  }

  /** Resolves when every edit so far is in the index. */
  async settled(): Promise<void> {
    await this.#pending;
  }

  /** What is to be shown for a file now; nothing where it is not indexed, or switched off. */
  diagnose(path: string): readonly Diagnostic[] {
    const problems = this.#configProblems(path);
    if (problems !== undefined)
      return [...problems.map((problem) => configDiagnostic(path, problem)), ...this.#configExpectations(path)];
    const folder = this.workspace.folderOf(path);
    const file = folder?.index.files.get(path);
    if (folder === undefined || file === undefined || !folder.settings.enable) return [];
    const { schema, rules } = folder.settings;
    const isSchemaOn = schema === 'on' || (schema === 'auto' && this.options.hasSchemas !== true);
    return checkFile(file, folder.index.unitsOf(path), allRules, {
      settings: isSchemaOn ? folder.settings : { ...folder.settings, rules: { ...rules, schema: 'off' } },
      complete: folder.complete,
      onError: (rule, at, error) => this.#connection.console.error(`rule ${rule} failed on ${at}: ${stackOf(error)}`),
    });
  }

  /** What the findings of a file depend on: while its parts stay the same, so do they. */
  stateOf(path: string): readonly unknown[] {
    const folder = this.workspace.folderOf(path);
    const own = [this.#documents.get(path)?.version, this.workspace.openText(path)];
    return folder === undefined
      ? own
      : [...own, folder.index, folder.index.version, folder.complete, folder.settings, folder.config];
  }

  /** Whether a document's findings wait until it is saved. */
  isHeld(path: string): boolean {
    return this.#unsaved.has(path) && this.settingsOf(path).run === 'onSave';
  }

  /** The id of the one unit that hovers and navigation in a root speak of, if one was chosen. */
  viewOf(root: string): string | undefined {
    return this.#views.get(root);
  }

  /** Without a unit: all of them. */
  chooseView(root: string, unit: string | undefined): void {
    if (unit === undefined) this.#views.delete(root);
    else this.#views.set(root, unit);
  }

  /** Lines of any file as the editor or the disk has it. */
  async linesOf(path: string): Promise<LineIndex> {
    return createLineIndex((await this.workspace.textOf(path)) ?? '');
  }

  settingsOf(path: string): Settings {
    return this.workspace.folderOf(path)?.settings ?? DEFAULT_SETTINGS;
  }

  /** The innermost root that holds a path. */
  rootOf(path: string): string | undefined {
    return this.roots.filter((root) => isInside(root, path)).sort((a, b) => b.length - a.length)[0];
  }

  /** The URI of a path, in the client's own spelling where it has the document open. */
  uriOf(path: string): string {
    return this.#documents.get(path)?.uri ?? toUri(path);
  }

  /** Reports an error of ours to the client's log. */
  logError(what: string, error: unknown): void {
    this.#connection.console.error(`${what}: ${stackOf(error)}`);
  }

  #configProblems(path: string): readonly ConfigProblem[] | undefined {
    if (!isConfigFile(path)) return undefined;
    const config = this.workspace.folders.find((folder) => folder.config?.file === path)?.config;
    const text = this.workspace.openText(path);
    return text === undefined ? config?.problems : config && readConfigText(text, RULE_IDS).problems;
  }

  #configExpectations(path: string): readonly Diagnostic[] {
    const folder = this.workspace.folders.find(({ config }) => config?.file === path);
    if (folder?.config === undefined) return [];
    const { config, index, settings, complete } = folder;
    return checkConfigExpectations(path, this.workspace.openText(path) ?? config.text, index.units, {
      settings,
      complete,
    });
  }

  /** Puts a document's newest text into the index; of several edits in a row only the last counts. */
  async #apply(path: string): Promise<void> {
    const text = this.#documents.get(path)?.getText();
    if (text === undefined || text === this.workspace.openText(path)) return;
    if (this.rootOf(path) === undefined) await this.#addLoneFolder(path);
    await this.workspace.setOpen(path, text);
  }

  /** A document outside all roots has a folder of its own, in which only open documents exist. */
  async #addLoneFolder(path: string): Promise<void> {
    if (this.workspace.folderOf(path) !== undefined) return;
    const folder = dirname(path);
    this.#loneFolders.add(folder);
    await this.workspace.addEmptyFolder(folder);
  }

  async #rehome(): Promise<void> {
    for (const folder of this.#loneFolders) if (!this.#roots.has(folder)) this.workspace.removeFolder(folder);
    this.#loneFolders.clear();
    for (const [path, document] of this.#documents) {
      if (this.rootOf(path) !== undefined) continue;
      await this.#addLoneFolder(path);
      await this.workspace.setOpen(path, document.getText());
    }
  }

  async #isFolder(path: string): Promise<boolean> {
    return extension(path) === '' && (await this.#host.stat(path))?.kind === 'folder';
  }

  /** The indexed files of a folder that may be gone: editors report its end as one event. */
  #filesBelow(path: string): readonly string[] {
    if (/\.(ya?ml|json)$/i.test(path)) return [];
    return [...(this.workspace.folderOf(path)?.index.files.keys() ?? [])].filter((file) => isInside(path, file));
  }

  async #enqueue(work: () => Promise<unknown>): Promise<void> {
    const done = this.#pending.then(work).catch((error: unknown) => this.logError('an edit was lost', error));
    this.#pending = done;
    await done;
  }
}

/** Whether a file decides which files are read, or how: a change asks for a new reading of its root. */
function decidesWhatIsRead(path: string): boolean {
  const name = basename(path);
  return name === '.gitignore' || name === 'Chart.yaml';
}

function toRoot(uri: string): string {
  return normalisePath(toPath(uri));
}

function switchedOn(globs: unknown): readonly string[] {
  if (typeof globs !== 'object' || globs === null) return [];
  return Object.entries(globs)
    .filter(([, on]) => on === true)
    .map(([glob]) => glob);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function configDiagnostic(file: string, { start, end, message }: ConfigProblem): Diagnostic {
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

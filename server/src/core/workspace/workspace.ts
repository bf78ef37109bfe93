import { type CancellationToken, isPromise } from '../base/awaitable.ts';
import { basename, dirname, isInside, joinPath, relativePath } from '../base/path.ts';
import { GIT_IGNORED } from '../sources/buildNote.ts';
import { isKustomizationFile } from '../sources/kustomization.ts';
import { DEFAULT_SETTINGS, mergeSettings, type PartialSettings, type Settings } from './config.ts';
import { type ConfigProblem, findConfigFile, readConfigText } from './configFile.ts';
import { type FileChange, WorkspaceFolder } from './folder.ts';
import { createGitIgnored } from './gitIgnored.ts';
import { findRepository } from './gitRepository.ts';
import { describeSkip, type FileText, type Host, type SkipReason } from './host.ts';
import type { FileContent } from './kustomizeBuilds.ts';
import { describeCharts, type RenderToken, renderCharts } from './renderCharts.ts';
import { createFileFilter, type WalkOptions, walk } from './walk.ts';

/** A file that is not in the index, and why, in words. */
export interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** One workspace folder with what belongs to it: its index, settings and the state of its reading. */
export interface IndexedFolder {
  readonly index: WorkspaceFolder;
  readonly settings: Settings;
  /** The `.kubefathom.yaml` that applies, as it was read, and what is wrong in it. */
  readonly config:
    | { readonly file: string; readonly text: string; readonly problems: readonly ConfigProblem[] }
    | undefined;
  readonly skipped: readonly Skipped[];
  /** Every file has been read: what is not in the index does not exist. */
  readonly complete: boolean;
}

export interface WorkspaceOptions {
  /** What the editor sets for a folder; a repository's own file wins over it. */
  readonly userSettings: (root: string) => PartialSettings;
  /** What the options of a command line set: they win over every file. */
  readonly overrides?: PartialSettings;
  /** The editor's own excludes for a folder (`files.exclude`, `search.exclude`), as globs. */
  readonly editorExclude?: (root: string) => readonly string[];
  /** What of a folder is wanted, for a command line that names paths: folders are walked, files read whatever their name. */
  readonly scope?: {
    readonly folders: readonly string[];
    readonly files: readonly string[];
    /** The files are a choice among others: what they lack may well exist. */
    readonly partial?: boolean;
  };
  /** The configuration file to use instead of the nearest one. */
  readonly configFile?: string;
  /** The rules that exist: a configuration that names another one has a problem. */
  readonly ruleIds?: readonly string[];
}

interface FolderState {
  index: WorkspaceFolder;
  settings: Settings;
  /** What of the settings decides which files are read and how: a change asks for a new reading. */
  readingKey: string;
  config: IndexedFolder['config'];
  skipped: Map<string, Skipped>;
  complete: boolean;
  wanted: (file: string) => boolean | Promise<boolean>;
  isGitIgnored: (path: string) => Promise<boolean>;
}

/** How long reading may hold the event loop, in milliseconds. */
const SLICE = 12;

/** How far above a folder its chart may lie: `charts/a/charts/b/templates/tests`. */
const MAX_CHART_LEVELS = 6;

const MAX_CONFIG_BYTES = 1 << 20;

/** All workspace folders: reads them through the host, follows changes, and prefers what the editor holds to the disk. */
export class Workspace {
  readonly #host: Host;
  readonly #options: WorkspaceOptions;
  readonly #folders = new Map<string, FolderState>();
  /** Texts of open documents: they win over the disk. */
  readonly #open = new Map<string, string>();

  constructor(host: Host, options: WorkspaceOptions) {
    this.#host = host;
    this.#options = options;
  }

  get folders(): readonly IndexedFolder[] {
    return [...this.#folders.values()].map(asIndexed);
  }

  /** The folder that a file belongs to: the innermost one. */
  folderOf(path: string): IndexedFolder | undefined {
    const state = this.#stateOf(path);
    return state && asIndexed(state);
  }

  /** The text of an open document. */
  openText(path: string): string | undefined {
    return this.#open.get(path);
  }

  /** The text of any file: as the editor holds it, else as on the disk; `undefined` when it cannot be read. */
  async textOf(path: string): Promise<string | undefined> {
    const open = this.#open.get(path);
    if (open !== undefined) return open;
    const settings = this.#stateOf(path)?.settings ?? DEFAULT_SETTINGS;
    const content = await this.#host.readFile(path, settings.index.maxFileSizeKB * 1024);
    return 'text' in content ? content.text : undefined;
  }

  /**
   * Reads a folder (again), from nothing. `complete` turns true at the end; a cancelled reading leaves the folder incomplete.
   */
  async indexFolder(
    root: string,
    token?: CancellationToken,
    onProgress?: (read: number, total: number) => void,
  ): Promise<void> {
    const state = await this.#startFolder(
      root,
      this.#options.scope?.partial === true ? 'only the given files are read' : undefined,
    );
    await this.#applyOpen(state);
    const scope = this.#options.scope ?? { folders: [root], files: [] };
    const files = new Set(scope.files);
    let complete = true;
    for (const folder of scope.folders) {
      const found = await walk(this.#host, folder, this.#walkOptions(root, state.settings), token);
      for (const { file, reason } of found.skipped) skip(state, file, reason);
      for (const file of found.files) files.add(file);
      state.index.addLinks(this.#resolveLinks(root, found.links));
      complete &&= found.complete;
    }
    await this.#findCharts(state, files);
    // Kustomizations come first: what they list is held for their builds when it is read.
    const sorted = [...files].sort();
    const order = [...sorted.filter(isKustomization), ...sorted.filter((file) => !isKustomization(file))];
    await this.#readFiles(state, order, token, onProgress);
    for (const [path, text] of this.#open)
      if (this.#stateOf(path) === state && (await state.wanted(path))) state.index.apply([{ path, text }]);
    await this.#readWanted(state, token);
    state.complete = complete && token?.isCancellationRequested !== true;
  }

  /** A folder of which nothing is read but what the editor opens: for documents outside every workspace folder. */
  async addEmptyFolder(root: string): Promise<void> {
    const state = await this.#startFolder(root, 'only opened documents of this folder are read');
    state.wanted = () => true;
    await this.#findCharts(state, []);
    state.complete = true;
  }

  /**
   * Computes all settings anew from what the options say now. Returns the folders that must be indexed again, because
   * what is read has changed.
   */
  async reloadSettings(): Promise<readonly string[]> {
    const stale: string[] = [];
    for (const [root, state] of this.#folders) {
      const { settings, config } = await this.#readSettings(root);
      const excludes = this.#options.editorExclude?.(root) ?? [];
      if (readingKey(settings, excludes) !== state.readingKey) stale.push(root);
      state.settings = settings;
      state.config = config;
    }
    return stale;
  }

  /** Forgets a folder. */
  removeFolder(root: string): void {
    this.#folders.delete(root);
  }

  /** Takes over the text of an open document. Returns whether it is (now) part of the index. */
  async setOpen(path: string, text: string): Promise<boolean> {
    this.#open.set(path, text);
    const state = this.#stateOf(path);
    if (state === undefined) return false;
    const wanted = state.wanted(path);
    if (!(isPromise(wanted) ? await wanted : wanted)) return false;
    if (this.#open.get(path) !== text) return true;
    state.index.apply([{ path, text }]);
    await this.#readWanted(state);
    return true;
  }

  /** An open document was closed: the disk counts again. */
  async setClosed(path: string): Promise<void> {
    this.#open.delete(path);
    await this.refresh([path]);
  }

  /** Reads files again that changed, appeared or vanished on the disk. */
  async refresh(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const state = this.#stateOf(path);
      if (state === undefined || this.#open.has(path)) continue;
      state.skipped.delete(path);
      const isBuiltFrom = state.index.isBuiltFrom(path);
      const isWanted = await state.wanted(path);
      if (!isWanted && state.index.files.has(path)) state.index.apply([{ path, text: undefined }]);
      if (!isWanted && !isBuiltFrom) continue;
      const content = await this.#host.readFile(path, state.settings.index.maxFileSizeKB * 1024);
      if (isBuiltFrom) state.index.provide(path, await toContent(state, path, content));
      if (!isWanted) continue;
      if ('skipped' in content && content.skipped !== 'missing') skip(state, path, content.skipped);
      state.index.apply([{ path, text: 'text' in content ? content.text : undefined }]);
    }
    for (const state of this.#folders.values()) await this.#readWanted(state);
  }

  /**
   * Renders the charts that have changed since they were rendered; with `paths`, only those that are made of one of them.
   * Returns whether any unit changed.
   */
  async renderCharts(paths?: readonly string[], token?: RenderToken): Promise<boolean> {
    let changed = false;
    for (const { index, settings } of this.#folders.values()) {
      const openText = (path: string) => this.#open.get(path);
      changed = (await renderCharts(index, { host: this.#host, settings, paths, token, openText })) || changed;
    }
    return changed;
  }

  /** What became of the charts, a line each, and why those that are not rendered are not. */
  describeCharts(): readonly string[] {
    return this.folders.flatMap(({ index, settings }) => describeCharts(index, settings, this.#host.helm));
  }

  /** Reads what kustomizations are made of, until nothing more is asked for: what is read may ask for more. */
  async #readWanted(state: FolderState, token?: CancellationToken): Promise<void> {
    const maxBytes = state.settings.index.maxFileSizeKB * 1024;
    for (let wanted = state.index.wanted; wanted.length > 0; wanted = state.index.wanted) {
      for (const path of wanted) {
        if (token?.isCancellationRequested === true) return;
        const open = this.#open.get(path);
        state.index.provide(path, open === undefined ? await this.#readContent(state, path, maxBytes) : { text: open });
      }
      await this.#host.yield();
    }
  }

  async #readContent(state: FolderState, path: string, maxBytes: number): Promise<FileContent> {
    const { index } = state;
    if (!index.files.has(path) && !isInside(index.root, this.#realPathIn(index.root, path)))
      return { unknown: 'a symbolic link leads out of the workspace folder' };
    return toContent(state, path, await this.#host.readFile(path, maxBytes));
  }

  #resolveLinks(root: string, links: readonly string[]): ReadonlyMap<string, string> {
    return new Map(links.map((link) => [link, this.#realPathIn(root, link)]));
  }

  /** The path behind links; where the root itself lies behind one, as seen from the root. */
  #realPathIn(root: string, path: string): string {
    const real = this.#host.realPath?.(path) ?? path;
    const realRoot = this.#host.realPath?.(root) ?? root;
    return isInside(realRoot, real) ? joinPath(root, relativePath(realRoot, real)) : real;
  }

  async #startFolder(root: string, open?: string): Promise<FolderState> {
    const { settings, config } = await this.#readSettings(root);
    const state: FolderState = {
      index: new WorkspaceFolder(root, {
        defaultNamespace: settings.defaultNamespace,
        testInputs: settings.testInputs,
        repository: await findRepository(this.#host, root),
        environments: settings.environments,
        open,
      }),
      settings,
      readingKey: readingKey(settings, this.#options.editorExclude?.(root) ?? []),
      config,
      skipped: new Map(),
      complete: false,
      wanted: createFileFilter(this.#host, root, this.#walkOptions(root, settings)),
      isGitIgnored: createGitIgnored(this.#host, root),
    };
    this.#folders.set(root, state);
    return state;
  }

  async #readSettings(root: string): Promise<Pick<FolderState, 'settings' | 'config'>> {
    const user = this.#options.userSettings(root);
    const file = this.#options.configFile ?? (await findConfigFile(this.#host, root));
    const { overrides = {} } = this.#options;
    if (file === undefined) return { settings: mergeSettings(DEFAULT_SETTINGS, user, overrides), config: undefined };
    const open = this.#open.get(file);
    const content = open === undefined ? await this.#host.readFile(file, MAX_CONFIG_BYTES) : { text: open };
    const read =
      'text' in content ? readConfigText(content.text, this.#options.ruleIds) : { settings: {}, problems: [] };
    return {
      settings: mergeSettings(DEFAULT_SETTINGS, user, { ...read.settings, ...overrides }),
      config: { file, text: 'text' in content ? content.text : '', problems: read.problems },
    };
  }

  /** What the editor holds comes first: its answers do not wait for the rest of the folder. */
  async #applyOpen(state: FolderState): Promise<void> {
    for (const [path, text] of this.#open) {
      if (this.#stateOf(path) === state && (await state.wanted(path))) state.index.apply([{ path, text }]);
    }
  }

  /** Charts among the files, and one that the root itself lies in. */
  async #findCharts(state: FolderState, files: Iterable<string>): Promise<void> {
    for (const file of files) if (basename(file) === 'Chart.yaml') state.index.addChart(dirname(file));
    for (let folder = state.index.root, level = 0; level < MAX_CHART_LEVELS; folder = dirname(folder), level++) {
      if ((await this.#host.stat(joinPath(folder, 'Chart.yaml'))) !== undefined) state.index.addChart(folder);
      if (folder === dirname(folder)) break;
    }
  }

  #walkOptions(root: string, settings: Settings): WalkOptions {
    const { exclude, include, json, maxFiles } = settings.index;
    return { exclude, include, json, maxFiles, editorExclude: this.#options.editorExclude?.(root) ?? [] };
  }

  async #readFiles(
    state: FolderState,
    files: readonly string[],
    token: CancellationToken | undefined,
    onProgress: ((read: number, total: number) => void) | undefined,
  ): Promise<void> {
    const maxBytes = state.settings.index.maxFileSizeKB * 1024;
    let sliceStart = Date.now();
    let batch: FileChange[] = [];
    for (const [at, file] of files.entries()) {
      if (token?.isCancellationRequested === true) break;
      if (!this.#open.has(file)) {
        const reading = this.#host.readFile(file, maxBytes);
        const content = isPromise(reading) ? await reading : reading;
        if ('text' in content) batch.push({ path: file, text: content.text });
        else skip(state, file, content.skipped);
      }
      if (Date.now() - sliceStart < SLICE && batch.length < 64) continue;
      state.index.apply(batch);
      batch = [];
      if (Date.now() - sliceStart < SLICE) continue;
      onProgress?.(at + 1, files.length);
      await this.#host.yield();
      sliceStart = Date.now();
    }
    state.index.apply(batch);
  }

  #stateOf(path: string): FolderState | undefined {
    let best: FolderState | undefined;
    for (const state of this.#folders.values()) {
      if (isInside(state.index.root, path) && (best === undefined || state.index.root.length > best.index.root.length))
        best = state;
    }
    return best;
  }
}

function isKustomization(file: string): boolean {
  return isKustomizationFile(basename(file));
}

/** What Git ignores is made, or put there, on each machine: that it is not on this one shows no fault. */
async function toContent(state: FolderState, path: string, read: FileText): Promise<FileContent> {
  if ('text' in read) return { text: read.text };
  if (read.skipped === 'missing' && (await state.isGitIgnored(path))) return { unknown: GIT_IGNORED };
  if (read.skipped === 'missing' || read.skipped === 'not-a-file') return { missing: true };
  return { unknown: describeSkip(read.skipped) };
}

function readingKey(
  { index, defaultNamespace, testInputs, environments }: Settings,
  editorExclude: readonly string[],
): string {
  return JSON.stringify([index, defaultNamespace, testInputs, environments, editorExclude]);
}

function skip(state: FolderState, file: string, reason: SkipReason): void {
  state.skipped.set(file, { file, reason: describeSkip(reason) });
}

function asIndexed({ index, settings, config, skipped, complete }: FolderState): IndexedFolder {
  return {
    index,
    settings,
    config,
    get skipped() {
      return [...skipped.values()];
    },
    complete,
  };
}

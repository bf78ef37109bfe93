import {
  CancellationTokenSource,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver';
import { isConfigFile } from '../core/workspace/configFile.ts';
import type { Publisher } from './publisher.ts';
import type { Session } from './session.ts';

/** Progress is shown only for a reading that takes longer than this, in milliseconds. */
const PROGRESS_AFTER = 500;

/** What ConfigMaps and Secrets of kustomizations are usually generated from. */
const GENERATOR_INPUTS = '**/*.{env,properties,conf,cfg,ini,toml,txt,sh,sql,lua,xml,crt,key,pem}';

/** Reads workspace folders, one at a time, whenever they are new or what is read of them changes. */
export class Indexer {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #publisher: Publisher;
  readonly #showsProgress: boolean;
  readonly #registersWatchers: boolean;
  readonly #onReading: () => void;
  /** Roots that wait to be read. */
  readonly #due = new Set<string>();
  #current: { readonly root: string; readonly cancellation: CancellationTokenSource } | undefined;
  #running: Promise<void> | undefined;
  /** Changes of what is to be read, one after another; a reading that they ask for goes on without them. */
  #changes: Promise<void> = Promise.resolve();

  /** Files whose charts are to be rendered. */
  #toRender: readonly string[] | 'all' | undefined;
  #rendering: Promise<void> | undefined;
  #renderCancellation: CancellationTokenSource | undefined;
  /** What the log says of charts. */
  readonly #said = new Set<string>();

  /** `onReading` is told when a reading begins and when the last one ends. */
  constructor(
    connection: Connection,
    session: Session,
    publisher: Publisher,
    params: InitializeParams,
    onReading: () => void,
  ) {
    this.#connection = connection;
    this.#session = session;
    this.#publisher = publisher;
    this.#showsProgress = params.capabilities.window?.workDoneProgress === true;
    this.#registersWatchers =
      session.options.clientWatches !== true &&
      params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.#onReading = onReading;
  }

  /** The first reading. */
  start(): void {
    this.#change(async () => {
      await this.#registerWatchers();
      await this.#session.pullSettings();
      return this.#session.roots;
    });
  }

  /** Forgets the index and reads everything anew. */
  reindex(): void {
    this.#change(async () => {
      await this.#session.pullSettings();
      return this.#session.roots;
    });
  }

  /** Settings changed: reads again what must be, and judges everything anew. */
  settingsChanged(): void {
    this.#change(() => this.#reloadSettings());
  }

  foldersChanged(added: readonly string[], removed: readonly string[]): void {
    this.#change(async () => {
      const roots = await this.#session.changeRoots(added, removed);
      if (this.#current !== undefined && !this.#session.roots.includes(this.#current.root))
        this.#current.cancellation.cancel();
      await this.#session.pullSettings();
      return roots;
    });
  }

  filesChanged(paths: readonly string[]): void {
    this.#change(async () => {
      const stale = await this.#session.filesChanged(paths);
      this.render(paths);
      return paths.some(isConfigFile) ? [...stale, ...(await this.#reloadSettings())] : stale;
    });
  }

  /** Resolves when every change so far has been taken over, and neither a reading nor a rendering is under way. */
  async ready(): Promise<void> {
    const isBusy = () => this.#running !== undefined || this.#rendering !== undefined;
    for (let seen: Promise<void> | undefined; seen !== this.#changes || isBusy(); ) {
      seen = this.#changes;
      await seen;
      await this.#running;
      await this.#rendering;
    }
  }

  /** Renders charts again where that is due: those that are made of `paths`, or all. */
  render(paths?: readonly string[]): void {
    const before = this.#toRender;
    this.#toRender = paths === undefined || before === 'all' ? 'all' : [...(before ?? []), ...paths];
    this.#renderCancellation?.cancel();
    this.#rendering ??= Promise.resolve().then(() => this.#renderDue());
  }

  dispose(): void {
    this.#toRender = undefined;
    this.#renderCancellation?.cancel();
    this.#due.clear();
    this.#current?.cancellation.cancel();
  }

  /** `change` gives the roots that must be read because of it. */
  #change(change: () => Promise<readonly string[]>): void {
    this.#changes = this.#changes.then(async () => {
      try {
        const roots = await change();
        if (roots.length > 0) this.#read(roots);
      } catch (error) {
        this.#session.logError('the index', error);
      }
      this.#publisher.schedule(0);
    });
  }

  async #reloadSettings(): Promise<readonly string[]> {
    await this.#session.pullSettings();
    const { workspace, roots } = this.#session;
    const known = new Set(workspace.folders.map(({ index }) => index.root));
    const stale = new Set(await workspace.reloadSettings());
    this.render();
    return roots.filter((root) => stale.has(root) || known.has(root) !== this.#session.isEnabled(root));
  }

  /** What is due stays due until it is done: a newer reason cancels a run, and what that has finished is not done again. */
  async #renderDue(): Promise<void> {
    for (let due = this.#toRender; due !== undefined; due = this.#toRender) {
      const cancellation = new CancellationTokenSource();
      this.#renderCancellation = cancellation;
      try {
        const changed = await this.#session.workspace.renderCharts(due === 'all' ? undefined : due, cancellation.token);
        if (changed) this.#publisher.schedule(0);
      } catch (error) {
        this.#session.logError('rendering charts', error);
      }
      if (!cancellation.token.isCancellationRequested) this.#toRender = undefined;
    }
    this.#renderCancellation = undefined;
    this.#rendering = undefined;
    this.#report();
  }

  /** Says in the log what became of the charts, and what environments lack, whenever that is news. */
  #report(): void {
    const { workspace } = this.#session;
    const missing = workspace.folders.flatMap(({ index, complete }) => (complete ? index.environmentProblems : []));
    for (const line of [...workspace.describeCharts(), ...missing]) {
      if (this.#said.has(line)) continue;
      this.#said.add(line);
      this.#connection.console.info(line);
    }
  }

  /** Reads roots from nothing; one that is being read starts again. */
  #read(roots: readonly string[]): void {
    for (const root of roots) {
      this.#due.add(root);
      this.#session.reading.add(root);
      if (this.#current?.root === root) this.#current.cancellation.cancel();
    }
    this.#running ??= Promise.resolve().then(() => this.#readDue());
  }

  /** For clients that watch files on the server's behalf. */
  async #registerWatchers(): Promise<void> {
    if (!this.#registersWatchers) return;
    const globs = ['**/*.{yaml,yml,json,tpl}', '**/.gitignore', '**/Kustomization', GENERATOR_INPUTS];
    const watchers = globs.map((globPattern) => ({ globPattern }));
    try {
      await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    } catch (error) {
      this.#session.logError('the client watches no files', error);
    }
  }

  async #readDue(): Promise<void> {
    const { workspace, reading } = this.#session;
    this.#onReading();
    const progress = this.#startProgress();
    for (let [root] = this.#due; root !== undefined; [root] = this.#due) {
      this.#due.delete(root);
      const cancellation = new CancellationTokenSource();
      this.#current = { root, cancellation };
      try {
        if (this.#session.isEnabled(root)) await workspace.indexFolder(root, cancellation.token, progress.report);
      } catch (error) {
        this.#session.logError(`reading ${root}`, error);
      }
      if (!this.#session.roots.includes(root) || !this.#session.isEnabled(root)) workspace.removeFolder(root);
      if (!this.#due.has(root)) reading.delete(root);
    }
    this.#current = undefined;
    this.#running = undefined;
    progress.done();
    this.#onReading();
    this.#publisher.schedule(0);
    this.render();
  }

  /** Begins work-done progress only when the reading turns out to be long. */
  #startProgress(): { readonly report: (read: number, total: number) => void; readonly done: () => void } {
    if (!this.#showsProgress) return { report: () => {}, done: () => {} };
    let reporter: WorkDoneProgressReporter | undefined;
    let isOver = false;
    const begin = async () => {
      const created = await this.#connection.window.createWorkDoneProgress();
      if (isOver) return;
      created.begin('Reading Kubernetes manifests', 0, undefined, false);
      reporter = created;
    };
    const timer = setTimeout(() => {
      begin().catch((error: unknown) => this.#session.logError('progress', error));
    }, PROGRESS_AFTER);
    return {
      report: (read, total) => reporter?.report(Math.round((100 * read) / Math.max(1, total)), `${read}/${total}`),
      done: () => {
        isOver = true;
        clearTimeout(timer);
        reporter?.done();
      },
    };
  }
}

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
  /** Changes of settings, one after another. */
  #changing: Promise<unknown> = Promise.resolve();
  #begin: () => void = () => {};
  readonly #begun: Promise<void>;

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
    this.#begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** Reads roots from nothing; one that is being read starts again. Resolves when no reading is left. */
  async read(roots: readonly string[]): Promise<void> {
    for (const root of roots) {
      this.#due.add(root);
      if (this.#current?.root === root) this.#current.cancellation.cancel();
    }
    do {
      this.#running ??= this.#readDue().finally(() => {
        this.#running = undefined;
      });
      this.#begin();
      await this.#running;
    } while (this.#due.size > 0);
  }

  /** Settings or a configuration file changed: reads again what must be, and judges everything anew. */
  async settingsChanged(): Promise<void> {
    const change = this.#changing.then(async () => {
      await this.#session.pullSettings();
      const { workspace, roots } = this.#session;
      const known = new Set(workspace.folders.map(({ index }) => index.root));
      const stale = new Set(await workspace.reloadSettings());
      return roots.filter((root) => stale.has(root) || known.has(root) !== this.#session.isEnabled(root));
    });
    this.#changing = change.catch((error: unknown) => this.#session.logError('settings', error));
    await this.read(await change);
    this.#publisher.schedule(0);
  }

  async foldersChanged(added: readonly string[], removed: readonly string[]): Promise<void> {
    const roots = await this.#session.changeRoots(added, removed);
    await this.#session.pullSettings();
    if (this.#current !== undefined && !this.#session.roots.includes(this.#current.root))
      this.#current.cancellation.cancel();
    await this.read(roots);
    this.#publisher.schedule(0);
  }

  async filesChanged(paths: readonly string[]): Promise<void> {
    const stale = await this.#session.filesChanged(paths);
    if (paths.some(isConfigFile)) await this.settingsChanged();
    if (stale.length > 0) await this.read(stale);
    this.#publisher.schedule();
  }

  /** Resolves when the first reading has begun and no reading is under way. */
  async ready(): Promise<void> {
    await this.#begun;
    await this.#changing;
    while (this.#running !== undefined) await this.#running;
  }

  /** For clients that watch files on the server's behalf. */
  async registerWatchers(): Promise<void> {
    if (!this.#registersWatchers) return;
    const globs = ['**/*.{yaml,yml,json}', '**/.gitignore', '**/Kustomization'];
    const watchers = globs.map((globPattern) => ({ globPattern }));
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  dispose(): void {
    this.#due.clear();
    this.#current?.cancellation.cancel();
  }

  async #readDue(): Promise<void> {
    const { workspace, reading } = this.#session;
    for (const root of this.#due) reading.add(root);
    this.#onReading();
    const progress = this.#startProgress();
    for (let [root] = this.#due; root !== undefined; [root] = this.#due) {
      this.#due.delete(root);
      reading.add(root);
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
    progress.done();
    this.#onReading();
    this.#publisher.schedule(0);
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

import {
  type CancellationTokenSource as Cancellation,
  CancellationTokenSource,
  type Connection,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type WorkDoneProgressReporter,
} from 'vscode-languageserver';
import { version } from '../../../package.json';
import { relativePath } from '../core/base/path.ts';
import { maxSkippedFiles, type StatusParams, statusNotification } from './messages.ts';
import type { Publisher } from './publisher.ts';
import type { Session } from './session.ts';

/** Progress is shown only for a reading that takes longer than this, in milliseconds. */
const PROGRESS_AFTER = 500;

/** Reads workspace folders, one reading at a time, and tells the client how it goes. */
export class Indexer {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #publisher: Publisher;
  readonly #showsProgress: boolean;
  readonly #canRegister: boolean;
  #current: Cancellation | undefined;
  #reading: Promise<void> = Promise.resolve();
  #begun: () => void = () => {};
  readonly #first: Promise<void>;
  #busy = false;

  constructor(connection: Connection, session: Session, publisher: Publisher, params: InitializeParams) {
    this.#connection = connection;
    this.#session = session;
    this.#publisher = publisher;
    this.#showsProgress = params.capabilities.window?.workDoneProgress === true;
    this.#canRegister = params.capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    this.#first = new Promise((resolve) => {
      this.#begun = resolve;
    });
  }

  /** Reads the folders from nothing; a reading under way is given up. Resolves when done. */
  indexAll(roots: readonly string[], afterSettings = false): Promise<void> {
    this.#current?.cancel();
    const cancellation = new CancellationTokenSource();
    this.#current = cancellation;
    this.#reading = this.#reading.then(async () => {
      if (cancellation.token.isCancellationRequested) return;
      if (afterSettings) await this.#session.pullSettings();
      await this.#read(roots, cancellation);
    });
    this.#reading = this.#reading.catch((error: unknown) => this.#connection.console.error(String(error)));
    this.#begun();
    return this.#reading;
  }

  /** Settings or a configuration file changed: reads again what must be, and judges everything anew. */
  async settingsChanged(): Promise<void> {
    await this.#session.pullSettings();
    const stale = await this.#session.workspace.reloadSettings();
    if (stale.length > 0) await this.indexAll(stale);
    this.#publisher.schedule(0);
  }

  /** Resolves when the first reading has begun and no reading is under way. */
  async ready(): Promise<void> {
    await this.#first;
    for (let seen: Promise<void> | undefined; seen !== this.#reading; ) {
      seen = this.#reading;
      await seen;
    }
  }

  /** For clients that watch files on the server's behalf. */
  async registerWatchers(): Promise<void> {
    if (!this.#canRegister) return;
    const globs = ['**/*.{yaml,yml,json}', '**/.gitignore', '**/Kustomization'];
    const watchers = globs.map((globPattern) => ({ globPattern }));
    await this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  }

  dispose(): void {
    this.#current?.cancel();
  }

  async #read(roots: readonly string[], cancellation: Cancellation): Promise<void> {
    this.#busy = true;
    this.#sendStatus();
    const progress = this.#startProgress();
    try {
      for (const root of roots) {
        await this.#session.workspace.indexFolder(root, cancellation.token, (read, total) =>
          progress.report(read, total),
        );
      }
    } finally {
      progress.done();
      this.#busy = false;
      this.#sendStatus();
      this.#publisher.schedule(0);
    }
  }

  /** Begins work-done progress only when the reading turns out to be long. */
  #startProgress(): { readonly report: (read: number, total: number) => void; readonly done: () => void } {
    if (!this.#showsProgress) return { report: () => {}, done: () => {} };
    let reporter: WorkDoneProgressReporter | undefined;
    let over = false;
    const timer = setTimeout(async () => {
      const created = await this.#connection.window.createWorkDoneProgress();
      if (over) return;
      created.begin('Reading Kubernetes manifests', 0, undefined, false);
      reporter = created;
    }, PROGRESS_AFTER);
    return {
      report: (read, total) =>
        reporter?.report(Math.round((100 * read) / Math.max(1, total)), `${read} of ${total} files`),
      done: () => {
        over = true;
        clearTimeout(timer);
        reporter?.done();
      },
    };
  }

  #sendStatus(): void {
    const folders = this.#session.workspace.folders;
    const skipped = folders.flatMap(({ index, skipped: list }) =>
      list.map(({ file, reason }) => ({ file: relativePath(index.root, file), reason })),
    );
    const unread = folders.flatMap(({ index }) =>
      [...index.files.values()]
        .filter((file) => file.unread)
        .map((file) => ({
          file: relativePath(index.root, file.path),
          reason: 'holds a document that cannot be read; what it touches is unknown',
        })),
    );
    const all = [...skipped, ...unread];
    const limit = folders.find(
      ({ complete, skipped: list }) => !complete && list.some(({ reason }) => reason.includes('limit')),
    );
    const status: StatusParams = {
      objects: folders.reduce((sum, { index }) => sum + index.resourceCount, 0),
      files: folders.reduce((sum, { index }) => sum + index.files.size, 0),
      skipped: all.slice(0, maxSkippedFiles),
      skippedCount: all.length,
      busy: this.#busy,
      ...(limit === undefined ? {} : { limit: 'the limit of files (index.maxFiles) was reached' }),
      version,
    };
    void this.#connection.sendNotification(statusNotification, status);
  }
}

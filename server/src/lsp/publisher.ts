import type { Connection, Diagnostic as ProtoDiagnostic } from 'vscode-languageserver';
import { createLineIndex, type LineIndex } from '../core/base/lineIndex.ts';
import type { Diagnostic } from '../core/ide/diagnostics.ts';
import type { Host } from '../core/workspace/host.ts';
import { toProtoDiagnostic } from './diagnosticsProto.ts';
import type { Session } from './session.ts';
import { toUri } from './uris.ts';

/** How long after the last edit the rest of the workspace is looked at again, in milliseconds. */
const QUIET = 150;

/** How long one slice of background work may hold the event loop, in milliseconds. */
const SLICE = 8;

export interface PublisherOptions {
  /** The client asks for the diagnostics of open documents itself. */
  readonly pulls: boolean;
  /** The client takes `workspace/diagnostic/refresh`. */
  readonly refreshes: boolean;
  readonly ruleLink: (rule: string) => string | undefined;
}

/**
 * Keeps the client's diagnostics in step with the index: answers pulls for open documents, pushes those of all other files,
 * and looks at the whole workspace again, in slices, when an edit may have changed what is true elsewhere.
 */
export class Publisher {
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #host: Host;
  readonly #options: PublisherOptions;
  /** What was last sent for a path, as text; absent means nothing is shown. */
  readonly #pushed = new Map<string, string>();
  /** Result ids of the last pull answers. */
  readonly #pulled = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  #generation = 0;

  constructor(connection: Connection, session: Session, host: Host, options: PublisherOptions) {
    this.#connection = connection;
    this.#session = session;
    this.#host = host;
    this.#options = options;
  }

  /** The full answer to a pull, with an id that is equal exactly when the diagnostics are. */
  async pull(path: string): Promise<{ readonly resultId: string; readonly items: ProtoDiagnostic[] }> {
    await this.#session.settled();
    const items = await this.#protoOf(path, this.#session.diagnose(path) ?? []);
    const resultId = hash(JSON.stringify(items));
    this.#pulled.set(path, resultId);
    return { resultId, items };
  }

  /** A document was opened: what was pushed for it goes, or the client would show everything twice. */
  opened(path: string): void {
    if (this.#options.pulls) this.#send(path, []);
  }

  /** Looks at everything again once edits pause. */
  schedule(delay = QUIET): void {
    clearTimeout(this.#timer);
    this.#generation++;
    this.#timer = setTimeout(() => {
      const generation = this.#generation;
      this.#running = this.#running
        .then(() => this.#publishAll(generation))
        .catch((error: unknown) => this.#connection.console.error(String(error)));
    }, delay);
  }

  /** Publishes everything now; resolves when done. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    const generation = ++this.#generation;
    this.#running = this.#running.then(() => this.#publishAll(generation));
    await this.#running;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#generation++;
  }

  async #publishAll(generation: number): Promise<void> {
    await this.#session.settled();
    let sliceStart = Date.now();
    const seen = new Set<string>();
    let openChanged = false;
    for (const folder of this.#session.workspace.folders) {
      const extra = folder.config === undefined ? [] : [folder.config.file];
      for (const path of [...extra, ...folder.index.files.keys()]) {
        if (generation !== this.#generation) return;
        seen.add(path);
        const found = this.#session.diagnose(path) ?? [];
        if (this.#session.documents.has(path) && this.#options.pulls) openChanged ||= await this.#differs(path, found);
        else if (found.length > 0 || this.#pushed.has(path)) this.#send(path, await this.#protoOf(path, found));
        if (Date.now() - sliceStart < SLICE) continue;
        await this.#host.yield();
        sliceStart = Date.now();
      }
    }
    for (const path of [...this.#pushed.keys()]) if (!seen.has(path)) this.#send(path, []);
    if (openChanged && this.#options.refreshes) this.#connection.languages.diagnostics.refresh();
  }

  async #differs(path: string, found: readonly Diagnostic[]): Promise<boolean> {
    return this.#pulled.get(path) !== hash(JSON.stringify(await this.#protoOf(path, found)));
  }

  #send(path: string, items: readonly ProtoDiagnostic[]): void {
    const text = items.length === 0 ? undefined : JSON.stringify(items);
    if (this.#pushed.get(path) === text) return;
    if (text === undefined) this.#pushed.delete(path);
    else this.#pushed.set(path, text);
    const uri = this.#session.documents.get(path)?.uri ?? toUri(path);
    void this.#connection.sendDiagnostics({ uri, diagnostics: [...items] });
  }

  async #protoOf(path: string, found: readonly Diagnostic[]): Promise<ProtoDiagnostic[]> {
    if (found.length === 0) return [];
    const lines = new Map<string, LineIndex>();
    for (const file of new Set([path, ...found.flatMap(({ related }) => (related ?? []).map((other) => other.file))])) {
      lines.set(file, await this.#session.linesOf(file));
    }
    const empty = createLineIndex('');
    const rangeOf = (file: string, span: { start: number; end: number }) => {
      const index = lines.get(file) ?? empty;
      return { start: index.positionAt(span.start), end: index.positionAt(span.end) };
    };
    return found.map((diagnostic) => toProtoDiagnostic(diagnostic, rangeOf, this.#options.ruleLink));
  }
}

/** FNV-1a over UTF-16 units, with the length: enough to tell two answers about one file apart. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}-${value >>> 0}`;
}

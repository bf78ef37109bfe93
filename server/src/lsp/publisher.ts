import type { Connection, Diagnostic as ProtoDiagnostic } from 'vscode-languageserver';
import { createLineIndex, type LineIndex } from '../core/base/lineIndex.ts';
import type { Span } from '../core/base/span.ts';
import type { Diagnostic } from '../core/ide/diagnostic.ts';
import type { Host } from '../core/workspace/host.ts';
import { toProtoDiagnostic } from './diagnosticsProto.ts';
import type { Session } from './session.ts';

/**
 * How long after the last edit the rest of the workspace is looked at again, in milliseconds: longer than the pause between
 * two keystrokes, at each of which that work would begin anew and make the next answer wait.
 */
const QUIET = 300;

/** How long one slice of background work may hold the event loop, in milliseconds. */
const SLICE = 4;

export interface PublisherOptions {
  /** The client takes `workspace/diagnostic/refresh`. */
  readonly refreshes: boolean;
  readonly ruleLink: (rule: string) => string | undefined;
  /** Told when everything has been looked at. */
  readonly onPublished: () => void;
}

/** The answer to a pull; the id is equal exactly when the diagnostics are. */
export interface PullAnswer {
  readonly resultId: string;
  readonly items: ProtoDiagnostic[];
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
  /** What was last sent for a path, as text, and under which URI; absent means nothing is shown. */
  readonly #pushed = new Map<string, { readonly uri: string; readonly text: string }>();
  /** Open documents that the client asks about itself; all others are pushed. */
  readonly #asked = new Set<string>();
  /** The last pull answers for such documents. */
  readonly #pulled = new Map<string, PullAnswer & { readonly state: readonly unknown[] }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Counts reasons to look again. */
  #wanted = 0;
  /** Up to which of them everything has been looked at. */
  #done = 0;

  constructor(connection: Connection, session: Session, host: Host, options: PublisherOptions) {
    this.#connection = connection;
    this.#session = session;
    this.#host = host;
    this.#options = options;
  }

  /**
   * The diagnostics of a document as it is now, or as it was saved where they wait for that. What was pushed for it goes, or
   * the client would show everything twice.
   */
  async pull(path: string): Promise<PullAnswer> {
    const isOpen = this.#session.documents.has(path);
    if (isOpen) this.#asked.add(path);
    await this.#session.settled();
    const before = this.#pulled.get(path);
    const state = this.#session.stateOf(path);
    if (before !== undefined && (this.#session.isHeld(path) || isSame(before.state, state))) return before;
    const items = await this.#protoOf(path, this.#session.diagnose(path));
    const answer = { resultId: hash(JSON.stringify(items)), items, state };
    if (!this.#asked.has(path)) return answer;
    this.#pulled.set(path, answer);
    this.#send(path, []);
    return answer;
  }

  opened(): void {
    this.schedule();
  }

  /** The client forgot what it pulled for a document that stays open, as an editor does whose tab is closed. */
  hidden(path: string): void {
    this.#forget(path);
    this.schedule(0);
  }

  changed(path: string): void {
    if (!this.#session.isHeld(path)) this.schedule();
  }

  closed(path: string): void {
    this.#forget(path);
    this.schedule();
  }

  /** Looks at everything again once edits pause. */
  schedule(delay = QUIET): void {
    clearTimeout(this.#timer);
    this.#wanted++;
    this.#timer = setTimeout(() => void this.#publish(), delay);
  }

  /** Publishes everything now; resolves when the client has been sent all that is true at that time. */
  async flush(): Promise<void> {
    this.#wanted++;
    while (this.#done < this.#wanted) {
      clearTimeout(this.#timer);
      await this.#publish();
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#done = ++this.#wanted;
  }

  #publish(): Promise<void> {
    this.#running = this.#running.then(async () => {
      const wanted = this.#wanted;
      if (this.#done === wanted) return;
      try {
        await this.#publishAll(wanted);
      } catch (error) {
        this.#session.logError('publishing diagnostics', error);
      }
      if (wanted === this.#wanted) this.#done = wanted;
    });
    return this.#running;
  }

  /** Gives up as soon as there is a newer reason to look: that one starts from the beginning. */
  async #publishAll(wanted: number): Promise<void> {
    await this.#session.settled();
    let sliceStart = Date.now();
    const seen = new Set<string>();
    let openChanged = false;
    for (const path of this.#pathsToCheck()) {
      if (wanted !== this.#wanted) return;
      if (seen.has(path)) continue;
      seen.add(path);
      if (this.#session.documents.has(path)) openChanged = (await this.#checkOpen(path)) || openChanged;
      else await this.#push(path);
      if (Date.now() - sliceStart < SLICE) continue;
      await this.#giveWay();
      sliceStart = Date.now();
    }
    for (const path of [...this.#pushed.keys()]) if (!seen.has(path) && !this.#isBeingRead(path)) this.#send(path, []);
    if (openChanged && this.#options.refreshes) this.#connection.languages.diagnostics.refresh();
    this.#options.onPublished();
  }

  /** In the first turn of the event loop a waiting message is read, in the second it is handled: an edit then ends the work. */
  async #giveWay(): Promise<void> {
    await this.#host.yield();
    await this.#host.yield();
  }

  /** Open documents first. The rest of a folder that is being read keeps what it shows until all is known. */
  *#pathsToCheck(): Iterable<string> {
    yield* this.#session.documents.keys();
    for (const { index, config } of this.#session.workspace.folders) {
      if (this.#session.reading.has(index.root)) continue;
      if (config !== undefined) yield config.file;
      yield* [...index.files.keys()];
    }
  }

  #isBeingRead(path: string): boolean {
    const root = this.#session.rootOf(path);
    return root !== undefined && this.#session.reading.has(root);
  }

  /** Pushes an open document's diagnostics, or says whether the client should pull them again. */
  async #checkOpen(path: string): Promise<boolean> {
    if (this.#session.isHeld(path)) return false;
    if (!this.#asked.has(path)) {
      await this.#push(path);
      return false;
    }
    const pulled = this.#pulled.get(path);
    if (pulled === undefined || isSame(pulled.state, this.#session.stateOf(path))) return false;
    return pulled.resultId !== hash(JSON.stringify(await this.#protoOf(path, this.#session.diagnose(path))));
  }

  async #push(path: string): Promise<void> {
    const found = this.#session.diagnose(path);
    if (found.length === 0 && !this.#pushed.has(path)) return;
    const items = await this.#protoOf(path, found);
    // Meanwhile the client asked by itself.
    if (!this.#asked.has(path)) this.#send(path, items);
  }

  #forget(path: string): void {
    this.#asked.delete(path);
    this.#pulled.delete(path);
  }

  #send(path: string, items: readonly ProtoDiagnostic[]): void {
    const before = this.#pushed.get(path);
    const text = JSON.stringify(items);
    const uri = this.#session.uriOf(path);
    if (before === undefined ? items.length === 0 : before.text === text && before.uri === uri) return;
    if (items.length === 0) this.#pushed.delete(path);
    else this.#pushed.set(path, { uri, text });
    if (before !== undefined && before.uri !== uri) this.#sendNow(before.uri, []);
    this.#sendNow(uri, items);
  }

  #sendNow(uri: string, items: readonly ProtoDiagnostic[]): void {
    this.#connection
      .sendDiagnostics({ uri, diagnostics: [...items] })
      .catch((error: unknown) => this.#session.logError('sending diagnostics', error));
  }

  async #protoOf(path: string, found: readonly Diagnostic[]): Promise<ProtoDiagnostic[]> {
    if (found.length === 0) return [];
    const lines = new Map<string, LineIndex>();
    for (const file of new Set([path, ...found.flatMap(({ related }) => (related ?? []).map((other) => other.file))]))
      lines.set(file, await this.#session.linesOf(file));
    const empty = createLineIndex('');
    const rangeOf = (file: string, span: Span) => {
      const index = lines.get(file) ?? empty;
      return { start: index.positionAt(span.start), end: index.positionAt(span.end) };
    };
    const uriOf = (file: string) => this.#session.uriOf(file);
    return found.map((diagnostic) => toProtoDiagnostic(diagnostic, rangeOf, uriOf, this.#options.ruleLink));
  }
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((part, at) => part === b[at]);
}

/** FNV-1a over UTF-16 units, with the length: enough to tell two answers about one file apart. */
function hash(text: string): string {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}-${value >>> 0}`;
}

import { type Awaitable, type CancellationToken, isPromise } from '../base/awaitable.ts';
import { basename, dirname, extension, isInside, normalisePath, relativePath } from '../base/path.ts';
import { type DirectoryEntry, type FileStat, type Host, reasonOf, type SkipReason } from './host.ts';
import {
  addGitignore,
  createRules,
  type IgnoreOptions,
  type IgnoreRules,
  isFileExcluded,
  judgeFolder,
} from './ignore.ts';

export interface WalkOptions extends IgnoreOptions {
  /** Whether `*.json` is listed beside `*.yaml` and `*.yml`. */
  readonly json: boolean;
  /** The walk ends after so many files; shallow folders come first. */
  readonly maxFiles: number;
}

export interface WalkResult {
  /** Candidates by name, each real file once, in the order of their UTF-16 code units. Nothing was opened or measured. */
  readonly files: readonly string[];
  /** What could not be listed, in the same order. What the user or a built-in rule excludes is not mentioned. */
  readonly skipped: readonly SkippedPath[];
  /** Every symbolic link of the folders that were read, whatever it leads to. */
  readonly links: readonly string[];
  /** False when the walk was cancelled or met its limit: then nothing may be concluded from a missing file. */
  readonly complete: boolean;
}

export interface SkippedPath {
  readonly file: string;
  readonly reason: SkipReason;
}

/**
 * Lists the files below `root` that may hold manifests. Excludes apply while walking: an excluded folder is never read.
 * Links are followed after everything else, and only to what the walk has not met: cycles end, and a file that has two
 * names is listed under its real one. `root` itself is never excluded.
 */
export async function walk(
  host: Host,
  root: string,
  options: WalkOptions,
  token?: CancellationToken,
): Promise<WalkResult> {
  const top = normalisePath(root);
  const run: Run = { host, options, token, files: [], folders: [], skipped: [], links: [], pausedAt: Date.now() };
  await walkFolders(run, [{ path: top, relative: '', rules: createRules(options), inExcluded: false }]);
  if (run.links.length > 0 && !isOver(run)) await followLinks(run);
  if (run.files.length > options.maxFiles) {
    run.files.length = options.maxFiles;
    run.skipped.push({ file: top, reason: 'too-many-files' });
  }
  return {
    files: run.files.sort(),
    skipped: run.skipped.sort((a, b) => (a.file < b.file ? -1 : 1)),
    links: run.links.map(({ folder, name }) => childOf(folder.path, name)),
    complete: !isOver(run) && !run.skipped.some((path) => path.reason === 'too-many-files'),
  };
}

/**
 * The question of a file watcher: would {@link walk} list this file (wherever no link is followed)? The answer keeps the
 * `.gitignore` files it has read: ask for a new one when one of them or the options change.
 */
export function createFileFilter(host: Host, root: string, options: WalkOptions): (file: string) => Awaitable<boolean> {
  const top = normalisePath(root);
  const known = new Map<string, Awaitable<FolderState | undefined>>();
  const stateOf = (folder: string): Awaitable<FolderState | undefined> => {
    const cached = known.get(folder);
    if (cached !== undefined || known.has(folder)) return cached;
    const above: Awaitable<FolderState | undefined> =
      folder === top
        ? { path: top, relative: '', rules: createRules(options), inExcluded: false }
        : then(stateOf(dirname(folder)), (parent) => parent && enterFolder(parent, basename(folder)));
    const state = then(above, (entered) => entered && readRules(host, entered));
    known.set(folder, state);
    return state;
  };
  return (file) => {
    if (!isCandidate(basename(file), options) || file === top || !isInside(top, file)) return false;
    return then(
      stateOf(dirname(file)),
      (folder) => folder !== undefined && !isFileExcluded(folder.rules, relativePath(top, file), folder.inExcluded),
    );
  };
}

/** Folders read at once where reading is asynchronous: each answer may be a round trip to the editor. */
const parallelReads = 32;

/** How long the event loop waits for its turn, in milliseconds. */
const sliceLength = 10;

interface Run {
  readonly host: Host;
  readonly options: WalkOptions;
  readonly token: CancellationToken | undefined;
  readonly files: string[];
  readonly folders: string[];
  readonly skipped: SkippedPath[];
  readonly links: Link[];
  pausedAt: number;
}

interface FolderState {
  readonly path: string;
  /** Relative to the root, empty for the root itself. */
  readonly relative: string;
  readonly rules: IgnoreRules;
  readonly inExcluded: boolean;
}

interface Link {
  readonly folder: FolderState;
  readonly name: string;
}

type Listing = readonly DirectoryEntry[] | { readonly failed: SkipReason };

/** Breadth first, so that a limit cuts off the depths rather than the end of the alphabet. */
async function walkFolders(run: Run, queue: FolderState[]): Promise<void> {
  for (let at = 0; at < queue.length && !isOver(run); ) {
    const folder = queue[at++];
    if (folder === undefined) return;
    const listing = list(run.host, folder.path);
    if (isPromise(listing)) {
      const batch = [folder, ...queue.slice(at, at + parallelReads - 1)];
      at += batch.length - 1;
      const listings = await Promise.all([listing, ...batch.slice(1).map((other) => list(run.host, other.path))]);
      for (const [index, other] of batch.entries()) await enter(run, queue, other, listings[index] ?? []);
    } else {
      const entered = enter(run, queue, folder, listing);
      if (entered !== undefined) await entered;
    }
    if (Date.now() - run.pausedAt >= sliceLength) {
      await run.host.yield();
      run.pausedAt = Date.now();
    }
  }
}

function list(host: Host, folder: string): Awaitable<Listing> {
  try {
    const entries = host.readDirectory(folder);
    return isPromise(entries) ? entries.catch((error: unknown) => ({ failed: reasonOf(error) })) : entries;
  } catch (error) {
    return { failed: reasonOf(error) };
  }
}

function enter(run: Run, queue: FolderState[], folder: FolderState, listing: Listing): Awaitable<void> {
  if ('failed' in listing) {
    run.skipped.push({ file: folder.path, reason: listing.failed });
    return;
  }
  run.folders.push(folder.path);
  if (!listing.some((entry) => entry.name === '.gitignore')) return sortOut(run, queue, folder, listing);
  return then(readRules(run.host, folder), (withRules) => sortOut(run, queue, withRules, listing));
}

function sortOut(run: Run, queue: FolderState[], folder: FolderState, entries: readonly DirectoryEntry[]): void {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, kind } of sorted) {
    if (kind === 'link') run.links.push({ folder, name });
    else if (kind === 'folder') {
      const entered = enterFolder(folder, name);
      if (entered !== undefined) queue.push(entered);
    } else if (isWanted(run, folder, name)) run.files.push(childOf(folder.path, name));
  }
}

/** The folder `name` below `parent`, or undefined where it is not to be walked. */
function enterFolder(parent: FolderState, name: string): FolderState | undefined {
  const relative = relativeOf(parent, name);
  const verdict = judgeFolder(parent.rules, relative, name, parent.inExcluded);
  if (verdict === 'excluded') return undefined;
  const inExcluded = verdict === 'excluded-but-open';
  return { path: childOf(parent.path, name), relative, rules: parent.rules, inExcluded };
}

const maxGitignoreBytes = 1 << 18;

function readRules(host: Host, folder: FolderState): Awaitable<FolderState> {
  return then(host.readFile(childOf(folder.path, '.gitignore'), maxGitignoreBytes), (content) =>
    'text' in content ? { ...folder, rules: addGitignore(folder.rules, folder.relative, content.text) } : folder,
  );
}

/** Most trees hold no link; only here must what was found be identified, to know it again. */
async function followLinks(run: Run): Promise<void> {
  const seen = new Set<string>();
  let filesSeen = 0;
  let foldersSeen = 0;
  const catchUp = async (): Promise<void> => {
    for (; filesSeen < run.files.length; filesSeen++) await remember(run.host, run.files[filesSeen], seen);
    for (; foldersSeen < run.folders.length; foldersSeen++) await remember(run.host, run.folders[foldersSeen], seen);
  };
  for (let at = 0; at < run.links.length && !isOver(run); at++) {
    const link = run.links[at];
    if (link === undefined) return;
    await catchUp();
    const path = childOf(link.folder.path, link.name);
    const target = await statQuietly(run.host, path);
    if (target === undefined) {
      if (isWanted(run, link.folder, link.name)) run.skipped.push({ file: path, reason: 'missing' });
    } else if (seen.has(target.id)) {
      // The same file or folder stands in the result under another name, or is one of the folders above.
    } else if (target.kind === 'folder') {
      const folder = enterFolder(link.folder, link.name);
      if (folder !== undefined) await walkFolders(run, [folder]);
    } else if (isWanted(run, link.folder, link.name)) run.files.push(path);
  }
}

async function remember(host: Host, path: string | undefined, seen: Set<string>): Promise<void> {
  const stat = path === undefined ? undefined : await statQuietly(host, path);
  if (stat !== undefined) seen.add(stat.id);
}

async function statQuietly(host: Host, path: string): Promise<FileStat | undefined> {
  try {
    return await host.stat(path);
  } catch {
    return undefined;
  }
}

function isWanted(run: Run, folder: FolderState, name: string): boolean {
  return isCandidate(name, run.options) && !isFileExcluded(folder.rules, relativeOf(folder, name), folder.inExcluded);
}

function isCandidate(name: string, options: WalkOptions): boolean {
  const type = extension(name);
  return type === '.yaml' || type === '.yml' || (type === '.json' && options.json) || name === 'Kustomization';
}

function isOver(run: Run): boolean {
  return run.token?.isCancellationRequested === true || run.files.length > run.options.maxFiles;
}

function childOf(folder: string, name: string): string {
  return folder.endsWith('/') ? folder + name : `${folder}/${name}`;
}

function relativeOf(folder: FolderState, name: string): string {
  return folder.relative === '' ? name : `${folder.relative}/${name}`;
}

function then<T, U>(value: Awaitable<T>, next: (value: T) => Awaitable<U>): Awaitable<U> {
  return isPromise(value) ? value.then(next) : next(value);
}

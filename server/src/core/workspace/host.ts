import type { Awaitable } from '../base/awaitable.ts';
import type { RenderResult, RenderSettings } from '../sources/helm/renderRequest.ts';

/** All that the core sees of the outside. Paths are the core's file identities (see base/path.ts). */
export interface Host {
  /** The entries of a folder, in any order. Throws a {@link HostError}. */
  readDirectory(folder: string): Awaitable<readonly DirectoryEntry[]>;
  /** What a path leads to after following links; undefined when nothing is there or it cannot be reached. */
  stat(path: string): Awaitable<FileStat | undefined>;
  /** A path without symbolic links on its way; itself where nothing stands there. Absent where there are no links. */
  readonly realPath?: (path: string) => string;
  /** The text of a file, or why there is none. Never throws, and never reads more than `maxBytes`. */
  readFile(file: string, maxBytes: number): Awaitable<FileText>;
  /** Gives the event loop a turn, so that requests and cancellations come through. */
  yield(): Promise<void>;
  /** Absent where no program may be run: in a browser, and where the user does not trust the folder. */
  readonly helm?: HelmRunner;
}

/** Runs `helm template`, which does what a chart's templates say. */
export interface HelmRunner {
  /** The program to run: the `configured` one where that is not empty, else any; `undefined` when there is none. */
  find(configured: string): string | undefined;
  /** Limits time and output, and never throws. */
  render(program: string, settings: RenderSettings): RenderRun;
}

export interface RenderRun {
  readonly result: Promise<RenderResult>;
  readonly cancel: () => void;
}

/** Sockets, devices and pipes are not listed: opening them could block for ever. */
export interface DirectoryEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link';
}

export interface FileStat {
  readonly kind: 'file' | 'folder';
  /** In bytes. */
  readonly size: number;
  /** Equal for two paths that lead to the same file or folder; finds cycles of links. Example: `"66306:1835023"`. */
  readonly id: string;
}

/**
 * Decoded text: UTF-8, or UTF-16 of either byte order with a byte order mark. The mark stays as `\uFEFF`, so that offsets
 * agree with what was written; invalid bytes become U+FFFD.
 */
export type FileText = { readonly text: string } | { readonly skipped: SkipReason };

/** `binary`: a NUL byte within the first 8 kB (text in UTF-16 apart). `missing`: it vanished between
 * listing and reading, or a link leads nowhere. */
export type SkipReason =
  | 'missing'
  | 'denied'
  | 'not-a-file'
  | 'not-a-folder'
  | 'too-large'
  | 'binary'
  | 'too-many-files'
  | 'unreadable';

/** Why a folder could not be listed. A plain error with a reason rather than a class: it may come from another process. */
export interface HostError extends Error {
  readonly reason: SkipReason;
}

export function hostError(reason: SkipReason, message: string): HostError {
  return Object.assign(new Error(message), { reason });
}

/** The reason that an error of a host carries; anything else is `unreadable`. */
export function reasonOf(error: unknown): SkipReason {
  if (typeof error !== 'object' || error === null || !('reason' in error)) return 'unreadable';
  const { reason } = error;
  return skipReasons.find((known) => known === reason) ?? 'unreadable';
}

/** A reason in words for people, to be put after a file's name: `huge.yaml: larger than the limit`. */
export function describeSkip(reason: SkipReason): string {
  return skipWords[reason];
}

const skipWords: Readonly<Record<SkipReason, string>> = {
  missing: 'not there (it vanished, or a link leads nowhere)',
  denied: 'permission denied',
  'not-a-file': 'not a regular file',
  'not-a-folder': 'not a folder',
  'too-large': 'larger than the size limit (index.maxFileSizeKB)',
  binary: 'binary content',
  'too-many-files': 'beyond the limit of files (index.maxFiles)',
  unreadable: 'could not be read',
};

const skipReasons = Object.keys(skipWords) as readonly SkipReason[];

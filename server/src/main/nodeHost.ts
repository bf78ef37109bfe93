import * as fs from 'node:fs';
import { normalisePath } from '../core/base/path.ts';
import {
  type DirectoryEntry,
  type FileStat,
  type FileText,
  type HelmRunner,
  type Host,
  hostError,
  type SkipReason,
} from '../core/workspace/host.ts';
import { decodeText } from './decode.ts';

/** The host on Node, which runs programs only with a `helm`. Reads synchronously: with many small files that is several times faster than asking in parallel. */
export function createNodeHost(helm?: HelmRunner): Host {
  // One buffer for all files: new ones cost as much as the reading, and linger until they are collected.
  const buffer = Buffer.allocUnsafeSlow(BUFFER_SIZE);
  return {
    readDirectory,
    stat,
    realPath,
    readFile: (file, maxBytes) => readFile(file, maxBytes, buffer),
    yield: () => new Promise((resolve) => setImmediate(resolve)),
    ...(helm && { helm }),
  };
}

const BUFFER_SIZE = 1 << 20;

/** The core's name of an absolute path of this system: `c:/repo/a.yaml` for `C:\\repo\\a.yaml`. Node takes such names back. */
export function toCorePath(absolute: string): string {
  const path = process.platform === 'win32' ? absolute.replaceAll('\\', '/') : absolute;
  return normalisePath(path.replace(/^[A-Z]:(?=\/)/, (drive) => drive.toLowerCase()));
}

function readDirectory(folder: string): readonly DirectoryEntry[] {
  try {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap(toEntry);
  } catch (error) {
    throw hostError(reasonOfCode(error), `cannot list the folder ${folder}`);
  }
}

function toEntry(entry: fs.Dirent): readonly DirectoryEntry[] {
  if (entry.isFile()) return [{ name: entry.name, kind: 'file' }];
  if (entry.isDirectory()) return [{ name: entry.name, kind: 'folder' }];
  return entry.isSymbolicLink() ? [{ name: entry.name, kind: 'link' }] : [];
}

function stat(path: string): FileStat | undefined {
  try {
    // As bigint, because a file's number on Windows can exceed 2^53.
    const found = fs.statSync(path, { bigint: true, throwIfNoEntry: false });
    if (found === undefined || !(found.isFile() || found.isDirectory())) return undefined;
    return { kind: found.isFile() ? 'file' : 'folder', size: Number(found.size), id: `${found.dev}:${found.ino}` };
  } catch {
    return undefined;
  }
}

function realPath(path: string): string {
  try {
    return toCorePath(fs.realpathSync.native(path));
  } catch {
    return path;
  }
}

function readFile(file: string, maxBytes: number, buffer: Buffer): FileText {
  let handle: number | undefined;
  try {
    // Without waiting, so that a pipe that nobody writes to cannot stop the program.
    handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    const found = fs.fstatSync(handle);
    if (!found.isFile()) return { skipped: 'not-a-file' };
    if (found.size > maxBytes) return { skipped: 'too-large' };
    return decodeText(
      readAll(handle, found.size <= buffer.length ? buffer : Buffer.allocUnsafe(found.size), found.size),
    );
  } catch (error) {
    return { skipped: reasonOfCode(error) };
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

/** At most `size` bytes, in the buffer given: what is appended while reading comes with the next change. */
function readAll(handle: number, bytes: Buffer, size: number): Uint8Array {
  let length = 0;
  while (length < size) {
    const read = fs.readSync(handle, bytes, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

function reasonOfCode(error: unknown): SkipReason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ELOOP') return 'missing';
  if (code === 'EACCES' || code === 'EPERM') return 'denied';
  if (code === 'ENOTDIR') return 'not-a-folder';
  return code === 'EISDIR' ? 'not-a-file' : 'unreadable';
}

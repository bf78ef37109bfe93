import { type Disposable, FileSystemError, FileType, Uri, workspace } from 'vscode';
import type { BaseLanguageClient } from 'vscode-languageclient';
import type { DirectoryEntry, SkipReason } from '../../server/src/core/workspace/host.ts';
import {
  type DirectoryResult,
  type FileParams,
  type FileStat,
  type FileText,
  readDirectoryRequest,
  readFileRequest,
  statRequest,
  type UriParams,
} from '../../server/src/lsp/messages.ts';
import { decodeText } from '../../server/src/main/decode.ts';

/** Lets the server read folders that only the editor reaches: repositories opened remotely, and everything in a browser. */
export function serveFiles(client: BaseLanguageClient): readonly Disposable[] {
  return [
    client.onRequest<FileText, void>(readFileRequest, readFile),
    client.onRequest<DirectoryResult, void>(readDirectoryRequest, readDirectory),
    client.onRequest(statRequest, stat),
  ];
}

async function readFile({ uri, maxBytes }: FileParams): Promise<FileText> {
  const file = Uri.parse(uri);
  try {
    const { size, type } = await workspace.fs.stat(file);
    if ((type & FileType.File) === 0) return { skipped: 'not-a-file' };
    if (size > maxBytes) return { skipped: 'too-large' };
    return decodeText(await workspace.fs.readFile(file));
  } catch (error) {
    return { skipped: reasonOf(error) };
  }
}

async function readDirectory({ uri }: UriParams): Promise<DirectoryResult> {
  try {
    const listed = await workspace.fs.readDirectory(Uri.parse(uri));
    return { entries: listed.flatMap(([name, type]) => toEntry(name, type)) };
  } catch (error) {
    return { skipped: reasonOf(error) };
  }
}

async function stat({ uri }: UriParams): Promise<FileStat | null> {
  try {
    const { size, type } = await workspace.fs.stat(Uri.parse(uri));
    if ((type & FileType.Directory) !== 0) return { kind: 'folder', size: 0, id: uri };
    return (type & FileType.File) !== 0 ? { kind: 'file', size, id: uri } : null;
  } catch {
    return null;
  }
}

function toEntry(name: string, type: FileType): readonly DirectoryEntry[] {
  if ((type & FileType.SymbolicLink) !== 0) return [{ name, kind: 'link' }];
  if ((type & FileType.Directory) !== 0) return [{ name, kind: 'folder' }];
  return (type & FileType.File) !== 0 ? [{ name, kind: 'file' }] : [];
}

function reasonOf(error: unknown): SkipReason {
  if (!(error instanceof FileSystemError)) return 'unreadable';
  switch (error.code) {
    case 'FileNotFound':
      return 'missing';
    case 'NoPermissions':
      return 'denied';
    case 'FileIsADirectory':
      return 'not-a-file';
    case 'FileNotADirectory':
      return 'not-a-folder';
    default:
      return 'unreadable';
  }
}

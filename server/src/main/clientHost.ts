import type { Connection } from 'vscode-languageserver';
import { type FileStat, type FileText, type Host, hostError } from '../core/workspace/host.ts';
import {
  type DirectoryResult,
  type FileParams,
  readDirectoryRequest,
  readFileRequest,
  statRequest,
  type UriParams,
} from '../lsp/messages.ts';
import { isLocal, toUri } from '../lsp/uris.ts';

/** Reads through the editor: for virtual folders, and for everything in a browser. */
export function createClientHost(connection: Connection): Host {
  const ask = <T>(method: string, params: UriParams | FileParams): Promise<T> =>
    connection.sendRequest<T>(method, params);
  return {
    readDirectory: async (folder) => {
      const result = await ask<DirectoryResult>(readDirectoryRequest, { uri: toUri(folder) });
      if ('skipped' in result) throw hostError(result.skipped, `cannot list the folder ${folder}`);
      return result.entries;
    },
    stat: async (path) =>
      (await ask<FileStat | null>(statRequest, { uri: toUri(path) }).catch(() => null)) ?? undefined,
    readFile: (file, maxBytes) =>
      ask<FileText>(readFileRequest, { uri: toUri(file), maxBytes }).catch(() => ({ skipped: 'unreadable' as const })),
    yield: () => new Promise((resolve) => setTimeout(resolve, 0)),
  };
}

/** Reads local files directly and all others through the editor; programs run on local files alone. */
export function combineHosts(local: Host, other: Host): Host {
  const hostOf = (path: string) => (isLocal(path) ? local : other);
  return {
    readDirectory: (folder) => hostOf(folder).readDirectory(folder),
    stat: (path) => hostOf(path).stat(path),
    readFile: (file, maxBytes) => hostOf(file).readFile(file, maxBytes),
    yield: local.yield,
    ...(local.helm && { helm: local.helm }),
  };
}

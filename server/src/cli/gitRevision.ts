import { isInside, joinPath, relativePath } from '../core/base/path.ts';
import { type DirectoryEntry, type FileText, type Host, hostError } from '../core/workspace/host.ts';

/** Reads revisions of Git repositories. */
export interface GitReader {
  /** The files of a revision of the repository that `folder` is in, or a sentence why there are none. */
  readonly open: (folder: string, revision: string) => GitTree | { readonly problem: string };
}

/** All files of a commit. */
export interface GitTree {
  /** The repository's folder. */
  readonly root: string;
  /** By path, relative to the root: sizes in bytes. Links and submodules are not listed. */
  readonly files: ReadonlyMap<string, number>;
  readonly read: (path: string) => FileText;
}

/** A host that shows a repository as it was in a revision; what lies outside of it is as it is. */
export function hostOfTree(host: Host, tree: GitTree): Host {
  const { root, files } = tree;
  const folders = foldersOf(files.keys());
  const inTree = (path: string) => isInside(root, path) && !isInside(joinPath(root, '.git'), path);
  const { helm: _, ...plain } = host;
  return {
    ...plain,
    readDirectory: (folder) => {
      if (!inTree(folder)) return host.readDirectory(folder);
      const entries = folders.get(relativePath(root, folder));
      if (entries === undefined) throw hostError('missing', `cannot list the folder ${folder}`);
      return [...entries].map(([name, kind]) => ({ name, kind }));
    },
    stat: (path) => {
      if (!inTree(path)) return host.stat(path);
      const relative = relativePath(root, path);
      const size = files.get(relative);
      if (size !== undefined) return { kind: 'file', size, id: `git:${relative}` };
      return folders.has(relative) ? { kind: 'folder', size: 0, id: `git:${relative}/` } : undefined;
    },
    realPath: (path) => (inTree(path) ? path : (host.realPath?.(path) ?? path)),
    readFile: (file, maxBytes) => {
      if (!inTree(file)) return host.readFile(file, maxBytes);
      const relative = relativePath(root, file);
      const size = files.get(relative);
      if (size === undefined) return { skipped: folders.has(relative) ? 'not-a-file' : 'missing' };
      return size > maxBytes ? { skipped: 'too-large' } : tree.read(relative);
    },
  };
}

type Entries = Map<string, DirectoryEntry['kind']>;

/** The entries of each folder; the repository's own is the empty path. */
function foldersOf(files: Iterable<string>): ReadonlyMap<string, Entries> {
  const folders = new Map<string, Entries>([['', new Map()]]);
  for (const file of files) {
    let kind: DirectoryEntry['kind'] = 'file';
    for (let path = file; path !== ''; ) {
      const at = path.lastIndexOf('/');
      const folder = at < 0 ? '' : path.slice(0, at);
      const entries = folders.get(folder) ?? new Map<string, DirectoryEntry['kind']>();
      const isKnown = entries.has(path.slice(at + 1));
      folders.set(folder, entries.set(path.slice(at + 1), kind));
      if (isKnown) break;
      kind = 'folder';
      path = folder;
    }
  }
  return folders;
}

/** `HEAD:deploy` → revision and path; the path is the repository's, or the current folder's where it starts with a dot. */
export function parseRevision(given: string): { readonly revision: string; readonly path: string | undefined } {
  const at = given.indexOf(':');
  return at < 0
    ? { revision: given, path: undefined }
    : { revision: given.slice(0, at), path: given.slice(at + 1).replace(/\/$/, '') };
}

/** The absolute path that `PATH` of `REV:PATH` means. */
export function pathInTree({ root }: GitTree, path: string, here: string): string {
  return /^\.\.?(\/|$)/.test(path) ? joinPath(here, path) : joinPath(root, path);
}

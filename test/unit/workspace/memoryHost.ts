import type { Awaitable } from '../../../server/src/core/base/awaitable.ts';
import { type DirectoryEntry, type FileStat, type Host, hostError } from '../../../server/src/core/workspace/host.ts';

/** A tree of folders: a string is a file's text, `{ link }` leads to an absolute path, `denied` a folder nobody may list. */
export interface Tree {
  readonly [name: string]: string | Tree | { readonly link: string } | 'denied';
}

export interface MemoryHost extends Host {
  /** Every folder that was listed and every file that was opened, in order. */
  readonly touched: readonly string[];
}

/** A host over `/root`, answering at once or, with `asynchronous`, by promises. */
export function createMemoryHost(tree: Tree, asynchronous = false): MemoryHost {
  const touched: string[] = [];
  const later = <T>(answer: () => T): Awaitable<T> =>
    asynchronous ? new Promise<T>((resolve) => resolve(answer())) : answer();
  return {
    touched,
    readDirectory: (folder) =>
      later(() => {
        touched.push(folder);
        const found = find(tree, folder)?.node;
        if (found === 'denied') throw hostError('denied', folder);
        if (found === undefined) throw hostError('missing', folder);
        if (typeof found === 'string') throw hostError('not-a-folder', folder);
        return Object.entries(found).map(([name, node]): DirectoryEntry => ({ name, kind: kindOf(node) }));
      }),
    stat: (path) =>
      later((): FileStat | undefined => {
        const found = find(tree, path);
        if (found === undefined) return undefined;
        const isFile = typeof found.node === 'string' && found.node !== 'denied';
        return { kind: isFile ? 'file' : 'folder', size: isFile ? found.node.length : 0, id: found.path };
      }),
    realPath: (path) => find(tree, path)?.path ?? path,
    readFile: (file) =>
      later(() => {
        touched.push(file);
        const found = find(tree, file)?.node;
        return typeof found === 'string' ? { text: found } : { skipped: 'missing' };
      }),
    yield: () => Promise.resolve(),
  };
}

type Node = Tree[string] | Tree;

function kindOf(node: Node): DirectoryEntry['kind'] {
  if (isLink(node)) return 'link';
  return typeof node === 'string' && node !== 'denied' ? 'file' : 'folder';
}

function isLink(node: Node): node is { readonly link: string } {
  return typeof node === 'object' && typeof node.link === 'string';
}

/** Follows links, at most 40 as Linux does. */
function find(tree: Tree, path: string, links = 0): { readonly node: Node; readonly path: string } | undefined {
  if (links > 40) return undefined;
  let node: Node = { root: tree };
  let at = '';
  for (const name of path.split('/').slice(1)) {
    if (typeof node === 'string') return undefined;
    const child: Node | undefined = (node as Tree)[name];
    if (child === undefined) return undefined;
    at += `/${name}`;
    node = child;
    if (!isLink(node)) continue;
    const target = find(tree, node.link, links + 1);
    if (target === undefined) return undefined;
    ({ node, path: at } = target);
  }
  return { node, path: at };
}

import { basename, dirname, isInside, joinPath } from '../../base/path.ts';
import type { GitOpsObject } from './deployment.ts';

/** The Git repository that a workspace folder belongs to, as far as deployments ask for it. */
export interface Repository {
  /** The folder that paths of deployments start from. */
  readonly root: string;
  /** Addresses of its remotes: see {@link readRemotes}. */
  readonly remotes: readonly string[];
  /** All known files, sorted. */
  readonly files: readonly string[];
  /** Every folder that holds one, at any depth, sorted. */
  readonly folders: readonly string[];
  /** The text of a known file; `undefined` too while it is not at hand. */
  readonly read: (path: string) => string | undefined;
  /** The same for a file that a kustomization is built from: what depends on its text shows in the build. */
  readonly readPart: (path: string) => string | undefined;
  /** ConfigMaps and Secrets of a name, as written. */
  readonly findObjects: (kind: 'ConfigMap' | 'Secret', name: string) => readonly GitOpsObject[];
  /** What asks for both: is there a file or folder of this path? */
  readonly has: (path: string) => boolean;
}

export function createRepository(
  given: Pick<Repository, 'root' | 'remotes' | 'read' | 'findObjects'> &
    Partial<Pick<Repository, 'readPart'>> & { readonly files: Iterable<string> },
): Repository {
  const files = [...given.files].filter((file) => isInside(given.root, file)).sort();
  const folders = new Set<string>();
  for (const file of files) {
    for (let folder = dirname(file); isInside(given.root, folder) && !folders.has(folder); folder = dirname(folder)) {
      folders.add(folder);
      if (folder === dirname(folder)) break;
    }
  }
  const known = new Set(files);
  return {
    readPart: given.read,
    ...given,
    files,
    folders: [...folders].sort(),
    has: (path) => known.has(path) || folders.has(path),
  };
}

/** The known files in or below a folder. */
export function filesBelow({ files }: Repository, folder: string): readonly string[] {
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const start = firstFrom(files, prefix);
  let end = start;
  while (files[end]?.startsWith(prefix) === true) end++;
  return files.slice(start, end);
}

/** The absolute path of one that a deployment gives relative to the repository; `undefined` where it leaves it. */
export function resolvePath({ root }: Repository, path: string, folder = root): string | undefined {
  const resolved = joinPath(folder, path.replace(/^\/+/, ''));
  const leaves = `${folder.slice(root.length)}/${path}`
    .split('/')
    .reduce(
      (level, name) =>
        level < 0 ? level : name === '..' ? level - 1 : name === '' || name === '.' ? level : level + 1,
      0,
    );
  return leaves < 0 || !isInside(root, resolved) ? undefined : resolved;
}

/** Whether a folder is the top of a Helm chart. */
export function isChart({ has }: Repository, folder: string): boolean {
  return has(joinPath(folder, 'Chart.yaml'));
}

export type SameRepository = 'yes' | 'no' | 'unknown';

/**
 * Whether an address means this repository. Remotes decide: by address, and by the name alone, for forks and mirrors keep it
 * while their manifests go on naming the original. Without remotes only the folder's own name can say yes; never a mere path
 * that exists in both, for `apps/web` exists everywhere, and a wrong guess would judge manifests by a stranger's settings.
 */
export function isThisRepository({ root, remotes }: Repository, url: string): SameRepository {
  const address = readAddress(url);
  if (address === undefined) return 'unknown';
  const name = basename(address);
  const known = remotes.map(readAddress).filter((remote) => remote !== undefined);
  if (known.length > 0) return known.some((remote) => remote === address || basename(remote) === name) ? 'yes' : 'no';
  return name === basename(root).toLowerCase() ? 'yes' : 'unknown';
}

/** The addresses of the remotes in the text of a `.git/config`. */
export function readRemotes(config: string): readonly string[] {
  const remotes: string[] = [];
  let isRemote = false;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[\s*([\w.-]+)/.exec(line)?.[1];
    if (section !== undefined) isRemote = section.toLowerCase() === 'remote';
    const url = isRemote ? /^\s*url\s*=\s*"?([^"\s#;]+)/i.exec(line)?.[1] : undefined;
    if (url !== undefined) remotes.push(url);
  }
  return remotes;
}

/** `github.com/owner/name` of `git@github.com:Owner/name.git` and `https://user@github.com/owner/name/`; `undefined` for placeholders. */
function readAddress(url: string): string | undefined {
  if (/[<>{}$\s]|^$/.test(url) || /^oci:/i.test(url)) return undefined;
  const bare = url
    .toLowerCase()
    .replace(/[?#].*$/, '')
    .replace(/^git::/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const scp = /^(?:[^@/]+@)?([^:/]+):(?!\/\/)(.+)$/.exec(bare);
  if (scp !== null) return `${scp[1]}/${(scp[2] ?? '').replace(/^\/+/, '')}`;
  return bare
    .replace(/^[a-z+]+:\/\//, '')
    .replace(/^[^@/]*@/, '')
    .replace(/^([^/]+):\d+\//, '$1/');
}

function firstFrom(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

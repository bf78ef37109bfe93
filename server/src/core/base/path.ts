// The core names a file by an absolute, decoded path with `/` (`/repo/a b.yaml`, `c:/repo/a.yaml`, `//server/share/a.yaml`)
// or, in a virtual folder, by `scheme://authority/path`. These helpers work on such names as text and never touch a file.

/**
 * `joinPath('/repo/apps', '../base/./web.yaml')` is `/repo/base/web.yaml`. `..` stops at the root. A `relative` that starts
 * with `/` is taken from the folder's root, one with a root of its own (drive, scheme) replaces the folder.
 */
export function joinPath(folder: string, relative: string): string {
  const root = rootOf(relative);
  if (root === '/') return normalisePath((rootOf(folder) || '/') + relative.slice(1));
  return normalisePath(root === '' ? `${folder}/${relative}` : relative);
}

/** Resolves `.`, `..`, doubled and trailing slashes: `/a//b/../c/` is `/a/c`. The root itself keeps its slash. */
export function normalisePath(path: string): string {
  const root = rootOf(path);
  const names: string[] = [];
  for (const name of path.slice(root.length).split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return root + names.join('/');
}

/** The folder of a file: `/repo` for `/repo/a.yaml`, `/` for `/repo`; a root is its own folder. */
export function dirname(path: string): string {
  const root = rootOf(path);
  const slash = path.lastIndexOf('/');
  return slash < root.length ? root : path.slice(0, slash);
}

/** The last name of a path: `a.yaml` for `/repo/a.yaml`, empty for a root. */
export function basename(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/') + 1, rootOf(path).length));
}

/** The extension in lower case with its dot: `.yaml` for `/repo/A.YAML`, empty for `/repo/.gitignore` and `/repo/Makefile`. */
export function extension(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot <= 0 ? '' : name.slice(dot).toLowerCase();
}

/** Whether `file` is `folder` itself or lies somewhere below it. */
export function isInside(folder: string, file: string): boolean {
  if (!file.startsWith(folder)) return false;
  return file.length === folder.length || folder.endsWith('/') || file[folder.length] === '/';
}

/**
 * The way from a folder to a file: `../base/a.yaml` from `/repo/dev` to `/repo/base/a.yaml`, empty when they are equal.
 * Between two roots (drives, schemes) there is none, and `to` itself is the answer.
 */
export function relativePath(from: string, to: string): string {
  if (isInside(from, to)) return to.slice(from.endsWith('/') ? from.length : from.length + 1);
  const root = rootOf(to);
  if (rootOf(from) !== root) return to;
  const fromNames = namesBelow(root, from);
  const toNames = namesBelow(root, to);
  let common = 0;
  while (common < fromNames.length && fromNames[common] === toNames[common]) common++;
  return [...fromNames.slice(common).map(() => '..'), ...toNames.slice(common)].join('/');
}

/** The part of a path that `..` cannot leave, with its slash: `/`, `c:/`, `//server/share/`, `vscode-vfs://github/`; empty for a relative path. */
export function rootOf(path: string): string {
  if (path.startsWith('/')) return path.startsWith('//') ? (/^\/\/[^/]+\/[^/]+(?:\/|$)/.exec(path)?.[0] ?? '/') : '/';
  return /^(?:[A-Za-z][A-Za-z0-9+.-]+:\/\/[^/]*(?:\/|$)|[A-Za-z]:(?:\/|$))/.exec(path)?.[0] ?? '';
}

function namesBelow(root: string, path: string): readonly string[] {
  const below = path.slice(root.length);
  return below === '' ? [] : below.split('/');
}

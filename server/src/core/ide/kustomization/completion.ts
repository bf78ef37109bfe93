import type { Awaitable } from '../../base/awaitable.ts';
import { basename, dirname, isInside, joinPath, relativePath } from '../../base/path.ts';
import type { Span } from '../../base/span.ts';
import { isKustomizationFile, type Kustomization } from '../../sources/kustomization.ts';
import type { DirectoryEntry } from '../../workspace/host.ts';
import type { PlaceRequest } from '../locate.ts';
import { type PathSlot, pathSlotAt } from './pathSlot.ts';
import { type Accepts, PATH_FIELDS, writtenPaths } from './writtenPaths.ts';

export interface PathCompletion {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  /** What it replaces, and by what. */
  readonly span: Span;
  readonly newText: string;
}

/** More than a list can show. */
const MAX_PATHS = 200;

/**
 * The paths that can stand at a place of a kustomization and do not stand there yet, the nearest first. `list` lists a folder,
 * for what the index does not hold, and never fails.
 */
export async function completePaths(
  request: PlaceRequest,
  list: (folder: string) => Awaitable<readonly DirectoryEntry[]>,
): Promise<readonly PathCompletion[]> {
  const { path: file, text, offset } = request;
  if (!isKustomizationFile(basename(file))) return [];
  const slot = pathSlotAt(text, offset);
  const accepts = slot && Object.hasOwn(PATH_FIELDS, slot.field) ? PATH_FIELDS[slot.field] : undefined;
  if (slot === undefined || accepts === undefined) return [];
  const taken = new Set(
    writtenPaths(file, text)
      .filter(({ start, end }) => offset < start || end < offset)
      .map(({ target }) => target),
  );
  const found = accepts === 'text' ? await listed(request, slot, list) : indexed(request, accepts);
  const folder = dirname(file);
  const dot = slot.typed.startsWith('./') ? './' : '';
  const typedFolder = slot.typed.slice(dot.length, slot.typed.lastIndexOf('/') + 1);
  return found
    .filter(({ target }) => !taken.has(target))
    .map(({ target, kind }) => ({ path: relativePath(folder, target), kind }))
    .filter(({ path }) => path.startsWith(typedFolder) && !(dot !== '' && path.startsWith('..')))
    .sort((a, b) => distance(a.path) - distance(b.path) || (a.path < b.path ? -1 : 1))
    .slice(0, MAX_PATHS)
    .map(({ path, kind }) => toCompletion(`${dot}${path}`, kind, accepts, slot));
}

function toCompletion(path: string, kind: PathCompletion['kind'], accepts: Accepts, slot: PathSlot): PathCompletion {
  const { start, end, needsSpace } = slot;
  const written = kind === 'folder' && accepts === 'text' ? `${path}/` : path;
  return { path: written, kind, span: { start, end }, newText: needsSpace ? ` ${written}` : written };
}

/** Steps up count more than steps down. */
function distance(path: string): number {
  const names = path.split('/');
  return names.length + 10 * names.filter((name) => name === '..').length;
}

interface Candidate {
  readonly target: string;
  readonly kind: PathCompletion['kind'];
}

function indexed({ folder: { files }, path: own }: PlaceRequest, accepts: Accepts): readonly Candidate[] {
  const folder = dirname(own);
  const found: Candidate[] = [];
  const inner = new Set<string>();
  for (const { kustomization } of files.values()) {
    if (kustomization === undefined || kustomization.file === own) continue;
    if (isInside(folder, kustomization.folder)) inner.add(kustomization.folder);
    if (isMeant(kustomization, accepts) && !isInside(kustomization.folder, folder))
      found.push({ target: kustomization.folder, kind: 'folder' });
  }
  if (accepts === 'folder' || accepts === 'component') return found;
  for (const { path, resources } of files.values()) {
    if (!isInside(folder, path) || isKustomizationFile(basename(path))) continue;
    if (accepts === 'objects' && resources.length === 0) continue;
    if (!isBelowAny(inner, folder, path)) found.push({ target: path, kind: 'file' });
  }
  return found;
}

function isMeant({ isComponent }: Kustomization, accepts: Accepts): boolean {
  if (accepts === 'component') return isComponent;
  return !isComponent && (accepts === 'objects' || accepts === 'folder');
}

/** Whether a file belongs to another kustomization on the way down to it. */
function isBelowAny(folders: ReadonlySet<string>, top: string, file: string): boolean {
  for (let folder = dirname(file); folder !== top && isInside(top, folder); folder = dirname(folder)) {
    if (folders.has(folder)) return true;
  }
  return false;
}

/** One folder: kustomize reads no files above its own, so nothing is offered there. */
async function listed(
  { path }: PlaceRequest,
  { typed }: PathSlot,
  list: (folder: string) => Awaitable<readonly DirectoryEntry[]>,
): Promise<readonly Candidate[]> {
  const own = dirname(path);
  const folder = joinPath(own, typed.slice(0, typed.lastIndexOf('/') + 1));
  if (!isInside(own, folder)) return [];
  const entries = await list(folder);
  return entries
    .filter(({ name }) => !isKustomizationFile(name) && name !== '.git')
    .map(({ name, kind }) => ({ target: joinPath(folder, name), kind: kind === 'folder' ? 'folder' : 'file' }));
}

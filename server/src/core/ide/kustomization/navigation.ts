import { basename } from '../../base/path.ts';
import { type Span, touches } from '../../base/span.ts';
import { isKustomizationFile } from '../../sources/kustomization.ts';
import type { WorkspaceFolder } from '../../workspace/folder.ts';
import { parseSingle } from '../../yaml/parse.ts';
import { findPath } from '../../yaml/path.ts';
import { locate, type PlaceRequest } from '../locate.ts';
import { destinationOf, type Listing, listingsOf, writtenPaths } from './writtenPaths.ts';

/** A path in a text, and the file that it leads to. */
export interface PathLink extends Span {
  readonly file: string;
}

/** The paths of a kustomization that lead to a file, or to a folder with a kustomization, that is there. */
export function pathLinks(folder: WorkspaceFolder, path: string, text: string): readonly PathLink[] {
  return writtenPaths(path, text).flatMap(({ start, end, target }) => {
    const file = destinationOf(folder, target);
    return file === undefined ? [] : [{ start, end, file }];
  });
}

/** Where the path under the cursor leads. */
export function findPathTarget({ folder, path, text, offset }: PlaceRequest): PathLink | undefined {
  return pathLinks(folder, path, text).find((link) => touches(link, offset));
}

/**
 * The kustomizations that list a file. Asked for on a path: what else lists its target; elsewhere in a kustomization what
 * lists that; in a file of objects at the `kind` or name of one, at the head of a patch too.
 */
export function findListings(request: PlaceRequest): readonly Listing[] {
  const { folder, path, text, offset } = request;
  if (isKustomizationFile(basename(path))) {
    const target = findPathTarget(request);
    if (target !== undefined) return listingsOf(folder, target.file);
    return findPath(parseSingle(text).root, offset).length === 1 ? listingsOf(folder, path) : [];
  }
  const names = locate(request)?.steps.map((step) => (step.kind === 'item' ? '[]' : step.pair.name));
  return names !== undefined && HEADS.has(names.join('.')) ? listingsOf(folder, path) : [];
}

const HEADS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata.name']);

import { joinPath } from '../../base/path.ts';
import { FILE_NAMES } from '../kustomize/accumulate.ts';
import { type Amendment, amendKustomization } from './amendKustomization.ts';
import type { AmendedKustomization, GapCode } from './deployment.ts';
import type { Repository } from './repository.ts';

/** The file that kustomize would build in a folder. */
export function findKustomization(repository: Repository, folder: string): string | undefined {
  return FILE_NAMES.map((name) => joinPath(folder, name)).find((file) => repository.has(file));
}

export type AmendedFolder =
  | { readonly kustomization: AmendedKustomization | undefined }
  | { readonly gap: GapCode; readonly message: string };

/** A folder's kustomization after its amendments; none where nothing changes. `generated` stands where the folder has none. */
export function amendFolder(
  repository: Repository,
  folder: string,
  amendments: readonly Amendment[],
  generated?: string,
): AmendedFolder {
  const file = findKustomization(repository, folder);
  if (file === undefined && generated === undefined) {
    return { gap: 'missing-kustomization', message: 'there is no kustomization in the folder' };
  }
  if (file !== undefined && amendments.length === 0) return { kustomization: undefined };
  const text = file === undefined ? generated : repository.read(file);
  const kustomization =
    text === undefined
      ? undefined
      : amendKustomization(file ?? joinPath(folder, 'kustomization.yaml'), text, amendments);
  if (kustomization === undefined) return { gap: 'unread', message: 'the kustomization in the folder cannot be read' };
  return { kustomization };
}

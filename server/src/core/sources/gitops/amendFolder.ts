import { joinPath } from '../../base/path.ts';
import { FILE_NAMES } from '../kustomize/accumulate.ts';
import { type Amendment, amendKustomization, type NodePlace } from './amendKustomization.ts';
import type { AmendedKustomization, GapCode } from './deployment.ts';
import type { Repository } from './repository.ts';

/** The file that kustomize would build in a folder. */
export function findKustomization(repository: Repository, folder: string): string | undefined {
  return FILE_NAMES.map((name) => joinPath(folder, name)).find((file) => repository.has(file));
}

/** A kustomization that a tool writes where there is none, and what in the deployment makes it do so. */
export interface GeneratedText {
  readonly text: string;
  readonly madeFrom: NodePlace;
}

export type AmendedFolder =
  | { readonly kustomization: AmendedKustomization | undefined }
  | { readonly gap: GapCode; readonly message: string };

/** A folder's kustomization after its amendments; none where nothing changes. `generated` stands where the folder has none. */
export function amendFolder(
  repository: Repository,
  folder: string,
  amendments: readonly Amendment[],
  generated?: GeneratedText,
): AmendedFolder {
  const file = findKustomization(repository, folder);
  if (file === undefined && generated === undefined) {
    return { gap: 'missing-kustomization', message: 'there is no kustomization in the folder' };
  }
  if (file !== undefined && amendments.length === 0) return { kustomization: undefined };
  const text = file === undefined ? generated?.text : repository.read(file);
  const path = file ?? joinPath(folder, 'kustomization.yaml');
  const madeFrom = file === undefined ? generated?.madeFrom : undefined;
  const kustomization = text === undefined ? undefined : amendKustomization(path, text, amendments, madeFrom);
  if (kustomization === undefined) return { gap: 'unread', message: 'the kustomization in the folder cannot be read' };
  return { kustomization };
}

import type { ResourceIndex } from './resourceIndex.ts';

/**
 * What would be applied together, and the scope in which references resolve: a kustomization build, a chart, or the
 * loose manifests of a workspace folder. One file can be in many units.
 */
export interface Unit {
  /** `kustomization:/repo/overlays/dev`, `loose:/repo`. */
  readonly id: string;
  readonly kind: 'loose' | 'kustomization' | 'chart';
  /** For people: the folder, relative to the workspace folder (`overlays/dev`), empty for loose manifests. */
  readonly label: string;
  readonly folder: string;
  readonly index: ResourceIndex;
  /** Everything else in the same workspace folder, as written: an absence counts only where these lack it too. */
  readonly others: readonly ResourceIndex[];
  /** Why objects may exist that the unit does not show (remote base, generator, a file that cannot be read). */
  readonly open: string | undefined;
}

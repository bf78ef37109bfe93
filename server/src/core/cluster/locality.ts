import { dirname } from '../base/path.ts';
import { type LabelSelector, matchRequirement } from '../k8s/labels.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import type { Selection } from './selection.ts';

/**
 * How far apart two files lie: 0 for one file, 1 for one folder, and one more for every step from folder to folder.
 * `/a/x.yaml` and `/a/b/y.yaml` are 2 apart, `/a/b/x.yaml` and `/a/c/y.yaml` 3.
 */
export function distanceOf(one: string, other: string): number {
  if (one === other) return 0;
  const a = dirname(one).split('/');
  const b = dirname(other).split('/');
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return 1 + (a.length - common) + (b.length - common);
}

/** The least distance of a file to any of the workloads; infinite where there are none. */
export function distanceTo(file: string, workloads: readonly Workload[]): number {
  return Math.min(...workloads.map((workload) => distanceOf(file, workload.file)));
}

/**
 * What speaks against "this selector takes nothing", in the unit and beside it: workloads that it takes perhaps.
 * `undefined` where it takes one certainly.
 */
export function findDoubts(unit: Unit, select: (index: ResourceIndex) => Selection): readonly Workload[] | undefined {
  const doubts: Workload[] = [];
  for (const index of [unit.index, ...unit.others]) {
    const { matched, possible } = select(index);
    if (matched.length > 0) return undefined;
    doubts.push(...possible);
  }
  return doubts;
}

/**
 * Whether what speaks for a slip outweighs the doubts: it stands nearer to the object than all of them. A folder holds
 * many applications; a template at its other end, which may get any label, says nothing about this one. Pods whose
 * written labels fit count wherever they are: only their namespace, or a patch, is in doubt.
 */
export function outweighs(
  file: string,
  evidence: Workload,
  doubts: readonly Workload[],
  selector: LabelSelector,
): boolean {
  if (doubts.length === 0) return true;
  const near = distanceOf(file, evidence.file);
  if (near > NEAR) return false;
  return doubts.every((doubt) => distanceOf(file, doubt.file) > near && !fitsAsWritten(selector, doubt));
}

/** Another folder counts where it lies in the object's own, or around it. */
export const NEAR = 2;

/** Whether an object and a workload belong together: applied by one kustomization, or in one file or folder. */
export function standsNear(unit: Unit, file: string, workload: Workload): boolean {
  return unit.kind !== 'loose' || distanceOf(file, workload.file) <= 1;
}

/** Whether the labels that a template writes fit a selector, whatever the namespaces, and whatever may change them. */
export function fitsAsWritten(selector: LabelSelector, { template: { labels } }: Workload): boolean {
  return labels !== undefined && selector.requirements.every((each) => matchRequirement(each, labels) === 'yes');
}

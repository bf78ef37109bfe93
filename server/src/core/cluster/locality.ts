import { type LabelSelector, matchRequirement } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { Unit } from '../sources/unit.ts';
import { matchWorkload, type Selection } from './selection.ts';

/**
 * How far apart two files lie: 0 for one file, 1 for one folder, and one more for every step from folder to folder.
 * `/a/x.yaml` and `/a/b/y.yaml` are 2 apart, `/a/b/x.yaml` and `/a/c/y.yaml` 3.
 */
export function distanceOf(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  let common = 0;
  for (let at = 0; at < length && one.charCodeAt(at) === other.charCodeAt(at); at++) {
    if (one.charCodeAt(at) === SLASH) common = at + 1;
  }
  return 1 + foldersAfter(one, common) + foldersAfter(other, common);
}

const SLASH = 47;

function foldersAfter(path: string, start: number): number {
  let count = 0;
  for (let at = path.indexOf('/', start); at >= 0; at = path.indexOf('/', at + 1)) count++;
  return count;
}

/** The least distance of a file to any of the workloads; infinite where there are none. */
export function distanceTo(file: string, workloads: readonly Workload[]): number {
  return Math.min(...workloads.map((workload) => distanceOf(file, workload.file)));
}

/**
 * What speaks against "this selector takes nothing", in the unit and beside it: workloads that it takes perhaps.
 * `undefined` where it takes one certainly that is no other copy.
 */
export function findDoubts(
  unit: Unit,
  select: (index: ResourceIndex) => Selection,
  isOtherCopy: (workload: Workload) => boolean = () => false,
): readonly Workload[] | undefined {
  const doubts: Workload[] = [];
  for (const index of [unit.index, ...unit.others]) {
    const { matched, possible } = select(index);
    if (!matched.every(isOtherCopy)) return undefined;
    doubts.push(...matched, ...possible);
  }
  return doubts;
}

/**
 * Whether a workload that a Service takes is of another copy of the application: nearer to it, and not beside the Service,
 * stands a Service of the same name that takes it too. Repositories hold an application once per variant.
 */
export function isOfOtherCopy(service: Service, workload: Workload, unit: Unit): boolean {
  const name = service.name?.value;
  const distance = distanceOf(service.file, workload.file);
  if (unit.kind !== 'loose' || name === undefined || distance <= 1) return false;
  return [unit.index, ...unit.others].some((index) =>
    index.services(name).some((other) => {
      if (distanceOf(other.file, workload.file) >= distance || !selectsPods(other)) return false;
      return other.selector !== undefined && matchWorkload(other.selector, workload) === 'yes';
    }),
  );
}

/** How much the evidence of a slip counts: all of it, in spite of something near that may be what is missing, or nothing. */
export type Weight = 'full' | 'doubtful' | 'none';

/**
 * Weighs what speaks for a slip against the workloads that a selector perhaps takes. Pods whose written labels fit count
 * wherever they are: only their namespace, or a patch, is in doubt. A folder holds many applications; a template at its
 * other end, which may get any label, says nothing about this one, and one that stands near leaves it in doubt.
 */
export function weigh(
  unit: Unit,
  file: string,
  evidence: Workload,
  doubts: readonly Workload[],
  selector: LabelSelector,
  isOtherCopy: (workload: Workload) => boolean = () => false,
): Weight {
  if (doubts.length === 0) return 'full';
  const near = distanceOf(file, evidence.file);
  if (near > NEAR || doubts.includes(evidence)) return 'none';
  const others = near > 1 ? doubts : doubts.filter((doubt) => !isOtherCopy(doubt));
  if (others.some((doubt) => fitsAsWritten(selector, doubt))) return 'none';
  return others.some((doubt) => countsNear(unit, file, doubt)) ? 'doubtful' : 'full';
}

/** Whether an undecided object is one of this application: in the same build, or, among loose files, near a file. */
export function countsNear({ kind, index }: Unit, file: string, undecided: Resource): boolean {
  if (kind !== 'loose' && index.inFile(undecided.file).includes(undecided)) return true;
  return distanceOf(file, undecided.file) <= NEAR;
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

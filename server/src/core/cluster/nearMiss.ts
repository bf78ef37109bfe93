import { editDistance, findNearest } from '../base/editDistance.ts';
import type { Located } from '../base/span.ts';
import type { Field } from '../k8s/field.ts';
import type { LabelSelector, Requirement } from '../k8s/labels.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { distanceOf } from './locality.ts';
import { isRuntimeLabel, matchPodRequirement, sameNamespace } from './selection.ts';

/**
 * A workload that a selector misses by one requirement, with evidence that this is a slip: the value (or key) there
 * is a typo away from the one asked for, and the one asked for is the name of nothing else.
 */
export interface NearMiss {
  readonly workload: Workload;
  readonly requirement: Requirement;
  /** What differs: the value under the same key, or the key over the same value. */
  readonly differs: 'value' | 'key';
  /** The label's key or value in the Pod template. */
  readonly actual: Located<string>;
}

/** A workload by whose name a Service means it, with the requirements that keep its Pods out. */
export interface Namesake {
  readonly workload: Workload;
  readonly failing: readonly Requirement[];
}

/**
 * The one slip of a selector that takes nothing; `undefined` when there is none, or several that differ. Most selectors
 * that match nothing in a repository are right (operators, labels set at run time, Pods from elsewhere), so a shared
 * label, or a name with a part more (`web-primary`), is no evidence. What stands in the selector's own `file` explains it
 * before the rest of its folder does, and that before all else.
 */
export function findNearMiss(
  index: ResourceIndex,
  selector: LabelSelector,
  namespace: Field<string>,
  file?: string,
): NearMiss | undefined {
  if (selector.open) return undefined;
  const slips = selector.requirements.flatMap((requirement) => {
    const wanted = wantedOf(requirement);
    if (wanted === undefined) return [];
    const rest = selector.requirements.filter((other) => other !== requirement);
    const candidate: Candidate = { index, rest, requirement, wanted, namespace };
    return [{ candidate, byValue: valueMisses(candidate), byKey: keyMisses(candidate) }];
  });
  for (const reach of file === undefined ? [Number.POSITIVE_INFINITY] : [0, 1, Number.POSITIVE_INFINITY]) {
    const isInReach = ({ workload }: NearMiss) => distanceOf(file ?? workload.file, workload.file) <= reach;
    const misses = slips.flatMap(({ candidate, byValue, byKey }) => {
      const values = nearestValues(candidate, byValue.filter(isInReach));
      return values.length > 0 ? values : byKey.filter(isInReach);
    });
    const [first] = misses;
    if (first === undefined) continue;
    const isOne = misses.every(
      ({ actual, requirement }) => actual.value === first.actual.value && requirement === first.requirement,
    );
    return isOne ? first : undefined;
  }
  return undefined;
}

/**
 * The workloads that are called like an object whose selector takes nothing (`web` or `web-service` for `Deployment/web`),
 * and that its selector certainly does not take. One with a template without labels is a patch, or has a graver fault than the selector.
 */
export function findNamesakes(
  index: ResourceIndex,
  selector: LabelSelector,
  namespace: Field<string>,
  name: string,
): readonly Namesake[] {
  const stem = stemOf(name);
  const names = ['', ...SUFFIXES].map((suffix) => stem + suffix);
  const found: Namesake[] = [];
  for (const workload of names.flatMap((each) => WORKLOAD_KINDS.flatMap((kind) => index.named(kind, each)))) {
    if (workload.type !== 'workload' || workload.opaque || workload.maker === 'custom') continue;
    if (sameNamespace(workload.namespace, namespace) === 'no') continue;
    if (workload.maker !== 'Pod' && workload.template.labels === undefined) continue;
    const failing = selector.requirements.filter((each) => matchPodRequirement(each, workload) === 'no');
    if (failing.length > 0 && !failing.some(({ key }) => isRuntimeLabel(key.value))) found.push({ workload, failing });
  }
  return found;
}

/** Whether two names belong to one thing: `web`, `web-svc`, `web-deployment`, `web-metrics`. */
export function areRelatedNames(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return stemOf(a) === stemOf(b) || a.startsWith(`${b}-`) || b.startsWith(`${a}-`);
}

/** Whether a letter or two are wrong; a part more or less (`web-primary` for `web`) makes the name of another thing. */
export function isTypo(wanted: string, actual: string): boolean {
  if (wanted === actual || findNearest(wanted, [actual], (text) => text) === undefined) return false;
  const parts = (text: string) => text.split(/[-._/]/).length;
  return parts(wanted) === parts(actual) || editDistance(wanted.toLowerCase(), actual.toLowerCase(), 1) <= 1;
}

interface Candidate {
  readonly index: ResourceIndex;
  readonly rest: readonly Requirement[];
  readonly requirement: Requirement;
  readonly wanted: string;
  readonly namespace: Field<string>;
}

/** Only one decided value can be misspelt, and only under a key that no running Pod gets by itself. */
function wantedOf({ key, operator, values, decided }: Requirement): string | undefined {
  const [wanted, another] = values;
  if (!decided || operator !== 'In' || another !== undefined || isRuntimeLabel(key.value)) return undefined;
  return wanted?.value;
}

function valueMisses(candidate: Candidate): readonly NearMiss[] {
  const { index, requirement, wanted } = candidate;
  const mayBeNear = createSieve(wanted);
  const near: NearMiss[] = [];
  for (const text of index.labelValues(requirement.key.value)) {
    if (!mayBeNear(text) || !isTypo(wanted, text)) continue;
    for (const workload of index.workloadsWithLabel(requirement.key.value, text)) {
      const value = workload.template.labels?.entries.find(({ key }) => key.value === requirement.key.value)?.value;
      if (value?.value === text && matchesRest(workload, candidate))
        near.push({ workload, requirement, differs: 'value', actual: value });
    }
  }
  return near;
}

/** Of several values the one that is nearest, unless another workload has the name that is asked for. */
function nearestValues({ index, wanted, namespace }: Candidate, near: readonly NearMiss[]): readonly NearMiss[] {
  const nearest = findNearest(wanted, near, ({ actual }) => actual.value)?.actual.value;
  const misses = near.filter(({ actual }) => actual.value === nearest);
  return misses.some(({ workload }) => isNameOfAnother(index, wanted, workload, namespace)) ? [] : misses;
}

function keyMisses(candidate: Candidate): readonly NearMiss[] {
  const { index, requirement, wanted } = candidate;
  const misses: NearMiss[] = [];
  for (const key of index.labelKeys) {
    if (!isKeySlip(requirement.key.value, key)) continue;
    for (const workload of index.workloadsWithLabel(key, wanted)) {
      const entry = workload.template.labels?.entries.find((each) => each.key.value === key);
      if (entry !== undefined && matchesRest(workload, candidate))
        misses.push({ workload, requirement, differs: 'key', actual: entry.key });
    }
  }
  return misses;
}

function matchesRest(workload: Workload, { rest, namespace }: Candidate): boolean {
  return (
    !workload.opaque &&
    sameNamespace(workload.namespace, namespace) !== 'no' &&
    rest.every((requirement) => matchPodRequirement(requirement, workload) !== 'no')
  );
}

/** Keys that each serve to name an application: one stands for the other where the value is the same. */
const IDENTITY_KEYS: ReadonlySet<string> = new Set(['app', 'name', 'k8s-app', 'run', 'app.kubernetes.io/name']);

/**
 * Tells at little cost that a text is more than three edits away: each edit changes the length by one at most, and the
 * letters, counted without their places, by two. Most of a large folder's values are sieved out by it.
 */
function createSieve(wanted: string): (text: string) => boolean {
  const counts = new Int16Array(128);
  const step = (text: string, by: number) => {
    for (let i = 0; i < text.length; i++) {
      const letter = text.charCodeAt(i) & 127;
      counts[letter] = (counts[letter] ?? 0) + by;
    }
  };
  const lower = wanted.toLowerCase();
  step(lower, 1);
  return (text) => {
    if (Math.abs(text.length - wanted.length) > 3) return false;
    const other = text.toLowerCase();
    step(other, -1);
    let difference = 0;
    for (let i = 0; i < counts.length; i++) difference += Math.abs(counts[i] ?? 0);
    step(other, 1);
    return difference <= 6;
  };
}

/** Two keys over one value: a small difference is a slip even where the words are short (`ap`, `app`). */
function isKeySlip(wanted: string, actual: string): boolean {
  if (wanted === actual) return false;
  const max = Math.min(wanted.length, actual.length) < 8 ? 1 : 2;
  if (IDENTITY_KEYS.has(wanted) && IDENTITY_KEYS.has(actual)) return true;
  return editDistance(wanted.toLowerCase(), actual.toLowerCase(), max) <= max;
}

/** Whether the value asked for is the name of another workload: then it is meant as it stands. */
function isNameOfAnother(index: ResourceIndex, wanted: string, near: Workload, namespace: Field<string>): boolean {
  if (near.name?.value === wanted) return false;
  return WORKLOAD_KINDS.some((kind) =>
    index.named(kind, wanted).some((other) => other !== near && sameNamespace(other.namespace, namespace) !== 'no'),
  );
}

const WORKLOAD_KINDS = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Pod',
] as const;

/** What people add to a name to tell kinds and versions apart. */
const SUFFIXES: readonly string[] = [
  ...['svc', 'service', 'headless', 'deployment', 'deploy', 'statefulset', 'sts', 'daemonset', 'ds', 'pod', 'rs'],
  ...['v1', 'v2', 'v3', 'v4'],
].map((suffix) => `-${suffix}`);

function stemOf(name: string): string {
  const suffix = SUFFIXES.find((each) => name.length > each.length && name.endsWith(each));
  return suffix === undefined ? name : name.slice(0, -suffix.length);
}

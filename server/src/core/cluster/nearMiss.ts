import { findNearest } from '../base/editDistance.ts';
import type { Located } from '../base/span.ts';
import type { Field } from '../k8s/field.ts';
import type { LabelSelector, Requirement } from '../k8s/labels.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { isRuntimeLabel, sameNamespace, selectWorkloads } from './selection.ts';

/**
 * A workload that a selector misses by one requirement, with evidence that this is a slip: the value (or key) there
 * looks like the one asked for.
 */
export interface NearMiss {
  readonly workload: Workload;
  readonly requirement: Requirement;
  /** What differs: the value under the same key, or the key over the same value. */
  readonly differs: 'value' | 'key';
  /** The label's key or value in the Pod template. */
  readonly actual: Located<string>;
}

/** The one near miss of a selector that takes nothing; `undefined` when there is none, or several that differ. */
export function findNearMiss(
  index: ResourceIndex,
  selector: LabelSelector,
  namespace: Field<string>,
): NearMiss | undefined {
  if (selector.open) return undefined;
  const misses: NearMiss[] = [];
  for (const requirement of selector.requirements) {
    const [wanted] = requirement.values;
    if (
      !requirement.decided ||
      requirement.operator !== 'In' ||
      requirement.values.length !== 1 ||
      wanted === undefined
    )
      continue;
    if (isRuntimeLabel(requirement.key.value)) continue;
    const rest = selector.requirements.filter((other) => other !== requirement);
    misses.push(...missesOf(index, { ...selector, requirements: rest }, requirement, wanted.value, namespace));
  }
  const [first] = misses;
  return misses.every((miss) => miss.actual.value === first?.actual.value && miss.requirement === first.requirement)
    ? first
    : undefined;
}

function missesOf(
  index: ResourceIndex,
  rest: LabelSelector,
  requirement: Requirement,
  wanted: string,
  namespace: Field<string>,
): readonly NearMiss[] {
  const key = requirement.key.value;
  const near = findNearest(wanted, index.labelValues(key), (value) => value);
  const byValue =
    near === undefined
      ? []
      : index.workloadsWithLabel(key, near).filter((workload) => matchesRest(index, rest, workload, namespace));
  if (byValue.length > 0) return byValue.flatMap((workload) => valueMiss(workload, requirement, near));
  if (rest.requirements.length === 0) return [];
  return selectWorkloads(index, rest, namespace).matched.flatMap((workload) => keyMiss(workload, requirement, wanted));
}

function matchesRest(index: ResourceIndex, rest: LabelSelector, workload: Workload, namespace: Field<string>): boolean {
  if (sameNamespace(workload.namespace, namespace) === 'no') return false;
  return rest.requirements.length === 0 || selectWorkloads(index, rest, namespace).matched.includes(workload);
}

function valueMiss(workload: Workload, requirement: Requirement, near: string | undefined): readonly NearMiss[] {
  const entry = workload.template.labels?.entries.find(
    ({ key, value }) => key.value === requirement.key.value && value?.value === near,
  );
  return entry?.value === undefined ? [] : [{ workload, requirement, differs: 'value', actual: entry.value }];
}

function keyMiss(workload: Workload, requirement: Requirement, wanted: string): readonly NearMiss[] {
  const entries = (workload.template.labels?.entries ?? []).filter(({ value }) => value?.value === wanted);
  const entry = findNearest(requirement.key.value, entries, ({ key }) => key.value);
  return entry === undefined ? [] : [{ workload, requirement, differs: 'key', actual: entry.key }];
}

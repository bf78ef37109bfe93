import { editDistance } from '../../base/editDistance.ts';
import { dirname } from '../../base/path.ts';
import { isOfOtherCopy, type Weight, weigh } from '../../cluster/locality.ts';
import { nearestTo } from '../../cluster/lookup.ts';
import { areRelatedNames, findNamesakes, findNearMiss, type Namesake, type NearMiss } from '../../cluster/nearMiss.ts';
import { type External, isInDoubt, isOperatorsLabel, whyMoreMayExist } from '../../cluster/openWorld.ts';
import { matchPodRequirement, matchWorkload, sameNamespace } from '../../cluster/selection.ts';
import { type LabelSelector, type Requirement, selectorText } from '../../k8s/labels.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../../k8s/service.ts';
import { isJob, type Workload } from '../../k8s/workload.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import type { Unit } from '../../sources/unit.ts';
import { type Finding, type Fix, replaceScalar } from '../rule.ts';
import { describeMissingLabel, labelsRelated, nearMissFix, nearMissMessage } from './selectors.ts';

/** A Service whose selector certainly takes nothing, but for the workloads that are in doubt. */
export interface Unserving {
  readonly service: Service;
  readonly selector: LabelSelector;
  readonly unit: Unit;
  readonly external: External;
  /** Workloads that it perhaps takes. */
  readonly doubts: readonly Workload[];
}

/** The workload that a Service means although its selector takes nothing, as a finding; `undefined` without evidence. */
export function findMeantPods(about: Unserving): Finding | undefined {
  return (
    slip(about) ??
    (about.doubts.length === 0 ? inOtherNamespace(about) : undefined) ??
    namesake(about) ??
    onlyNeighbour(about)
  );
}

function slip(about: Unserving): Finding | undefined {
  const { service, selector, unit, doubts } = about;
  const miss = findNearMiss(unit.index, selector, service.namespace, service.file);
  if (miss === undefined || !isMeant(miss, service, unit.index)) return undefined;
  const isOtherCopy = (workload: Workload) => isOfOtherCopy(service, workload, unit);
  const weight = weigh(unit, service.file, miss.workload, doubts, selector, isOtherCopy);
  if (weight === 'none') return undefined;
  const { requirement, differs, workload } = miss;
  const { start, end } = differs === 'key' ? requirement.key : (requirement.values[0] ?? requirement.key);
  const isSure = isSureOf(about, weight);
  return {
    at: { start, end },
    severity: isSure ? 'warning' : 'hint',
    message: nearMissMessage(miss, CONSEQUENCE, isSure),
    related: [labelsRelated(workload)],
    fixes: [nearMissFix(service.file, miss)],
  };
}

const CONSEQUENCE = 'so this Service has no endpoints';

/** Whether nothing that may be what is missing stands near. */
function isSureOf({ service, unit, external }: Unserving, weight: Weight): boolean {
  return weight === 'full' && !isInDoubt(unit, service, service.namespace, external);
}

/**
 * `cards` may be no slip of `carts` but another application. It is one where the names of Service and workload go together,
 * nothing else leads to the workload, or the word is long and not the Service's own name.
 */
function isMeant(
  { workload, requirement, differs, actual }: NearMiss,
  service: Service,
  index: ResourceIndex,
): boolean {
  if (areRelatedNames(service.name?.value, workload.name?.value) || !isServed(workload, service, index)) return true;
  const wanted = requirement.values[0]?.value ?? '';
  if (areRelatedNames(service.name?.value, wanted)) return false;
  return differs === 'key' || (wanted.length > 4 && editDistance(wanted, actual.value, 1) === 1);
}

/** Pods with exactly these labels run in another namespace, and no Service there leads to them. */
function inOtherNamespace({ service, selector, unit, external }: Unserving): Finding | undefined {
  const own = service.namespace?.value;
  if (own === undefined || whyMoreMayExist(unit, service.namespace, external) !== undefined) return undefined;
  const [first] = selector.requirements;
  const [value] = first?.values ?? [];
  if (first === undefined || value === undefined) return undefined;
  const there = unit.index
    .workloadsWithLabel(first.key.value, value.value)
    .filter((workload) => workload.namespace?.value !== undefined && !isJob(workload))
    .filter((workload) => matchWorkload(selector, workload) === 'yes');
  const [workload] = there;
  const namespace = workload?.namespace?.value;
  if (workload === undefined || namespace === undefined) return undefined;
  if (there.some((other) => other.namespace?.value !== namespace || isServed(other, service, unit.index)))
    return undefined;
  const { start, end } = service.namespace ?? service;
  const isWritten = start !== service.kindSpan.start && start !== service.name?.start;
  const fix: Fix = {
    title: `Change the Service's namespace to \`${namespace}\``,
    safe: false,
    edits: [replaceScalar(service.file, { start, end }, namespace)],
  };
  return {
    at: { start, end },
    message: `no workload in namespace \`${own}\` has the labels \`${selectorText(selector)}\`, so this Service has no endpoints; \`${describeResource(workload)}\` has them, in namespace \`${namespace}\``,
    related: [labelsRelated(workload)],
    fixes: isWritten ? [fix] : [],
  };
}

/** Workloads are called like the Service, and all lack the same label. */
function namesake(about: Unserving): Finding | undefined {
  const { service, selector, unit, external, doubts } = about;
  const name = service.name?.value;
  if (name === undefined) return undefined;
  const namesakes = findNamesakes(unit.index, selector, service.namespace, name);
  const nearest = nearestTo(
    service,
    namesakes.map(({ workload }) => workload),
    unit,
  );
  const meant = namesakes.filter(({ workload }) => nearest.includes(workload));
  const [first] = meant;
  if (first === undefined || meant.some((other) => !failsAlike(other, first))) return undefined;
  const { workload } = first;
  const weight = weigh(unit, service.file, workload, doubts, selector);
  if (weight === 'none') return undefined;
  if (!matchesNothing(selector, workload) && isServed(workload, service, unit.index)) return undefined;
  const isNear =
    workload.file === service.file ||
    (workload.name?.value === name && dirname(workload.file) === dirname(service.file)) ||
    whyMoreMayExist(unit, service.namespace, external) === undefined;
  return otherLabels(about, workload, isNear && isSureOf(about, weight));
}

/**
 * The Service and a workload are the only ones of their file, nothing else leads to the workload, and it has another value
 * for a label that the Service asks for. Whoever applies the file gets a Service beside Pods that it does not take; that it
 * was to take them is near-certain only where they have another of its labels.
 */
function onlyNeighbour(about: Unserving): Finding | undefined {
  const { service, selector, unit, doubts } = about;
  const inFile = unit.index.inFile(service.file);
  if (inFile.filter((each) => each.type === 'service').length !== 1) return undefined;
  const [workload, another] = inFile.filter((each): each is Workload => each.type === 'workload');
  if (workload === undefined || another !== undefined || workload.opaque || workload.maker === 'custom')
    return undefined;
  if (isJob(workload) || sameNamespace(service.namespace, workload.namespace) !== 'yes') return undefined;
  const weight = weigh(unit, service.file, workload, doubts, selector);
  if (weight === 'none' || isServed(workload, service, unit.index)) return undefined;
  const [failing] = failingOf(selector, workload);
  const [wanted] = failing?.values ?? [];
  const actual = failing && labelOf(workload, failing.key.value);
  // `web-primary` beside `web` is what a canary controller makes of it.
  if (wanted === undefined || actual === undefined || areRelatedNames(wanted.value, actual.value)) return undefined;
  return otherLabels(about, workload, !matchesNothing(selector, workload) && isSureOf(about, weight));
}

/** The Pods that a Service means have another label, or none, where it asks for one. */
function otherLabels({ service, selector, unit }: Unserving, workload: Workload, isSure: boolean): Finding | undefined {
  const [failing, ...rest] = failingOf(selector, workload);
  // What an operator puts on its own Pods is not misspelt because a workload of other making lacks it.
  if (failing === undefined || [failing, ...rest].some(({ key }) => isOperatorsLabel(unit, key.value)))
    return undefined;
  const key = failing.key.value;
  const actual = labelOf(workload, key);
  const has = actual === undefined ? `do not have \`${key}\`` : `have \`${key}=${actual.value}\``;
  const [wanted] = failing.values;
  const { start, end } = wanted ?? failing.key;
  const fixes: readonly Fix[] =
    actual === undefined || wanted === undefined
      ? []
      : [
          {
            title: `Change \`${wanted.value}\` to \`${actual.value}\``,
            safe: false,
            edits: [replaceScalar(service.file, wanted, actual.value)],
          },
        ];
  return {
    at: { start, end },
    severity: isSure ? 'warning' : 'hint',
    message: `${describeMissingLabel(failing, CONSEQUENCE, isSure)}; the Pods of \`${describeResource(workload)}\` ${has}`,
    related: [labelsRelated(workload)],
    fixes,
  };
}

function failingOf(selector: LabelSelector, workload: Workload): readonly Requirement[] {
  return selector.requirements.filter((each) => matchPodRequirement(each, workload) === 'no');
}

function failsAlike(one: Namesake, other: Namesake): boolean {
  const key = other.failing[0]?.key.value ?? '';
  return one.failing[0]?.key.value === key && labelOf(one.workload, key)?.value === labelOf(other.workload, key)?.value;
}

function labelOf(workload: Workload, key: string) {
  return workload.template.labels?.entries.find((entry) => entry.key.value === key)?.value;
}

/**
 * Whether no requirement holds. Where one does and another Service leads to the Pods, the rest may be a label that the
 * application gives its leader, or its next version.
 */
function matchesNothing(selector: LabelSelector, workload: Workload): boolean {
  return selector.requirements.every((requirement) => matchPodRequirement(requirement, workload) === 'no');
}

/** Whether another Service of the workload's namespace takes its Pods. One of the same name is the same, elsewhere. */
function isServed(workload: Workload, service: Service, index: ResourceIndex): boolean {
  for (const other of index.ofType('service')) {
    if (other.name?.value === service.name?.value || other.selector === undefined || !selectsPods(other)) continue;
    if (sameNamespace(other.namespace, workload.namespace) === 'no') continue;
    if (matchWorkload(other.selector, workload) === 'yes') return true;
  }
  return false;
}

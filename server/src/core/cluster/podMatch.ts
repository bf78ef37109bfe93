import { type LabelSelector, type LabelSet, matchRequirement, type Requirement, type Ternary } from '../k8s/labels.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import { isRuntimeLabel, matchPodRequirement } from './selection.ts';

/**
 * Whether a selector takes every Pod of a workload (`yes`) or none of them (`no`). Labels that differ from Pod to Pod, or
 * that the cluster adds, leave it open. A selector that is absent takes everything.
 */
export function takesPods(selector: LabelSelector | undefined, workload: Workload): Ternary {
  if (selector === undefined) return 'yes';
  let verdict: Ternary = selector.open ? 'unknown' : 'yes';
  for (const requirement of selector.requirements) {
    const one = takesByRequirement(requirement, workload);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return workload.opaque && selector.requirements.length > 0 ? 'unknown' : verdict;
}

/** Why {@link takesPods} cannot tell, as the end of a sentence; `undefined` where it can. */
export function whyPodsUnknown(selector: LabelSelector | undefined, workload: Workload): string | undefined {
  if (takesPods(selector, workload) !== 'unknown') return undefined;
  if (workload.opaque) return 'a template or patch shapes it';
  if (selector?.open === true) return 'a template writes the selector';
  const requirement = selector?.requirements.find((one) => takesByRequirement(one, workload) === 'unknown');
  if (requirement === undefined) return 'its labels are not decided';
  const key = requirement.key.value;
  if (!requirement.decided) return `the requirement on \`${key}\` is not decided`;
  if (isRuntimeLabel(key)) return `running Pods get the label \`${key}\` from the cluster`;
  return workload.maker === 'custom'
    ? `its controller may add the label \`${key}\``
    : `its label \`${key}\` is not decided`;
}

/** The same for one requirement. */
export function takesByRequirement(requirement: Requirement, workload: Workload): Ternary {
  const key = requirement.key.value;
  const verdict = matchPodRequirement(requirement, workload);
  if (verdict === 'no' || !isRuntimeLabel(key)) return verdict;
  const labels = workload.template.labels ?? NO_LABELS;
  if (labels.entries.some((entry) => entry.key.value === key)) return verdict;
  if (ROLE_LABELS.has(key) && !workload.opaque && !mayBeElected(requirement, workload))
    return matchRequirement(requirement, labels);
  // A label like `statefulset.kubernetes.io/pod-name` is that of one Pod.
  return verdict === 'yes' && replicasOf(workload) === 1 ? 'yes' : 'unknown';
}

/** Common words for a Pod's part in an application; databases with leader elections write them on running Pods. */
const ROLE_LABELS: ReadonlySet<string> = new Set(['role', 'kubernetes.io/role']);

const ELECTED =
  /^(master|primary|leader|main|active|replica|secondary|slave|standby|follower|sync_standby|standby_leader|passive)$/i;

function mayBeElected({ decided, values }: Requirement, { maker }: Workload): boolean {
  if (!decided) return true;
  return (maker === 'StatefulSet' || maker === 'custom') && values.some(({ value }) => ELECTED.test(value));
}

const NO_LABELS: LabelSet = { entries: [], open: false, start: 0, end: 0 };

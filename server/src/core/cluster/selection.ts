import type { Field } from '../k8s/field.ts';
import { isUndecided } from '../k8s/field.ts';
import { type LabelSelector, matchRequirement, type Requirement, type Ternary } from '../k8s/labels.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';

/** Which workloads' Pods a selector takes: certainly, and perhaps. All others it certainly does not take. */
export interface Selection {
  readonly matched: readonly Workload[];
  readonly possible: readonly Workload[];
}

/**
 * Whether two objects of one unit are in the same namespace. Two unspecified ones are; one unspecified and one written
 * are not decided, because `kubectl -n`, a kustomization or Argo CD may set the missing one.
 */
export function sameNamespace(a: Field<string>, b: Field<string>): Ternary {
  if (a === undefined && b === undefined) return 'yes';
  if (a === undefined || b === undefined || isUndecided(a) || isUndecided(b)) return 'unknown';
  return a.value === b.value ? 'yes' : 'no';
}

/** The workloads of an index whose Pods a selector takes, in the namespace of the selector's owner. */
export function selectWorkloads(index: ResourceIndex, selector: LabelSelector, namespace: Field<string>): Selection {
  return selectWorkloadsWhere(index, selector, (workload) => sameNamespace(workload.namespace, namespace));
}

/**
 * The workloads whose Pods a selector takes among those that `inScope` admits: for selectors across namespaces. `inScope`
 * judges a workload by its namespace alone.
 */
export function selectWorkloadsWhere(
  index: ResourceIndex,
  selector: LabelSelector,
  inScope: (workload: Workload) => Ternary,
): Selection {
  const matched: Workload[] = [];
  const possible: Workload[] = [];
  for (const workload of candidates(index, selector, inScope)) {
    const verdict = both(inScope(workload), () => matchWorkload(selector, workload));
    if (verdict === 'yes') matched.push(workload);
    else if (verdict === 'unknown') possible.push(workload);
  }
  return { matched, possible };
}

/** Whether a selector takes (at least some of) a workload's Pods. */
export function matchWorkload(selector: LabelSelector, workload: Workload): Ternary {
  let verdict: Ternary = selector.open ? 'unknown' : 'yes';
  for (const requirement of selector.requirements) {
    const one = matchPodRequirement(requirement, workload);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return workload.opaque ? 'unknown' : verdict;
}

/** Whether one requirement holds for a workload's Pods, labels that controllers add at run time included. */
export function matchPodRequirement(requirement: Requirement, workload: Workload): Ternary {
  const labels = workload.template.labels;
  const written = labels?.entries.some((entry) => entry.key.value === requirement.key.value) ?? false;
  if (!written) {
    const runtime = matchRuntimeLabel(requirement, workload);
    if (runtime !== undefined) return runtime;
  }
  if (workload.opaque) return 'unknown';
  const verdict = matchRequirement(requirement, labels ?? NO_LABELS);
  return verdict === 'no' && !written && workload.maker === 'custom' ? 'unknown' : verdict;
}

/** Labels that controllers put on Pods, by the kinds of workload that get them (see the virtual labels in docs/architecture.md). */
const RUNTIME_LABELS: ReadonlyMap<string, readonly Workload['maker'][]> = new Map<string, readonly Workload['maker'][]>(
  [
    ['statefulset.kubernetes.io/pod-name', ['StatefulSet']],
    ['apps.kubernetes.io/pod-index', ['StatefulSet']],
    ['controller-revision-hash', ['StatefulSet', 'DaemonSet']],
    ['pod-template-generation', ['DaemonSet']],
    ['pod-template-hash', ['Deployment', 'ReplicaSet']],
    ['controller-uid', ['Job', 'CronJob']],
    ['job-name', ['Job', 'CronJob']],
    ['batch.kubernetes.io/controller-uid', ['Job', 'CronJob']],
    ['batch.kubernetes.io/job-name', ['Job', 'CronJob']],
    ['batch.kubernetes.io/job-completion-index', ['Job', 'CronJob']],
  ],
);

/** Labels that every Pod gets, or that applications and operators set on their own running Pods (leader election). */
const ANYBODYS_LABELS: ReadonlySet<string> = new Set([
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'rollouts-pod-template-hash',
  'role',
  'spilo-role',
  'cnpg.io/instanceRole',
  'cnpg.io/instanceName',
  'redis-role',
  'mysql.oracle.com/cluster-role',
  'kubernetes.io/role',
]);

/** Whether a label key is one that running Pods get without the manifest saying so. */
export function isRuntimeLabel(key: string): boolean {
  return RUNTIME_LABELS.has(key) || ANYBODYS_LABELS.has(key);
}

function matchRuntimeLabel(requirement: Requirement, workload: Workload): Ternary | undefined {
  const key = requirement.key.value;
  if (ANYBODYS_LABELS.has(key)) return 'unknown';
  if (!RUNTIME_LABELS.get(key)?.includes(workload.maker)) return undefined;
  if (!requirement.decided || requirement.operator !== 'In') return 'unknown';
  const ordinals = requirement.values.map(({ value }) => ordinalOf(key, value, workload));
  if (ordinals.some((verdict) => verdict === 'yes')) return 'yes';
  return ordinals.every((verdict) => verdict === 'no') ? 'no' : 'unknown';
}

function ordinalOf(key: string, value: string, workload: Workload): Ternary {
  const isIndex = key === 'apps.kubernetes.io/pod-index';
  if (!isIndex && key !== 'statefulset.kubernetes.io/pod-name') return 'unknown';
  const name = workload.name?.value;
  if (name === undefined) return 'unknown';
  const ordinal = isIndex ? value : value.startsWith(`${name}-`) ? value.slice(name.length + 1) : '';
  if (!/^(0|[1-9]\d*)$/.test(ordinal)) return 'no';
  const replicas = replicasOf(workload);
  const first = workload.firstOrdinal === undefined ? 0 : workload.firstOrdinal.value;
  if (replicas === undefined || first === undefined) return 'unknown';
  // An autoscaler or `kubectl scale` may make more Pods than the manifest asks for.
  return Number(ordinal) >= first && Number(ordinal) < first + replicas ? 'yes' : 'unknown';
}

const NO_LABELS = { entries: [], open: false, start: 0, end: 0 } as const;

function both(first: Ternary, second: () => Ternary): Ternary {
  if (first === 'no') return 'no';
  const other = second();
  return other === 'no' ? 'no' : first === 'yes' ? other : 'unknown';
}

/**
 * All workloads that may match: the shortest posting list of a requirement, or what lives in the namespaces in scope where
 * that is less, and those whose labels are not decided.
 */
function* candidates(
  index: ResourceIndex,
  selector: LabelSelector,
  inScope: (workload: Workload) => Ternary,
): Iterable<Workload> {
  let best: readonly Workload[] | undefined;
  for (const requirement of selector.requirements) {
    if (!requirement.decided || requirement.operator !== 'In' || isRuntimeLabel(requirement.key.value)) continue;
    const list = postings(index, requirement);
    if (best === undefined || list.length < best.length) best = list;
  }
  const open = index.openWorkloads;
  if (best === undefined || best.length > SHORT_LIST) {
    const count = best?.length ?? index.countOfType('workload');
    const groups = [...index.workloadsByNamespace()].filter(
      ([first]) => first !== undefined && inScope(first) !== 'no',
    );
    if (groups.reduce((sum, group) => sum + group.length, 0) < count) best = groups.flat();
  }
  for (const workload of best ?? index.ofType('workload')) if (!open.has(workload)) yield workload;
  yield* open;
}

/** A posting list up to this length is walked without asking which namespaces are in scope. */
const SHORT_LIST = 32;

function postings(index: ResourceIndex, requirement: Requirement): readonly Workload[] {
  const [first] = requirement.values;
  if (requirement.values.length === 1 && first !== undefined)
    return index.workloadsWithLabel(requirement.key.value, first.value);
  return [
    ...new Set(requirement.values.flatMap(({ value }) => index.workloadsWithLabel(requirement.key.value, value))),
  ];
}

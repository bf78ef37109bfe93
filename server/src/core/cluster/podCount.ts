import type { HorizontalPodAutoscaler } from '../k8s/autoscaler.ts';
import type { Field } from '../k8s/field.ts';
import { type LabelSelector, type LabelSet, matchSelector, type Ternary } from '../k8s/labels.ts';
import type { NodeNeeds, Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { ClusterFacts, PodState } from './clusterFacts.ts';
import { type Doubt, reasonAt } from './reason.ts';
import { sameNamespace } from './selection.ts';

export interface PodCount {
  readonly number: number;
  /** The first ordinal. */
  readonly first: number;
  /** Of a DaemonSet: the node of each Pod. */
  readonly nodes?: readonly number[];
  readonly doubts: readonly Doubt[];
}

/** How many Pods a controller makes of a manifest. Where that is not decided, one with a doubt. */
export function podCount(workload: Workload, state: PodState, facts: ClusterFacts): PodCount {
  if (workload.opaque) return doubtful(workload, 'a template or patch shapes it, so the number of Pods is not decided');
  switch (workload.maker) {
    case 'CronJob':
      return exactly(0);
    case 'custom':
      return doubtful(workload, `its controller decides how many Pods \`${workload.kind}\` makes`);
    case 'DaemonSet':
      return onNodes(workload, facts);
    case 'Job':
      return ofJob(workload, state);
    case 'StatefulSet':
      return ofStatefulSet(workload, state);
    case 'Deployment':
      if (workload.paused?.value === true) return exactly(0);
      if (workload.paused !== undefined && workload.paused.value === undefined)
        return doubtful(workload, 'whether it is paused is not decided', workload.paused);
      return byReplicas(workload);
    default:
      return byReplicas(workload);
  }
}

/** The autoscaler that aims at a workload, if there is one. */
export function autoscalerOf(index: ResourceIndex, workload: Workload): HorizontalPodAutoscaler | undefined {
  const name = workload.name?.value;
  if (name === undefined || index.countOfType('autoscaler') === 0) return undefined;
  return index
    .derive(autoscalersByTarget)
    .get(`${workload.kind}/${name}`)
    ?.find((scaler) => sameNamespace(scaler.namespace, workload.namespace) !== 'no');
}

function autoscalersByTarget(index: ResourceIndex): ReadonlyMap<string, readonly HorizontalPodAutoscaler[]> {
  const found = new Map<string, HorizontalPodAutoscaler[]>();
  for (const scaler of index.ofType('autoscaler')) {
    const key = `${scaler.target?.kind?.value}/${scaler.target?.name?.value}`;
    found.set(key, [...(found.get(key) ?? []), scaler]);
  }
  return found;
}

function exactly(number: number, first = 0): PodCount {
  return { number, first, doubts: [] };
}

function doubtful(workload: Workload, text: string, at?: Field<unknown>, first = 0): PodCount {
  const reason = reasonAt(workload, text);
  const span = at === undefined ? {} : { start: at.start, end: at.end };
  return { number: 1, first, doubts: [{ ...reason, ...span, about: 'count' }] };
}

function byReplicas(workload: Workload): PodCount {
  const { replicas } = workload;
  if (replicas === undefined) return exactly(1);
  if (replicas.value === undefined) return doubtful(workload, 'the number of replicas is not decided', replicas);
  return exactly(replicas.value);
}

/** A Pod that does not become ready keeps the next one from being made, but with `Parallel`. */
function ofStatefulSet(workload: Workload, state: PodState): PodCount {
  const { firstOrdinal, podManagementPolicy } = workload;
  if (firstOrdinal !== undefined && firstOrdinal.value === undefined)
    return doubtful(workload, 'the first ordinal is not decided', firstOrdinal);
  const count = byReplicas(workload);
  const isStuck = !state.ready && podManagementPolicy?.value !== 'Parallel';
  return { ...count, number: isStuck ? Math.min(count.number, 1) : count.number, first: firstOrdinal?.value ?? 0 };
}

/** pkg/controller/job/job_controller.go, `manageJob`: without completions, all of the parallel Pods work on one queue. */
function ofJob(workload: Workload, state: PodState): PodCount {
  const { parallelism, completions, suspend } = workload.job ?? {};
  if (suspend?.value === true) return exactly(0);
  for (const field of [suspend, parallelism, completions])
    if (field !== undefined && field.value === undefined)
      return doubtful(workload, 'the number of Pods is not decided', field);
  const atOnce = parallelism?.value ?? 1;
  const wanted = completions?.value;
  if (state.phase === 'Succeeded') return exactly(wanted ?? atOnce);
  return exactly(wanted === undefined ? atOnce : Math.min(atOnce, wanted));
}

function onNodes(workload: Workload, facts: ClusterFacts): PodCount {
  if (facts.nodes === undefined) return doubtful(workload, 'it makes one Pod on each node that it fits');
  const nodes: number[] = [];
  for (const [at, labels] of facts.nodes.entries()) {
    const fits = fitsNode(workload.template.nodes, labels);
    if (fits === 'unknown') return doubtful(workload, 'which nodes it fits is not decided');
    if (fits === 'yes') nodes.push(at);
  }
  return { number: nodes.length, first: 0, nodes, doubts: [] };
}

/** Whether a node has what a Pod asks for; of the affinity's terms one is enough, and an empty one fits nothing. */
export function fitsNode(needs: NodeNeeds | undefined, node: ReadonlyMap<string, string>): Ternary {
  if (needs === undefined) return 'yes';
  const labels = toLabels(node);
  const verdicts: Ternary[] = [];
  if (needs.selector !== undefined) verdicts.push(matchSelector(needs.selector, labels));
  if (needs.name !== undefined)
    verdicts.push(
      needs.name.value === undefined ? 'unknown' : needs.name.value === node.get(HOSTNAME_LABEL) ? 'yes' : 'no',
    );
  if (needs.terms !== undefined) {
    const terms = needs.terms.map((term) => matchTerm(term, labels));
    verdicts.push(terms.includes('yes') ? 'yes' : terms.includes('unknown') ? 'unknown' : 'no');
  }
  if (verdicts.includes('no')) return 'no';
  return needs.open || verdicts.includes('unknown') ? 'unknown' : 'yes';
}

const HOSTNAME_LABEL = 'kubernetes.io/hostname';

function matchTerm(term: LabelSelector, labels: LabelSet): Ternary {
  return term.requirements.length === 0 && !term.open ? 'no' : matchSelector(term, labels);
}

function toLabels(node: ReadonlyMap<string, string>): LabelSet {
  const located = (value: string) => ({ value, start: 0, end: 0 });
  const entries = [...node].map(([key, value]) => ({ key: located(key), value: located(value) }));
  return { entries, open: false, start: 0, end: 0 };
}

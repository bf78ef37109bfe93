import type { LabelSelector, Requirement, Ternary } from '../k8s/labels.ts';
import { matchRequirement } from '../k8s/labels.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { takesByRequirement } from './podMatch.ts';
import type { PredictedPod } from './pods.ts';

/** A label that the cluster puts on a Pod: its value, or what may be known of a value that the cluster draws. */
export type ClusterLabel = { readonly value: string } | { readonly drawn: 'hash' | 'uid' | 'zone' | 'region' };

const ZONE = 'topology.kubernetes.io/zone';
const REGION = 'topology.kubernetes.io/region';

/**
 * The labels that controllers and the API server put on a Pod beside those of its template, which they replace.
 * Sources: pkg/controller/deployment/util, statefulset/stateful_set_utils.go, daemon/daemon_controller.go,
 * job/job_controller.go; plugin/pkg/admission/podtopologylabels (labels of the node, once the Pod is bound).
 */
export function clusterLabels(pod: PredictedPod, facts: ClusterFacts): ReadonlyMap<string, ClusterLabel> {
  const labels = new Map<string, ClusterLabel>(pod.state.scheduled ? nodeLabels(pod, facts) : []);
  const { workload } = pod;
  const isOwn = workload.maker !== 'Pod';
  switch (isOwn ? workload.maker : 'Pod') {
    case 'Deployment':
      labels.set('pod-template-hash', { drawn: 'hash' });
      break;
    case 'StatefulSet':
      if (pod.name !== undefined) labels.set('statefulset.kubernetes.io/pod-name', { value: pod.name });
      labels.set('apps.kubernetes.io/pod-index', { value: String(pod.ordinal) });
      labels.set('controller-revision-hash', { drawn: 'hash' });
      break;
    case 'DaemonSet':
      labels.set('controller-revision-hash', { drawn: 'hash' });
      labels.set('pod-template-generation', { value: '1' });
      break;
    case 'Job':
      for (const key of ['controller-uid', 'batch.kubernetes.io/controller-uid']) labels.set(key, { drawn: 'uid' });
      for (const key of ['job-name', 'batch.kubernetes.io/job-name'])
        if (workload.name?.value !== undefined) labels.set(key, { value: workload.name.value });
      if (workload.job?.completionMode?.value === 'Indexed')
        labels.set('batch.kubernetes.io/job-completion-index', { value: String(pod.ordinal) });
      break;
    default:
  }
  return labels;
}

function nodeLabels({ node }: PredictedPod, { nodes }: ClusterFacts): readonly (readonly [string, ClusterLabel])[] {
  return [ZONE, REGION].flatMap((key): readonly (readonly [string, ClusterLabel])[] => {
    const drawn: ClusterLabel = { drawn: key === ZONE ? 'zone' : 'region' };
    if (nodes === undefined) return [[key, drawn]];
    const possible = node === undefined ? nodes : nodes.slice(node, node + 1);
    const [first, ...others] = new Set(possible.map((labels) => labels.get(key)));
    if (others.length > 0) return [[key, drawn]];
    return first === undefined ? [] : [[key, { value: first }]];
  });
}

/** Whether a selector takes one Pod. */
export function takesPod(selector: LabelSelector, pod: PredictedPod, facts: ClusterFacts): Ternary {
  const labels = clusterLabels(pod, facts);
  let verdict: Ternary = selector.open || pod.workload.opaque ? 'unknown' : 'yes';
  for (const requirement of selector.requirements) {
    const one = takesBy(requirement, pod.workload, labels, facts);
    if (one === 'no') return 'no';
    if (one === 'unknown') verdict = 'unknown';
  }
  return verdict;
}

function takesBy(
  requirement: Requirement,
  workload: Workload,
  labels: ReadonlyMap<string, ClusterLabel>,
  facts: ClusterFacts,
): Ternary {
  const label = labels.get(requirement.key.value);
  const own = workload.template.labels ?? NO_LABELS;
  if (label !== undefined) return requirement.decided ? matchLabel(requirement, label) : 'unknown';
  if (facts.closed !== true) return takesByRequirement(requirement, workload);
  // `kubectl apply` leaves out what is null.
  return matchRequirement(requirement, { ...own, entries: own.entries.filter(({ fromNull }) => fromNull !== true) });
}

function matchLabel({ operator, values }: Requirement, label: ClusterLabel): Ternary {
  if (operator === 'Exists') return 'yes';
  if (operator === 'DoesNotExist') return 'no';
  const listed: Ternary =
    'value' in label
      ? isOneOf(values.some(({ value }) => value === label.value))
      : values.some(({ value }) => mayBeDrawn(label.drawn, value))
        ? 'unknown'
        : 'no';
  if (operator === 'In' || listed === 'unknown') return listed;
  return listed === 'yes' ? 'no' : 'yes';
}

function isOneOf(found: boolean): Ternary {
  return found ? 'yes' : 'no';
}

/** Hashes are a 32-bit number whose digits become these letters (k8s.io/apimachinery/pkg/util/rand, `SafeEncodeString`). */
const HASH = /^([a-z0-9.-]*-)?[4-9bcdf]{1,10}$/;
const UID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function mayBeDrawn(drawn: 'hash' | 'uid' | 'zone' | 'region', value: string): boolean {
  if (drawn === 'hash') return HASH.test(value);
  return drawn === 'uid' ? UID.test(value) : value !== '';
}

const NO_LABELS = { entries: [], open: false, start: 0, end: 0 } as const;

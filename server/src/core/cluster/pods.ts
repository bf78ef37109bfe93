import type { Field } from '../k8s/field.ts';
import type { Ternary } from '../k8s/labels.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource, type ResourceBase } from '../k8s/resourceBase.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import { adopterOf, comparePlaces, countAdopted } from './adoption.ts';
import { type ClusterFacts, type PodState, RUNNING } from './clusterFacts.ts';
import { autoscalerOf, type PodCount, podCount } from './podCount.ts';
import { type Doubt, reasonAt } from './reason.ts';

/** One Pod that the manifests come to. */
export interface PredictedPod {
  /** `pod/web`, `statefulset/pg/pg-0`, `deployment/web#1`: Pods of one owner that only count differ in number alone. */
  readonly reference: string;
  /** Where it is not random. */
  readonly name: string | undefined;
  /** The manifest whose template it is made from: that of the Pod itself where a ReplicaSet adopts it. */
  readonly workload: Workload;
  /** The position among its owner's Pods, from 0; the ordinal of a StatefulSet's. */
  readonly ordinal: number;
  readonly namespace: Field<string>;
  /** `spec.hostname`; `undefined` where it has none, or where it is not decided, which is a doubt. */
  readonly hostname: string | undefined;
  readonly subdomain: string | undefined;
  readonly hostNetwork: boolean;
  /** The node of a DaemonSet's Pod, as a position in the facts' nodes. */
  readonly node: number | undefined;
  readonly state: PodState;
  readonly doubts: readonly Doubt[];
}

/** More Pods than this are not made one by one. */
const MAX_PODS = 1000;

/**
 * The Pods that a workload comes to: none for a CronJob (they come and go), a paused Deployment, and a Pod that another
 * controller throws out. Where their number is not decided, one stands for all, with a doubt.
 */
export function podsOf(index: ResourceIndex, workload: Workload, facts: ClusterFacts): readonly PredictedPod[] {
  const state = facts.stateOf === undefined ? RUNNING : facts.stateOf(workload);
  if (state === undefined) return [];
  if (workload.maker === 'Pod') return barePod(index, workload, state, facts);
  const count = podCount(workload, state, facts);
  const doubts = [...count.doubts, ...twinDoubts(index, workload, facts)];
  const scaler = facts.closed === true ? undefined : autoscalerOf(index, workload);
  if (scaler !== undefined) {
    const text = `\`${describeResource(scaler)}\` scales it, so there may be more or fewer Pods`;
    doubts.push({ ...reasonAt(scaler, text), about: 'count' });
  }
  const adopted = countAdopted(index, workload);
  const others = facts.closed === true ? podsOfFormer(index, workload, facts) : 0;
  const pods: PredictedPod[] = [];
  const last = Math.min(count.first + count.number, count.first + MAX_PODS) - 1;
  for (let ordinal = count.first + adopted; ordinal <= last; ordinal++) {
    const pod = makePod(workload, ordinal, ordinal - count.first + others + 1, count, state);
    if (pod === undefined) return [];
    pods.push(ordinal === last ? { ...pod, doubts: [...pod.doubts, ...doubts] } : pod);
  }
  return pods;
}

function barePod(
  index: ResourceIndex,
  workload: Workload,
  state: PodState,
  facts: ClusterFacts,
): readonly PredictedPod[] {
  const name = workload.name?.value;
  const template = workload.template;
  const adoption = state.phase === 'Running' || state.phase === 'Pending' ? adopterOf(index, workload) : undefined;
  if (adoption?.kept === false) return [];
  const reference =
    adoption === undefined
      ? `pod/${name ?? '?'}`
      : `${adoption.owner.kind.toLowerCase()}/${adoption.owner.name?.value ?? '?'}#${adoption.position + 1}`;
  return [
    {
      reference,
      name,
      workload,
      ordinal: adoption?.position ?? 0,
      namespace: workload.namespace,
      hostname: textOf(template.hostname),
      subdomain: textOf(template.subdomain),
      hostNetwork: template.hostNetwork?.value === true,
      node: undefined,
      state,
      doubts: [...hostnameDoubts(workload), ...twinDoubts(index, workload, facts)],
    },
  ];
}

/** How many Pods of the same owner are made from manifests that stand before: former versions of it. */
function podsOfFormer(index: ResourceIndex, workload: Workload, facts: ClusterFacts): number {
  return twinsOf(index, workload)
    .filter((twin) => comparePlaces(twin, workload) < 0)
    .reduce((sum, twin) => sum + (twin.type === 'workload' ? podsOf(index, twin, facts).length : 0), 0);
}

/** `undefined` where the API server refuses every Pod that the controller makes. */
function makePod(
  workload: Workload,
  ordinal: number,
  number: number,
  count: PodCount,
  state: PodState,
): PredictedPod | undefined {
  const { template, maker } = workload;
  const owner = workload.name?.value ?? '?';
  const isSet = maker === 'StatefulSet';
  const isIndexed = workload.job?.completionMode?.value === 'Indexed';
  const own = `${owner}-${ordinal}`;
  if (isSet && workload.name?.value !== undefined && !HOSTNAME.test(own)) return undefined;
  return {
    reference: isSet ? `statefulset/${owner}/${own}` : `${workload.kind.toLowerCase()}/${owner}#${number}`,
    name: isSet ? own : undefined,
    workload,
    ordinal,
    namespace: workload.namespace,
    hostname: isSet || isIndexed ? own : textOf(template.hostname),
    subdomain: textOf(isSet ? workload.serviceName : template.subdomain),
    hostNetwork: template.hostNetwork?.value === true,
    node: count.nodes?.[ordinal],
    state,
    doubts: hostnameDoubts(workload),
  };
}

/** A Pod's host name is a DNS label (kubernetes pkg/apis/core/validation, `ValidatePodSpec`). */
const HOSTNAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function textOf(field: Field<string>): string | undefined {
  return field?.value === '' ? undefined : field?.value;
}

function hostnameDoubts(workload: Workload): readonly Doubt[] {
  const { template, maker } = workload;
  const fields =
    maker === 'StatefulSet' ? [workload.name, workload.serviceName] : [template.hostname, template.subdomain];
  const open = fields.find((field) => field !== undefined && field.value === undefined);
  if (open === undefined) return [];
  const { start, end } = open;
  return [{ about: 'hostname', text: 'the host name is not decided', file: workload.file, start, end }];
}

function twinDoubts(index: ResourceIndex, workload: Workload, { closed }: ClusterFacts): readonly Doubt[] {
  const [twin] = closed === true ? [] : twinsOf(index, workload);
  if (twin === undefined) return [];
  const text = `two manifests are named \`${describeResource(workload)}\`, and the one that is applied last counts`;
  return [{ ...reasonAt(twin, text), about: 'existence' }];
}

/** Other objects of the same kind, name and namespace. */
function twinsOf(index: ResourceIndex, workload: Workload): readonly Resource[] {
  const name = workload.name?.value;
  if (name === undefined) return [];
  return index
    .named(workload.kind, name)
    .filter((other) => other !== workload && other.group === workload.group && isSame(other, workload) === 'yes');
}

function isSame(a: ResourceBase, b: ResourceBase): Ternary {
  if (a.namespace === undefined && b.namespace === undefined) return 'yes';
  return a.namespace?.value !== undefined && a.namespace.value === b.namespace?.value ? 'yes' : 'unknown';
}

import { dirname } from '../../base/path.ts';
import { nearestTo } from '../../cluster/lookup.ts';
import type { PredictedPod } from '../../cluster/pods.ts';
import type { PredictedEndpoint, PredictedService } from '../../cluster/prediction.ts';
import type { Doubt } from '../../cluster/reason.ts';
import { selectWorkloads } from '../../cluster/selection.ts';
import { describeResource, type ResourceBase } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';
import { joinWords } from '../context.ts';
import { code } from '../link.ts';

/** The endpoints of a Service that count for a connection. */
export interface ServedBy {
  readonly unit: Unit;
  readonly predicted: PredictedService;
  /** Endpoints of which something may be sent to: ready, or perhaps. */
  readonly endpoints: readonly PredictedEndpoint[];
  /** Their workloads; in loose files those that lie with the Service, where any do. */
  readonly workloads: readonly Workload[];
}

/** `pods`: the ones that are asked for by name. */
export function servedBy(unit: Unit, predicted: PredictedService, pods: readonly PredictedPod[] | undefined): ServedBy {
  const all = predicted.slices.flatMap(({ endpoints }) => endpoints);
  const wanted = pods === undefined ? undefined : new Set(pods.map(({ reference }) => reference));
  const named = wanted === undefined ? all : all.filter(({ pod }) => pod !== undefined && wanted.has(pod.reference));
  const found = [...new Set(named.flatMap(({ pod }) => pod?.workload ?? []))];
  const near = nearestTo(predicted.service, found, unit);
  return {
    unit,
    predicted,
    endpoints: named.filter(({ pod }) => pod === undefined || near.includes(pod.workload)),
    workloads: near,
  };
}

/**
 * Whether an endpoint is certainly there. Loose files hold alternatives of one thing: a manifest of the same name elsewhere
 * is no doubt about the one that lies with the Service.
 */
export function isThere({ unit, predicted: { service } }: ServedBy, { pod, doubts }: PredictedEndpoint): boolean {
  const isAlternative = ({ file }: Doubt) =>
    unit.kind === 'loose' &&
    pod !== undefined &&
    file !== pod.workload.file &&
    dirname(pod.workload.file) === dirname(service.file);
  return !doubts.some((doubt) => doubt.about === 'existence' && !isAlternative(doubt));
}

/** The workloads that a Service selects and that come to no Pod now: scaled to none, paused, or run at times. */
export function stoppedOf(unit: Unit, service: Service): readonly Workload[] {
  const { selector, namespace } = service;
  return selector === undefined
    ? []
    : nearestTo(service, selectWorkloads(unit.index, selector, namespace).matched, unit);
}

/** Names of objects in backticks, each once: `a`, `b` and `c`. */
export function namesOf(resources: readonly ResourceBase[]): string {
  return joinWords([...new Set(resources.map((each) => code(describeResource(each))))]);
}

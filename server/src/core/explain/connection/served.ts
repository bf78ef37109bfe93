import { dirname } from '../../base/path.ts';
import type { PredictedPod } from '../../cluster/pods.ts';
import type { PredictedEndpoint, PredictedService } from '../../cluster/prediction.ts';
import { selectWorkloads } from '../../cluster/selection.ts';
import type { Service } from '../../k8s/service.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';

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
  const near = nearTo(predicted.service, found, unit);
  return {
    unit,
    predicted,
    endpoints: named.filter(({ pod }) => pod === undefined || near.includes(pod.workload)),
    workloads: near,
  };
}

/** Loose files hold many small applications: what lies in the Service's folder hides what lies elsewhere. */
function nearTo(service: Service, workloads: readonly Workload[], unit: Unit): readonly Workload[] {
  if (unit.kind !== 'loose') return workloads;
  const folder = dirname(service.file);
  const near = workloads.filter(({ file }) => dirname(file) === folder);
  return near.length > 0 ? near : workloads;
}

/** Whether an endpoint is certainly there. */
export function isThere({ doubts }: PredictedEndpoint): boolean {
  return !doubts.some(({ about }) => about === 'existence');
}

/** The workloads that a Service selects and that come to no Pod now: scaled to none, paused, or run at times. */
export function stoppedOf(unit: Unit, service: Service): readonly Workload[] {
  const { selector, namespace } = service;
  return selector === undefined ? [] : nearTo(service, selectWorkloads(unit.index, selector, namespace).matched, unit);
}

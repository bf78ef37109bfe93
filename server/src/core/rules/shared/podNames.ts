import { type HostMeaning, type HostReference, meaningsOf, namespaceOf } from '../../cluster/hostReferences.ts';
import { lookUp, nearestTo } from '../../cluster/lookup.ts';
import type { Workload } from '../../k8s/workload.ts';
import type { Unit } from '../../sources/unit.ts';

/** A host that names one Pod of a StatefulSet, by the form of its first label. */
export interface NamedPod {
  readonly meaning: HostMeaning;
  /** Alternatives of one StatefulSet. */
  readonly sets: readonly Workload[];
  readonly ordinal: number;
}

/** The Pod that a host names: `pg-0.pg`, `pg-0.pg.shop.svc…`; `undefined` where no StatefulSet of the manifests has that name. */
export function findNamedPod(unit: Unit, { holder, text }: HostReference, clusterDomain: string): NamedPod | undefined {
  for (const meaning of meaningsOf(text.host.value, clusterDomain)) {
    const [, name, ordinal] = /^(.+)-(0|[1-9]\d*)$/.exec(meaning.pod ?? '') ?? [];
    if (name === undefined) continue;
    const named = unit.index.named('StatefulSet', name).filter((found): found is Workload => found.type === 'workload');
    const sets = nearestTo(holder, lookUp(named, namespaceOf(meaning, holder)).here, unit);
    if (sets.length > 0) return { meaning, sets, ordinal: Number(ordinal) };
  }
  return undefined;
}

/** Whether a host names a Pod of a StatefulSet that the manifests show, rightly or not. */
export function isNameOfPod(unit: Unit, reference: HostReference, clusterDomain: string): boolean {
  return findNamedPod(unit, reference, clusterDomain) !== undefined;
}

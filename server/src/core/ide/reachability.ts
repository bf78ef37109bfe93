import { type DeclaredNeed, declaredNeedsOf, type NeedSource } from '../cluster/declaredNeeds.ts';
import { foreignPolicies } from '../cluster/policyKinds.ts';
import { computeReach, mergeGroups } from '../cluster/reachMatrix.ts';
import { selectWorkloads } from '../cluster/selection.ts';
import type { Resource } from '../k8s/resource.ts';
import { describeResource } from '../k8s/resourceBase.ts';
import { type Service, selectsPods } from '../k8s/service.ts';
import type { Unit } from '../sources/unit.ts';
import type { Reachability, ReachabilityNeed, ReachabilityObject, ReachabilityService } from './reachabilityData.ts';
import { createPlacer, type Placer } from './reachPlaces.ts';
import { assignRows, type RowPlan, toRow } from './reachRows.ts';
import { countReach } from './reachTable.ts';
import { judgeNeed, type KnownReach } from './reachVerdict.ts';

export interface ReachabilityLimits {
  /** Of more workloads, those that the policies treat alike share a row; of more rows the first are shown. */
  readonly rows: number;
  readonly needs: number;
  /** Groups of workloads that the policies tell apart. */
  readonly groups: number;
}

const LIMITS: ReachabilityLimits = { rows: 2500, needs: 5000, groups: 2000 };

/**
 * Who may call whom in a unit, and who is said to need it. Pods of the unit and addresses outside the cluster are judged, nothing
 * else. Whatever the unit has, the limits bound what the answer holds.
 */
export function computeReachability(unit: Unit, clusterDomain?: string, limits = LIMITS): Reachability {
  const placer = createPlacer(unit);
  const workloads = [...unit.index.ofType('workload')].sort(byName);
  const reach = computeReach([unit], limits.groups);
  const matrix = 'limit' in reach ? undefined : mergeGroups(reach);
  const plan = assignRows(workloads, matrix, limits.rows);
  const table = matrix && countReach(matrix, plan.rowOf);
  const services = [...unit.index.ofType('service')].sort(byName);
  const entries = [...unit.index.ofType('ingress'), ...unit.index.ofType('route')].sort(byName);
  const needs = declaredNeedsOf(unit, clusterDomain);
  const remarks = foreignPolicies(unit.index)
    .slice(0, 3)
    .map((policy) => `\`${describeResource(policy)}\` may decide otherwise: policies of this kind are not evaluated`);
  if (unit.open !== undefined) remarks.push(`objects may be missing: ${unit.open}`);
  if ('limit' in reach)
    remarks.push(
      `the policies tell ${reach.groups} groups of workloads apart, more than the ${reach.limit} that can be compared: open a smaller unit, or ask for single connections with kubefathom reach`,
    );
  if (plan.isShared) remarks.push(`of ${workloads.length} workloads, those that the policies treat alike share a row`);
  if (plan.left > 0) remarks.push(`${plan.left} workloads are left out, for there are too many rows`);
  if (table?.isCut === true) remarks.push('not all connections are listed; the numbers count all of them');
  if (needs.all.length > limits.needs)
    remarks.push(`the first ${limits.needs} of ${needs.all.length} declared needs are shown`);
  return {
    workloads: workloads.length,
    rows: plan.rows.map((members) => toRow(members, { table, plan, needs, placer })),
    groups: table?.groups ?? [],
    services: services.map((service) => toService(unit, service, plan, placer)),
    entries: entries.map(placer.object),
    needs: toNeeds(unit, needs.all.slice(0, limits.needs), { reach: table, plan, services, entries, placer }),
    remarks,
    files: placer.files,
  };
}

function toService(unit: Unit, service: Service, { rowOf }: RowPlan, { object }: Placer): ReachabilityService {
  const { matched, possible } =
    service.selector !== undefined && selectsPods(service)
      ? selectWorkloads(unit.index, service.selector, service.namespace)
      : { matched: [], possible: [] };
  const selects = new Map<number, boolean>();
  for (const [workloads, sure] of [[possible, false] as const, [matched, !service.opaque] as const])
    for (const row of workloads.flatMap((workload) => rowOf(workload) ?? [])) selects.set(row, sure);
  return { ...object(service), selects: [...selects].map(([row, sure]) => ({ row, sure })) };
}

interface NeedContext {
  readonly reach: KnownReach | undefined;
  readonly plan: RowPlan;
  readonly services: readonly Service[];
  readonly entries: readonly Resource[];
  readonly placer: Placer;
}

function toNeeds(unit: Unit, needs: readonly DeclaredNeed[], context: NeedContext): readonly ReachabilityNeed[] {
  const { reach, plan, placer } = context;
  const services = new Map<Resource, number>(context.services.map((service, at) => [service, at]));
  const entries = new Map<Resource, number>(context.entries.map((entry, at) => [entry, at]));
  return needs.flatMap((need): readonly ReachabilityNeed[] => {
    const from = toSource(need.from, plan, entries);
    const to = need.to.kind === 'pods' ? plan.rowOf(need.to.workload) : undefined;
    if (from === undefined || (need.to.kind === 'pods' && to === undefined)) return [];
    const { verdict, reason, decider } = judgeNeed(unit, need, reach);
    const service = need.service && services.get(need.service);
    const { file, start, end, name, text } = need.evidence;
    const denying: ReachabilityObject | undefined = decider && {
      ...placer.object(decider.policy),
      place: placer.place(decider.policy.file, decider.at),
    };
    return [
      {
        from,
        ...(service === undefined ? {} : { service }),
        ...(to === undefined ? {} : { to }),
        ...(need.to.kind === 'host' ? { host: need.to.host } : {}),
        ...(need.port === undefined || need.protocol === undefined ? {} : { port: `${need.protocol} ${need.port}` }),
        verdict,
        reason,
        ...(denying === undefined ? {} : { policy: denying }),
        evidence: name === '' ? text : `${name}: ${text}`,
        place: placer.place(file, { start, end }),
      },
    ];
  });
}

function toSource(
  from: NeedSource,
  { rowOf }: RowPlan,
  entries: ReadonlyMap<Resource, number>,
): ReachabilityNeed['from'] | undefined {
  if (from.kind === 'kubelet') return { kind: 'kubelet' };
  if (from.kind === 'controller') {
    const entry = entries.get(from.resource);
    return entry === undefined ? undefined : { kind: 'entry', entry };
  }
  const row = rowOf(from.workload);
  return row === undefined ? undefined : { kind: 'row', row };
}

function byName(a: Resource, b: Resource): number {
  const [one, other] = [a, b].map(({ namespace, name, kind }) =>
    [namespace?.value ?? '', name?.value ?? '', kind].join('\0'),
  );
  return (one ?? '') < (other ?? '') ? -1 : one === other ? 0 : 1;
}

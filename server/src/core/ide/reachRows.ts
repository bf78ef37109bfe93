import {
  type ConnectionSet,
  connectionsText,
  isEmptySet,
  NO_CONNECTIONS,
  subtractConnections,
  unionConnections,
} from '../cluster/connectionSet.ts';
import type { DeclaredNeeds } from '../cluster/declaredNeeds.ts';
import type { ReachMatrix } from '../cluster/reachMatrix.ts';
import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { ExcessPorts, ReachabilityCount, ReachabilityExcess, ReachabilityRow } from './reachabilityData.ts';
import type { Placer } from './reachPlaces.ts';
import type { ReachTable } from './reachTable.ts';
import { wantedBy } from './reachVerdict.ts';

/** Which workloads share a row. */
export interface RowPlan {
  readonly rows: readonly Members[];
  readonly rowOf: (workload: Workload) => number | undefined;
  readonly isShared: boolean;
  /** Workloads that no row shows. */
  readonly left: number;
}

/** A row for each workload; where there are more than `limit`, one for those that the policies treat alike. */
export function assignRows(workloads: readonly Workload[], matrix: ReachMatrix | undefined, limit: number): RowPlan {
  const isShared = workloads.length > limit && matrix !== undefined;
  const groupOf = new Map<Workload, number>();
  if (isShared)
    for (const [at, { members }] of matrix.groups.entries())
      for (const end of members) if (end.kind === 'pods') groupOf.set(end.workload, at);
  const rows: [Workload, ...Workload[]][] = [];
  const numbers = new Map<Workload, number>();
  const byGroup = new Map<number, number>();
  for (const workload of workloads) {
    const group = groupOf.get(workload);
    const known = group === undefined ? undefined : byGroup.get(group);
    if (known !== undefined) rows[known]?.push(workload);
    else if (rows.length === limit) continue;
    const row = known ?? rows.push([workload]) - 1;
    numbers.set(workload, row);
    if (group !== undefined) byGroup.set(group, row);
  }
  return { rows, rowOf: (workload) => numbers.get(workload), isShared, left: workloads.length - numbers.size };
}

/** At least one. */
type Members = readonly [Workload, ...Workload[]];

export interface RowContext {
  readonly table: ReachTable | undefined;
  readonly plan: RowPlan;
  readonly needs: DeclaredNeeds;
  readonly placer: Placer;
}

/** What a row says of its workloads. */
export function toRow(members: Members, { table, plan, needs, placer }: RowContext): ReachabilityRow {
  const [first] = members;
  const group = table?.groupOf.get(first);
  const alike = members.length - 1;
  const count = (counts: readonly ReachabilityCount[] | undefined) => counts?.[group ?? -1] ?? { sure: 0, perhaps: 0 };
  const mayCall = count(table?.calls);
  return {
    ...placer.object(first),
    alike,
    ...(group === undefined ? {} : { group }),
    hasPeers: replicasOf(first) !== 1,
    mayCall,
    mayBeCalledBy: count(table?.callers),
    excess: excessOf(members, mayCall.sure, { table, plan, needs }),
  };
}

/** Compares what is certainly allowed with what any manifest declares. */
function excessOf(
  members: Members,
  mayCall: number,
  { table, plan, needs }: Omit<RowContext, 'placer'>,
): ReachabilityExcess {
  const [first] = members;
  if (table === undefined) return { workloads: 0, ports: [] };
  const own = new Set<Workload>(members);
  const declared = new Map<Workload, ConnectionSet>();
  for (const need of members.flatMap(needs.from)) {
    if (need.to.kind !== 'pods' || own.has(need.to.workload)) continue;
    const { workload } = need.to;
    declared.set(workload, unionConnections(declared.get(workload) ?? NO_CONNECTIONS, wantedBy(need)));
  }
  let withNeed = 0;
  const ports: ExcessPorts[] = [];
  for (const [workload, wanted] of declared) {
    const { sure } = table.boundsOf(first, workload);
    if (isEmptySet(sure)) continue;
    withNeed++;
    const row = plan.rowOf(workload);
    if (row !== undefined && !isEmptySet(subtractConnections(sure, wanted)))
      ports.push({ row, allowed: connectionsText(sure), declared: connectionsText(wanted) });
  }
  return { workloads: Math.max(mayCall - withNeed, 0), ports };
}

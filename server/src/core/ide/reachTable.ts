import { type ConnectionBounds, connectionsText, isEmptySet, subtractConnections } from '../cluster/connectionSet.ts';
import { isOutside, outsideNames } from '../cluster/outsideNames.ts';
import type { ReachMatrix } from '../cluster/reachMatrix.ts';
import type { Workload } from '../k8s/workload.ts';
import type { ReachabilityCall, ReachabilityCount, ReachabilityGroup } from './reachabilityData.ts';

/** A matrix, counted. */
export interface ReachTable {
  readonly groups: readonly ReachabilityGroup[];
  readonly groupOf: ReadonlyMap<Workload, number>;
  /** By groups: how many other workloads each member may call. */
  readonly calls: readonly ReachabilityCount[];
  readonly callers: readonly ReachabilityCount[];
  readonly boundsOf: (from: Workload, to: Workload) => ConnectionBounds;
  /** To each group of addresses outside the cluster. */
  readonly outside: (from: Workload) => readonly ConnectionBounds[];
  /** Not all calls are listed: the counts are complete, the lists of the last groups are empty. */
  readonly isCut: boolean;
}

/** More calls than these are nothing that a window shows; a megabyte or two. */
const MAX_CALLS = 40_000;

/** Counts and lists what the members of each group may call. `rowOf` numbers the rows that workloads are shown in. */
export function countReach(
  { groups, boundsOf, keysFrom }: ReachMatrix,
  rowOf: (workload: Workload) => number | undefined,
): ReachTable {
  const members = groups.map((group) => group.members.flatMap((end) => (end.kind === 'pods' ? [end.workload] : [])));
  const groupOf = new Map(members.flatMap((list, at) => list.map((workload) => [workload, at] as const)));
  const calls = groups.map(newCount);
  const callers = groups.map(newCount);
  const lists: ReachabilityCall[][] = groups.map(() => []);
  const known = new Map<number, CallText>();
  let left = MAX_CALLS;
  for (const [from, source] of groups.entries()) {
    for (const [to, key] of keysFrom(from).entries()) {
      const destination = groups[to];
      if (destination === undefined || (isOutside(source) && isOutside(destination))) continue;
      const text = known.get(key) ?? toText(boundsOf(from, to));
      known.set(key, text);
      if (text.certainty === 'no') continue;
      // A workload is no other of its own group.
      const self = from === to ? 1 : 0;
      const [own, other] = [calls[from], callers[to]];
      if (own !== undefined) own[text.certainty] += (members[to]?.length ?? 0) - self;
      if (other !== undefined) other[text.certainty] += (members[from]?.length ?? 0) - self;
      if (left-- > 0) lists[from]?.push({ to, ...text.shown });
    }
  }
  return {
    groups: groups.map((group, at) => ({
      rows: [...new Set((members[at] ?? []).flatMap((workload) => rowOf(workload) ?? []))],
      ...(isOutside(group) ? { addresses: outsideNames(group, groups, MAX_BLOCKS).join(', ') } : {}),
      calls: lists[at] ?? [],
    })),
    groupOf,
    calls,
    callers,
    boundsOf: (from, to) => boundsOf(groupOf.get(from) ?? 0, groupOf.get(to) ?? 0),
    outside: (from) => groups.flatMap((group, at) => (isOutside(group) ? [boundsOf(groupOf.get(from) ?? 0, at)] : [])),
    isCut: left < 0,
  };
}

/** Blocks of addresses that are named. */
const MAX_BLOCKS = 4;

interface CallText {
  readonly certainty: 'sure' | 'perhaps' | 'no';
  readonly shown: Omit<ReachabilityCall, 'to'>;
}

function toText({ sure, possible }: ConnectionBounds): CallText {
  const rest = subtractConnections(possible, sure);
  const [hasSure, hasRest] = [!isEmptySet(sure), !isEmptySet(rest)];
  return {
    certainty: hasSure ? 'sure' : hasRest ? 'perhaps' : 'no',
    shown: {
      ...(hasSure ? { allowed: connectionsText(sure) } : {}),
      ...(hasRest ? { unknown: connectionsText(rest) } : {}),
    },
  };
}

function newCount(): { sure: number; perhaps: number } {
  return { sure: 0, perhaps: 0 };
}

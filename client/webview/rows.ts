import type {
  ReachabilityCall,
  ReachabilityNeed,
  ReachabilityObject,
  ReachabilityRow,
} from '../../server/src/core/ide/reachabilityData.ts';
import type { UnitReachability } from '../../server/src/lsp/reachabilityMessages.ts';

/** A row with what the lists of its cells hold, each sorted for reading. */
export interface ShownRow {
  readonly number: number;
  readonly row: ReachabilityRow;
  /** The same after a change of the unit: `shop/Deployment/web`, and `shop/Deployment/web 2` for the second of that name. */
  readonly key: string;
  /** Needs of its Pods, then what needs them. */
  readonly needs: readonly ReachabilityNeed[];
  readonly neededBy: readonly ReachabilityNeed[];
  readonly denied: readonly ReachabilityNeed[];
  readonly unknown: readonly ReachabilityNeed[];
}

/** The end of an allowed connection: rows that are alike, or addresses. */
export interface Peer extends Omit<ReachabilityCall, 'to'> {
  readonly rows: readonly number[];
  readonly addresses?: string;
  /** Other Pods of the workload itself, or of those that share its row. */
  readonly isOwn: boolean;
}

export function shownRows({ rows, needs }: UnitReachability): readonly ShownRow[] {
  const from = new Map<number, ReachabilityNeed[]>();
  const to = new Map<number, ReachabilityNeed[]>();
  const add = (map: Map<number, ReachabilityNeed[]>, row: number | undefined, need: ReachabilityNeed) => {
    if (row === undefined) return;
    const list = map.get(row);
    if (list === undefined) map.set(row, [need]);
    else list.push(need);
  };
  for (const need of needs) {
    if (need.from.kind === 'row') add(from, need.from.row, need);
    add(to, need.to, need);
  }
  const copies = new Map<string, number>();
  return rows.map((row, number) => {
    const copy = (copies.get(keyOf(row)) ?? 0) + 1;
    copies.set(keyOf(row), copy);
    const [own = [], others = []] = [from.get(number), to.get(number)];
    const all = [...own, ...others.filter((need) => need.from.kind !== 'row' || need.from.row !== number)];
    return {
      number,
      row,
      key: copy === 1 ? keyOf(row) : `${keyOf(row)} ${copy}`,
      needs: own,
      neededBy: others,
      denied: all.filter(({ verdict }) => verdict === 'denied'),
      unknown: all.filter(({ verdict }) => verdict === 'unknown'),
    };
  });
}

export function keyOf({ namespace, kind, name }: ReachabilityObject): string {
  return `${namespace ?? '-'}/${kind}/${name}`;
}

/** Whom a row may call, and be called by. */
export interface PeerFinder {
  calls(shown: ShownRow): readonly Peer[];
  callers(shown: ShownRow): readonly Peer[];
}

export function createPeerFinder({ groups }: UnitReachability): PeerFinder {
  const calls = groups.map((group) => group.calls.map(({ to, ...ports }) => ({ other: to, ports })));
  const callers = groups.map((): (typeof calls)[number] => []);
  for (const [from, group] of calls.entries())
    for (const { other, ports } of group) callers[other]?.push({ other: from, ports });
  const find = (lists: typeof calls, { row, number }: ShownRow): readonly Peer[] =>
    (lists[row.group ?? -1] ?? []).flatMap(({ other, ports }): readonly Peer[] => {
      const { rows: all = [], addresses } = groups[other] ?? {};
      const rows = all.filter((candidate) => candidate !== number);
      const found: Peer[] = [];
      if (addresses !== undefined) found.push({ ...ports, rows, isOwn: false, addresses });
      else if (rows.length > 0) found.push({ ...ports, rows, isOwn: false });
      if (other === row.group && (row.hasPeers || row.alike > 0)) found.push({ ...ports, rows: [], isOwn: true });
      return found;
    });
  return { calls: (shown) => find(calls, shown), callers: (shown) => find(callers, shown) };
}

export const COLUMNS = [
  { id: 'workload', title: 'Workload' },
  { id: 'calls', title: 'May call' },
  { id: 'callers', title: 'May be called by' },
  { id: 'needs', title: 'Declared need' },
  { id: 'denied', title: 'Denied need' },
  { id: 'excess', title: 'Excess' },
] as const;

export type ColumnId = (typeof COLUMNS)[number]['id'];

/** What a column sorts by; more is later. */
const WEIGHTS: Readonly<Record<Exclude<ColumnId, 'workload'>, (shown: ShownRow) => number>> = {
  calls: ({ row }) => row.mayCall.sure + row.mayCall.perhaps / MANY,
  callers: ({ row }) => row.mayBeCalledBy.sure + row.mayBeCalledBy.perhaps / MANY,
  needs: ({ needs, neededBy }) => needs.length + neededBy.length,
  denied: ({ denied, unknown }) => denied.length + unknown.length / MANY,
  excess: ({ row }) => row.excess.workloads + row.excess.ports.length / MANY,
};

const MANY = 1e6;

/** Sorted; equal ones stay in the order of their names. */
export function sortRows(rows: readonly ShownRow[], column: string, descending: boolean): readonly ShownRow[] {
  const weigh = Object.entries(WEIGHTS).find(([id]) => id === column)?.[1];
  const byName = (a: ShownRow, b: ShownRow) => a.row.name.localeCompare(b.row.name) || a.key.localeCompare(b.key);
  const compare = weigh === undefined ? byName : (a: ShownRow, b: ShownRow) => weigh(a) - weigh(b);
  return [...rows].sort((a, b) => (descending ? -compare(a, b) : compare(a, b)) || byName(a, b));
}

/** The rows whose name, kind or namespace holds all words of a filter. */
export function filterRows(rows: readonly ShownRow[], filter: string, onlyTrouble: boolean): readonly ShownRow[] {
  const words = filter.toLowerCase().split(/\s+/);
  return rows.filter(({ key, denied, unknown }) => {
    if (onlyTrouble && denied.length + unknown.length === 0) return false;
    return words.every((word) => key.toLowerCase().includes(word));
  });
}

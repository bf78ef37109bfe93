import { replicasOf, type Workload } from '../k8s/workload.ts';
import type { Unit } from '../sources/unit.ts';
import {
  type ConnectionBounds,
  type ConnectionSet,
  connectionsKey,
  isEmptySet,
  subtractConnections,
  unionConnections,
} from './connectionSet.ts';
import type { UnitGroup } from './differenceUnits.ts';
import { outsideNames } from './outsideNames.ts';
import { computeReach, type ReachGroup, type ReachMatrix, type TooManyGroups } from './reachMatrix.ts';

/** What becomes of connections. Only of workloads that both sides have: what comes or goes with one is said of the workload. */
export interface ConnectionsDifference {
  readonly changes: readonly ConnectionsChange[];
  /** Workloads that only one side has. */
  readonly removed: readonly Workload[];
  readonly added: readonly Workload[];
  /** What both sides allow, for questions about single connections. */
  readonly matrix: ReachMatrix;
}

/** Each of `from` to each of `to`. */
export interface ConnectionsChange extends SetChange {
  readonly from: readonly ChangedEnds[];
  readonly to: readonly ChangedEnds[];
}

/** Of one pair of ends; what is not certain is apart. */
export interface SetChange {
  readonly lost: ConnectionSet;
  readonly gained: ConnectionSet;
  readonly perhapsLost: ConnectionSet;
  readonly perhapsGained: ConnectionSet;
}

/** Ends that no policy of either side tells apart. */
export type ChangedEnds =
  | { readonly kind: 'pods'; readonly workloads: readonly ChangedWorkload[] }
  | { readonly kind: 'outside'; readonly names: readonly string[] };

export interface ChangedWorkload {
  readonly name: string;
  readonly before: Workload;
  readonly after: Workload;
}

/** `shop/Deployment/web`; `-` where no namespace is known. Two manifests with one name cannot be told apart by it. */
export function workloadName({ namespace, kind, name }: Workload): string {
  return `${namespace?.value ?? '-'}/${kind}/${name?.value ?? '?'}`;
}

/**
 * Compares all connections at once: both sides stand in one matrix, in which what the policies of neither side tell apart is
 * one class, so that equal numbers mean equal connections and only classes are compared.
 */
export function compareConnections(
  { before, after }: UnitGroup,
  limit?: number,
): ConnectionsDifference | TooManyGroups {
  const matrix = computeReach([...before, ...after], limit);
  if ('limit' in matrix) return matrix;
  const [old, now] = [workloadsOf(before), workloadsOf(after)];
  const removed = [...old].flatMap(([name, workload]) => (now.has(name) ? [] : [workload]));
  const added = [...now].flatMap(([name, workload]) => (old.has(name) ? [] : [workload]));
  const joint = jointClasses(matrix, old, now);
  return { changes: mergeRows(matrix, joint), removed, added, matrix };
}

/** The name with a number where there are several of it, so that the first is compared with the first. */
function workloadsOf(units: readonly Unit[]): ReadonlyMap<string, Workload> {
  const found = new Map<string, Workload>();
  for (const { index } of units) {
    for (const workload of index.ofType('workload')) {
      const name = workloadName(workload);
      let unique = name;
      for (let count = 2; found.has(unique); count++) unique = `${name} (${count})`;
      found.set(unique, workload);
    }
  }
  return found;
}

/** A class of the old side that is a class of the new one too. */
interface JointClass {
  readonly before: number;
  readonly after: number;
  readonly ends: ChangedEnds;
}

function jointClasses(
  { groups }: ReachMatrix,
  old: ReadonlyMap<string, Workload>,
  now: ReadonlyMap<string, Workload>,
): readonly JointClass[] {
  const groupOf = new Map<Workload, number>();
  for (const [at, { members }] of groups.entries())
    for (const end of members) if (end.kind === 'pods') groupOf.set(end.workload, at);
  const found = new Map<string, { before: number; after: number; workloads: ChangedWorkload[] }>();
  for (const [name, before] of old) {
    const after = now.get(name);
    const [from, to] = [groupOf.get(before), after && groupOf.get(after)];
    if (after === undefined || from === undefined || to === undefined) continue;
    const key = `${from} ${to}`;
    const known = found.get(key) ?? { before: from, after: to, workloads: [] };
    found.set(key, known);
    known.workloads.push({ name, before, after });
  }
  const pods = [...found.values()].map(
    ({ before, after, workloads }): JointClass => ({ before, after, ends: { kind: 'pods', workloads } }),
  );
  const outside = [...groups.entries()].flatMap(([at, group]) => outsideClass(group, groups, at));
  return [...pods, ...outside];
}

function outsideClass(group: ReachGroup, groups: readonly ReachGroup[], at: number): readonly JointClass[] {
  if (!group.members.every(({ kind }) => kind === 'address')) return [];
  return [{ before: at, after: at, ends: { kind: 'outside', names: outsideNames(group, groups, SHOWN_BLOCKS) } }];
}

const SHOWN_BLOCKS = 8;

/** Sources whose connections change alike are said together, and so are the destinations of each. */
function mergeRows(matrix: ReachMatrix, joint: readonly JointClass[]): readonly ConnectionsChange[] {
  const changes = createChanges();
  const rows = new Map<
    string,
    { readonly from: number[]; readonly cells: ReadonlyMap<SetChange, readonly number[]> }
  >();
  for (const [at, source] of joint.entries()) {
    const cells = rowOf(at, source, joint, matrix, changes);
    if (cells.size === 0) continue;
    const key = [...cells].map(([change, to]) => `${changes.idOf(change)}:${to.join()}`).join(' ');
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { from: [at], cells });
    else known.from.push(at);
  }
  const endsOf = (numbers: readonly number[]) => numbers.flatMap((number) => joint[number]?.ends ?? []);
  return [...rows.values()].flatMap(({ from, cells }) =>
    [...cells].map(([change, to]) => ({ from: endsOf(from), to: endsOf(to), ...change })),
  );
}

function rowOf(
  at: number,
  source: JointClass,
  joint: readonly JointClass[],
  { keysFrom, boundsOf }: ReachMatrix,
  changes: Changes,
): ReadonlyMap<SetChange, readonly number[]> {
  const [old, now] = [keysFrom(source.before), keysFrom(source.after)];
  const cells = new Map<SetChange, number[]>();
  let self: SetChange | undefined;
  for (const [number, { before, after, ends }] of joint.entries()) {
    if (old[before] === now[after] || (source.ends.kind === 'outside' && ends.kind === 'outside')) continue;
    const change = changes.between(
      () => boundsOf(source.before, before),
      () => boundsOf(source.after, after),
      `${old[before]} ${now[after]}`,
    );
    if (number === at && !hasPairs(ends)) self = change;
    else {
      const list = cells.get(change);
      if (list === undefined) cells.set(change, [number]);
      else list.push(number);
    }
  }
  // A single Pod always reaches itself; where the same becomes of its other connections, saying so is shorter.
  if (self !== undefined) cells.get(self)?.push(at);
  for (const list of cells.values()) list.sort((a, b) => a - b);
  return new Map([...cells].sort(([, a], [, b]) => (a[0] ?? 0) - (b[0] ?? 0)));
}

/** Whether two different Pods are among the ends, or may be. */
function hasPairs(ends: ChangedEnds): boolean {
  if (ends.kind === 'outside') return false;
  const [first] = ends.workloads;
  return ends.workloads.length > 1 || (first !== undefined && replicasOf(first.after) !== 1);
}

/** Remembers what two numbers of the matrix come to. */
interface Changes {
  readonly between: (before: () => ConnectionBounds, after: () => ConnectionBounds, key: string) => SetChange;
  readonly idOf: (change: SetChange) => number;
}

function createChanges(): Changes {
  const byKeys = new Map<string, SetChange>();
  const byText = new Map<string, SetChange>();
  const ids = new Map<SetChange, number>();
  return {
    between: (before, after, key) => {
      const known = byKeys.get(key);
      if (known !== undefined) return known;
      const change = changeBetween(before(), after());
      const text = [change.lost, change.gained, change.perhapsLost, change.perhapsGained].map(connectionsKey).join('|');
      const same = byText.get(text) ?? change;
      byText.set(text, same);
      byKeys.set(key, same);
      if (!ids.has(same)) ids.set(same, ids.size);
      return same;
    },
    idOf: (change) => ids.get(change) ?? -1,
  };
}

/** Lost for certain: allowed before, denied now. Lost perhaps: one of both is not decided, and less is allowed than before. */
export function changeBetween(before: ConnectionBounds, after: ConnectionBounds): SetChange {
  const [lost, perhapsLost] = lossBetween(before, after);
  const [gained, perhapsGained] = lossBetween(after, before);
  return { lost, gained, perhapsLost, perhapsGained };
}

function lossBetween(from: ConnectionBounds, to: ConnectionBounds): readonly [ConnectionSet, ConnectionSet] {
  const lost = subtractConnections(from.sure, to.possible);
  const less = unionConnections(
    subtractConnections(from.sure, to.sure),
    subtractConnections(from.possible, to.possible),
  );
  return [lost, subtractConnections(less, lost)];
}

/** How many pairs of ends certainly lose or gain something; addresses outside the cluster count as one end. */
export function countPairs(changes: readonly ConnectionsChange[], side: 'lost' | 'gained'): number {
  let count = 0;
  for (const change of changes)
    if (!isEmptySet(change[side])) count += sizeOf(change.from) * sizeOf(change.to) - selfPairs(change);
  return count;
}

function sizeOf(ends: readonly ChangedEnds[]): number {
  const outside = ends.some(({ kind }) => kind === 'outside') ? 1 : 0;
  return outside + ends.reduce((sum, end) => sum + (end.kind === 'pods' ? end.workloads.length : 0), 0);
}

/** Connections of single Pods to themselves do not exist. */
function selfPairs({ from, to }: ConnectionsChange): number {
  let count = 0;
  for (const end of from) {
    if (end.kind === 'pods' && to.includes(end))
      count += end.workloads.filter(({ after }) => replicasOf(after) === 1).length;
  }
  return count;
}

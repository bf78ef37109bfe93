import type { Direction } from '../k8s/networkPolicy.ts';
import type { Unit } from '../sources/unit.ts';
import type { ConnectionBounds } from './connectionSet.ts';
import { ALL_ID, ConnectionTable, NONE_ID, type SetId } from './connectionTable.ts';
import { Partition } from './partition.ts';
import { portsAt } from './policyPorts.ts';
import type { KnownRule } from './policyWorld.ts';
import {
  classify,
  type EndClass,
  type MatrixEnd,
  type PeerClasses,
  type ReachClasses,
  type SubjectPolicy,
} from './reachClasses.ts';

/** All connections between the Pods of some units, and those with addresses outside the cluster. */
export interface ReachMatrix {
  /** Ends that no policy can tell apart stand in one group. */
  readonly groups: readonly ReachGroup[];
  /** What members of one group may open to members of another, or to other Pods of their own. */
  readonly boundsOf: (from: number, to: number) => ConnectionBounds;
  /** For all groups as destinations, numbers that are equal where the bounds are. */
  readonly keysFrom: (from: number) => Float64Array;
  /** The same for all groups as sources. */
  readonly keysTo: (to: number) => Float64Array;
}

export interface ReachGroup {
  readonly members: readonly MatrixEnd[];
}

/** More groups than can be compared with each other. */
export interface TooManyGroups {
  readonly groups: number;
  readonly limit: number;
}

/** Nine million pairs take some 70 MB. */
const MAX_GROUPS = 3000;

/**
 * Computes all connections at once: what the policies cannot tell apart is judged once, and equal lists of policies let the
 * same through.
 */
export function computeReach(units: readonly Unit[], limit = MAX_GROUPS): ReachMatrix | TooManyGroups {
  const sorted = classify(units);
  const { classes } = sorted;
  if (classes.length > limit) return { groups: classes.length, limit };
  const table = new ConnectionTable();
  const out = createRows('egress', sorted, table);
  const into = createRows('ingress', sorted, table);
  const sureAt = (from: number, to: number) =>
    table.intersection(out(from).sure[to] ?? NONE_ID, into(to).sure[from] ?? NONE_ID);
  const possibleAt = (from: number, to: number) =>
    table.intersection(out(from).possible[to] ?? NONE_ID, into(to).possible[from] ?? NONE_ID);
  const keyOf = (own: Row, other: Row, at: number, otherAt: number) =>
    table.intersection(own.sure[otherAt] ?? NONE_ID, other.sure[at] ?? NONE_ID) * 2 ** 26 +
    table.intersection(own.possible[otherAt] ?? NONE_ID, other.possible[at] ?? NONE_ID);
  const keys = (at: number, own: Row, others: (other: number) => Row) => {
    const list = new Float64Array(classes.length);
    for (let other = 0; other < list.length; other++) list[other] = keyOf(own, others(other), at, other);
    return list;
  };
  return {
    groups: classes,
    boundsOf: (from, to) => ({ sure: table.setOf(sureAt(from, to)), possible: table.setOf(possibleAt(from, to)) }),
    keysFrom: (from) => keys(from, out(from), into),
    keysTo: (to) => keys(to, into(to), out),
  };
}

/** A matrix in which groups that behave alike are one: nobody reaches, or is reached by, one of them and not the others. */
export function mergeGroups(matrix: ReachMatrix): ReachMatrix {
  const { groups, boundsOf, keysFrom, keysTo } = matrix;
  const partition = new Partition();
  for (const { members } of groups) partition.add(members[0]?.kind ?? '');
  for (const keysOf of [keysFrom, keysTo]) {
    for (const at of groups.keys()) {
      const byKey = new Map<number, number[]>();
      for (const [number, key] of keysOf(at).entries()) {
        const list = byKey.get(key);
        if (list === undefined) byKey.set(key, [number]);
        else list.push(number);
      }
      if (byKey.size > 1) for (const list of byKey.values()) partition.split(list);
    }
  }
  const { members } = partition.finish();
  const first = members.map(([number = 0]) => number);
  const oneOfEach = (keys: Float64Array) => Float64Array.from(first, (number) => keys[number] ?? 0);
  return {
    groups: members.map((list) => ({ members: list.flatMap((number) => groups[number]?.members ?? []) })),
    boundsOf: (from, to) => boundsOf(first[from] ?? 0, first[to] ?? 0),
    keysFrom: (from) => oneOfEach(keysFrom(first[from] ?? 0)),
    keysTo: (to) => oneOfEach(keysTo(first[to] ?? 0)),
  };
}

/** What one class's policies let through, by the class of the other end. */
interface Row {
  readonly sure: Int32Array;
  readonly possible: Int32Array;
}

/** The rows of all classes, made when they are asked for; classes with equal policies and ports share one. */
function createRows(direction: Direction, sorted: ReachClasses, table: ConnectionTable): (subject: number) => Row {
  const { classes } = sorted;
  const constant = (id: SetId) => new Int32Array(classes.length).fill(id);
  const everything = constant(ALL_ID);
  const unbounded: Row = { sure: everything, possible: everything };
  const undecided: Row = { sure: constant(NONE_ID), possible: everything };
  const peers = new Map<KnownRule, PeerClasses>();
  const peersOf = (isolating: SubjectPolicy, rule: KnownRule) => {
    const found = peers.get(rule) ?? sorted.peersOf(isolating, rule);
    peers.set(rule, found);
    return found;
  };
  const onHost = [...classes.keys()].filter((at) => classes[at]?.onHost === true);
  const context: RowContext = { direction, classes, table, peersOf, everything, onHost };
  const byPolicies = new Map<string, Row>();
  const make = (subject: EndClass): Row => {
    const { world, first } = subject;
    if (world === undefined || first.kind !== 'pods') return unbounded;
    if (world.overriding(first.workload.namespace) !== undefined) return undecided;
    const isOpen = world.open !== undefined;
    let key = '';
    for (const policy of subject.policies)
      if (policy[direction] !== 'no') key += policy[direction] === 'yes' ? `${policy.number} ` : `${policy.number}? `;
    if (key === '') return isOpen ? undecided : unbounded;
    key += `${isOpen} ${subject.onHost} ${direction === 'ingress' ? subject.portsKey : ''}`;
    const found = byPolicies.get(key);
    if (found !== undefined) return found;
    const policies = subject.policies.filter((policy) => policy[direction] !== 'no');
    const row = makeRow(context, subject, policies, isOpen);
    byPolicies.set(key, row);
    return row;
  };
  const rows: (Row | undefined)[] = new Array(classes.length);
  return (subject) => {
    const known = rows[subject];
    if (known !== undefined) return known;
    const own = classes[subject];
    const row = own === undefined ? undecided : make(own);
    rows[subject] = row;
    return row;
  };
}

interface RowContext {
  readonly direction: Direction;
  readonly classes: readonly EndClass[];
  readonly table: ConnectionTable;
  readonly peersOf: (isolating: SubjectPolicy, rule: KnownRule) => PeerClasses;
  readonly everything: Int32Array;
  /** The classes on the network of their nodes. */
  readonly onHost: readonly number[];
}

/** The same as `combineBounds` for all classes at once. */
function makeRow(context: RowContext, subject: EndClass, policies: readonly SubjectPolicy[], isOpen: boolean): Row {
  const { direction, classes, table, everything, onHost } = context;
  const certain = policies.filter((policy) => policy[direction] === 'yes');
  if (certain.length === 0) {
    const sure = new Int32Array(classes.length).fill(isOpen ? NONE_ID : ALL_ID);
    for (const policy of policies)
      for (const [at, id] of policyRow(context, subject, [policy]).sure.entries())
        sure[at] = table.intersection(sure[at] ?? NONE_ID, id);
    return { sure, possible: everything };
  }
  const own = policyRow(context, subject, certain);
  if (isOpen || subject.onHost) return { sure: own.sure, possible: everything };
  const possible = certain.length === policies.length ? own.possible : policyRow(context, subject, policies).possible;
  for (const at of onHost) possible[at] = ALL_ID;
  return { sure: own.sure, possible };
}

/** What some policies let through together. */
function policyRow(context: RowContext, subject: EndClass, policies: readonly SubjectPolicy[]) {
  const { direction, classes, table, peersOf } = context;
  const sure = new Int32Array(classes.length);
  const possible = new Int32Array(classes.length);
  for (const policy of policies) {
    const known = policy.known[direction];
    if (known?.open === true) possible.fill(ALL_ID);
    for (const rule of known?.rules ?? []) {
      const portsOf = destinationPorts(context, subject, rule);
      const { everyone, taken } = peersOf(policy, rule);
      const add = (other: number, isCertain: boolean) => {
        const ports = portsOf(other);
        if (isCertain) sure[other] = table.union(sure[other] ?? NONE_ID, ports.sure);
        possible[other] = table.union(possible[other] ?? NONE_ID, ports.possible);
      };
      if (everyone !== 'no') for (let other = 0; other < classes.length; other++) add(other, everyone === 'yes');
      for (const { certain, perhaps } of taken) {
        for (const other of certain) add(other, true);
        for (const other of perhaps) add(other, false);
      }
    }
  }
  return { sure, possible };
}

/** The ports of a rule at the destination: the subject itself for ingress, each other class for egress. */
function destinationPorts({ direction, classes, table }: RowContext, subject: EndClass, { ports }: KnownRule) {
  const portsFor = (destination: EndClass | undefined) => {
    const end = destination?.first;
    const { sure, possible } = portsAt(ports, end?.kind === 'pods' ? end.workload : undefined);
    return { sure: table.idOf(sure), possible: table.idOf(possible) };
  };
  if (direction === 'ingress' || ports.named.length === 0) {
    const same = portsFor(direction === 'ingress' ? subject : undefined);
    return () => same;
  }
  return (other: number) => portsFor(classes[other]);
}

import type {
  ReachabilityNeed,
  ReachabilityObject,
  ReachabilityPlace,
} from '../../server/src/core/ide/reachabilityData.ts';
import type { UnitReachability } from '../../server/src/lsp/reachabilityMessages.ts';
import { keyOf, type ShownRow } from './rows.ts';

export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** Arrows of kind `allowed` that there would be, drawn or not. */
  readonly excess: number;
}

export interface GraphNode {
  readonly id: string;
  /** The same after a change of the unit. */
  readonly key: string;
  readonly shape: 'entry' | 'service' | 'workload' | 'outside';
  readonly title: string;
  readonly kind: string;
  /** The box that it stands in; `undefined`: none. */
  readonly namespace: string | undefined;
  /** Absent for what no manifest holds. */
  readonly place?: ReachabilityPlace;
}

/**
 * `declared-…`: a need and whether it is let through. `allowed`: let through although nothing declares it. `selects`: from a
 * Service to its Pods.
 */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'declared-allowed' | 'declared-denied' | 'declared-unknown' | 'allowed' | 'selects';
  /** Ports, and a word where it is not simply allowed. */
  readonly label: string;
}

/** More than these are no picture that anybody can read, and take seconds to lay out. */
export const MAX_NODES = 100;
export const MAX_EDGES = 250;
/** Arrows of what is allowed without a need. */
export const MAX_EXCESS = 150;

/** The picture of some rows: what they need, who needs them, and the Services that lead to them. */
export function toGraph(data: UnitReachability, rows: readonly ShownRow[], showExcess: boolean): Graph {
  const wanted = new Set(rows.map(({ number }) => number));
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const draw = (shape: GraphNode['shape'], number: number, object: ReachabilityObject | undefined): string => {
    const id = `${shape} ${number}`;
    if (object !== undefined && !nodes.has(id)) nodes.set(id, toNode(id, shape, object));
    return id;
  };
  const drawRow = (number: number) => draw('workload', number, data.rows[number]);
  const drawHost = (host: string) => {
    const id = `host ${host}`;
    if (!nodes.has(id)) nodes.set(id, outsideNode(id, host));
    return id;
  };
  for (const number of wanted) drawRow(number);
  for (const need of data.needs) {
    const touches =
      (need.from.kind === 'row' && wanted.has(need.from.row)) || (need.to !== undefined && wanted.has(need.to));
    const isWhole = wanted.size === data.rows.length;
    if (need.from.kind === 'kubelet' || (!touches && !(isWhole && need.from.kind === 'entry'))) continue;
    const from =
      need.from.kind === 'row' ? drawRow(need.from.row) : draw('entry', need.from.entry, data.entries[need.from.entry]);
    const goal = need.to === undefined ? undefined : drawRow(need.to);
    const via = need.service === undefined ? undefined : draw('service', need.service, data.services[need.service]);
    const to = via ?? goal ?? drawHost(need.host ?? '');
    addNeed(edges, from, to, need);
  }
  for (const [number, service] of data.services.entries()) {
    const selected = service.selects.filter(({ row }) => wanted.has(row) || nodes.has(`workload ${row}`));
    if (!nodes.has(`service ${number}`) && !selected.some(({ row }) => wanted.has(row))) continue;
    const from = draw('service', number, service);
    for (const { row, sure } of selected) {
      const to = drawRow(row);
      edges.set(`${from}>${to}`, { from, to, kind: 'selects', label: sure ? '' : 'perhaps' });
    }
  }
  const excess = excessOf(data, rows, wanted);
  for (const { from, to, allowed } of showExcess ? excess.slice(0, MAX_EXCESS) : []) {
    const goal = typeof to === 'number' ? drawRow(to) : drawHost(to);
    const source = typeof from === 'number' ? drawRow(from) : drawHost(from);
    edges.set(`${source}>${goal} allowed`, { from: source, to: goal, kind: 'allowed', label: allowed });
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()], excess: excess.length };
}

interface ExcessArrow {
  /** A row, or addresses. */
  readonly from: number | string;
  readonly to: number | string;
  readonly allowed: string;
}

/** What is allowed between rows, or with addresses, without a need. Stops a little beyond what would be drawn. */
function excessOf(
  data: UnitReachability,
  rows: readonly ShownRow[],
  wanted: ReadonlySet<number>,
): readonly ExcessArrow[] {
  const needed = new Set(
    data.needs.flatMap(({ from, to }) => (from.kind === 'row' && to !== undefined ? [`${from.row} ${to}`] : [])),
  );
  const found: ExcessArrow[] = [];
  for (const { number, row } of rows) {
    for (const { to, allowed } of data.groups[row.group ?? -1]?.calls ?? []) {
      const group = data.groups[to];
      if (allowed === undefined || group === undefined) continue;
      if (group.addresses !== undefined) found.push({ from: number, to: group.addresses, allowed });
      for (const other of group.rows)
        if (other !== number && wanted.has(other) && !needed.has(`${number} ${other}`))
          found.push({ from: number, to: other, allowed });
      if (found.length > 10 * MAX_EXCESS) return found;
    }
  }
  for (const { addresses, calls } of data.groups) {
    if (addresses === undefined) continue;
    for (const { to, allowed } of calls)
      for (const other of data.groups[to]?.rows ?? [])
        if (allowed !== undefined && wanted.has(other)) found.push({ from: addresses, to: other, allowed });
    if (found.length > 10 * MAX_EXCESS) return found;
  }
  return found;
}

const WEIGHT: Readonly<Record<ReachabilityNeed['verdict'], number>> = { allowed: 0, unknown: 1, denied: 2 };

/** Several needs between the same two ends are one arrow, with the worst of their verdicts. */
function addNeed(edges: Map<string, GraphEdge>, from: string, to: string, { verdict, port }: ReachabilityNeed): void {
  const key = `${from}>${to}`;
  const known = edges.get(key);
  const before = known?.kind.slice('declared-'.length) as ReachabilityNeed['verdict'] | undefined;
  const worst = before !== undefined && WEIGHT[before] > WEIGHT[verdict] ? before : verdict;
  const words = new Set((known?.label ?? '').split(', ').filter((word) => word !== '' && !(word in WEIGHT)));
  if (port !== undefined) words.add(port);
  if (worst !== 'allowed') words.add(worst);
  edges.set(key, { from, to, kind: `declared-${worst}`, label: [...words].join(', ') });
}

function toNode(id: string, shape: GraphNode['shape'], object: ReachabilityObject): GraphNode {
  const alike =
    'alike' in object && typeof object.alike === 'number' && object.alike > 0 ? ` and ${object.alike} alike` : '';
  return {
    id,
    key: keyOf(object),
    shape,
    title: `${object.name}${alike}`,
    kind: object.kind,
    namespace: object.namespace,
    place: object.place,
  };
}

function outsideNode(id: string, title: string): GraphNode {
  return { id, key: id, shape: 'outside', title, kind: 'outside this unit', namespace: undefined };
}

/** What a node's arrows say, for those who do not see them. */
export function describeNode({ nodes, edges }: Graph, node: GraphNode): string {
  const titles = new Map(nodes.map(({ id, kind, title }) => [id, `${kind} ${title}`]));
  const where = node.namespace === undefined ? '' : `, namespace ${node.namespace}`;
  const out = edges
    .filter(({ from }) => from === node.id)
    .map((edge) => `${WORDS[edge.kind][0]} ${titles.get(edge.to)}${ports(edge)}`);
  const into = edges
    .filter(({ to }) => to === node.id)
    .map((edge) => `${WORDS[edge.kind][1]} ${titles.get(edge.from)}${ports(edge)}`);
  return [`${node.kind} ${node.title}${where}`, ...out, ...into].join('; ');
}

const WORDS: Readonly<Record<GraphEdge['kind'], readonly [string, string]>> = {
  'declared-allowed': ['needs and may call', 'needed and callable by'],
  'declared-denied': ['needs but must not call', 'needed by, but denied to,'],
  'declared-unknown': ['needs and perhaps may call', 'needed and perhaps callable by'],
  allowed: ['may call without a declared need', 'callable without a declared need by'],
  selects: ['selects', 'selected by'],
};

function ports({ label }: GraphEdge): string {
  return label === '' ? '' : ` (${label})`;
}

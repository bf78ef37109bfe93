import type { ReachabilityPlace } from '../../server/src/core/ide/reachabilityData.ts';
import { button, el, svg } from './dom.ts';
import type { Box } from './graphLayout.ts';
import { type Layout, LINE, layOut, type PlacedEdge, type PlacedNode, type Point } from './graphLayout.ts';
import { describeNode, type Graph, type GraphEdge } from './graphModel.ts';
import { createViewport, type Viewport } from './viewport.ts';

export interface GraphOptions {
  readonly onOpen: (place: ReachabilityPlace) => void;
  /** What was shown of the same picture, and the key of the node that the keyboard was at. */
  readonly before: GraphMemory | undefined;
}

export interface GraphMemory {
  /** Equal for pictures with the same nodes and arrows. */
  readonly picture: string;
  readonly shown: Box;
}

export interface GraphView {
  readonly element: HTMLElement;
  /** To be called once the element is in the page. */
  readonly start: () => void;
  readonly memory: () => GraphMemory | undefined;
}

/** The picture of a graph. One node is a stop of the Tab key; the arrow keys go from node to node. */
export function renderGraph(graph: Graph, { onOpen, before }: GraphOptions): GraphView {
  const layout = layOut(graph, createMeasure(), { width: window.innerWidth - 40, height: window.innerHeight - 260 });
  const picture = JSON.stringify([graph.nodes.map(({ key }) => key), graph.edges]);
  const edges = layout.edges.map((placed) => ({ placed, element: drawEdge(placed) }));
  const nodes = layout.nodes.map((placed) => ({ placed, element: drawNode(placed, graph) }));
  const picked = svg(
    'svg',
    { class: 'graph', role: 'group', 'aria-label': 'Graph of the unit. The table says the same in words.' },
    svg('defs', {}, ...MARKERS.map(([id, path]) => drawMarker(id, path))),
    ...layout.boxes.map(drawBox),
    ...sortedByKind(edges).map(({ element }) => element),
    ...nodes.map(({ element }) => element),
  );
  let viewport: Viewport | undefined;

  const highlight = (id: string | undefined): void => {
    const near = new Set(id === undefined ? [] : [id]);
    for (const { placed, element } of edges) {
      const isNear = id !== undefined && (placed.edge.from === id || placed.edge.to === id);
      if (isNear) for (const end of [placed.edge.from, placed.edge.to]) near.add(end);
      element.classList.toggle('far', id !== undefined && !isNear);
    }
    for (const { placed, element } of nodes)
      element.classList.toggle('far', id !== undefined && !near.has(placed.node.id));
  };
  const focusOn = (next: { readonly placed: PlacedNode; readonly element: SVGGElement } | undefined): void => {
    if (next === undefined) return;
    for (const { element } of nodes) element.setAttribute('tabindex', element === next.element ? '0' : '-1');
    next.element.focus({ preventScroll: true });
    viewport?.reveal(next.placed);
  };
  for (const [at, { placed, element }] of nodes.entries()) {
    element.setAttribute('tabindex', at === 0 ? '0' : '-1');
    const open = (): void => {
      if (placed.node.place !== undefined) onOpen(placed.node.place);
    };
    element.addEventListener('click', () => {
      if (viewport?.wasDragged !== true) open();
    });
    element.addEventListener('focus', () => highlight(placed.node.id));
    element.addEventListener('blur', () => highlight(undefined));
    element.addEventListener('pointerenter', () => highlight(placed.node.id));
    element.addEventListener('pointerleave', () => highlight(undefined));
    element.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' || event.key === ' ') open();
      else if (event.key === 'Home') focusOn(nodes[0]);
      else if (event.key === 'End') focusOn(nodes.at(-1));
      else if (!event.shiftKey && DIRECTIONS[event.key] !== undefined)
        focusOn(nearest(nodes, placed, DIRECTIONS[event.key] ?? { x: 0, y: 0 }));
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }
  const press = (key: string): boolean => {
    const direction = DIRECTIONS[key];
    if (key === '+' || key === '=') viewport?.zoom(1.25);
    else if (key === '-') viewport?.zoom(0.8);
    else if (key === '0') viewport?.showAll();
    else if (direction !== undefined) viewport?.pan(direction.x / 8, direction.y / 8);
    else return false;
    return true;
  };
  picked.addEventListener('keydown', (event) => {
    if (press(event.key)) event.preventDefault();
  });
  const tool = (text: string, label: string, key: string) =>
    button(text, `graph tool ${key}`, () => press(key), { 'aria-label': label, title: `${label} (${key})` });
  return {
    element: el(
      'div',
      { class: 'picture' },
      el(
        'div',
        { class: 'tools', role: 'toolbar', 'aria-label': 'Graph' },
        tool('+', 'Zoom in', '+'),
        tool('−', 'Zoom out', '-'),
        tool('Fit', 'Show all', '0'),
      ),
      picked,
    ),
    start: () => {
      viewport = createViewport(picked, layout.size, before?.picture === picture ? before.shown : undefined);
    },
    memory: () => viewport && { picture, shown: viewport.shown },
  };
}

const DIRECTIONS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** The next node in a direction: what lies off to the side counts as farther. */
function nearest<T extends { readonly placed: PlacedNode }>(
  nodes: readonly T[],
  from: PlacedNode,
  direction: Point,
): T | undefined {
  const middle = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });
  const start = middle(from);
  let best: T | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of nodes) {
    const { x, y } = middle(candidate.placed);
    const along = (x - start.x) * direction.x + (y - start.y) * direction.y;
    const aside = Math.abs((x - start.x) * direction.y) + Math.abs((y - start.y) * direction.x);
    const distance = along + 2 * aside;
    if (along > 1 && distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function createMeasure(): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  const { fontFamily } = getComputedStyle(document.body);
  if (context !== null) context.font = `12px ${fontFamily}`;
  return (text) => context?.measureText(text).width ?? text.length * 7;
}

function drawBox({ namespace, x, y, width, height }: Layout['boxes'][number]): SVGGElement {
  return svg(
    'g',
    { class: 'namespace', 'aria-hidden': 'true' },
    svg('rect', { x: `${x}`, y: `${y}`, width: `${width}`, height: `${height}`, rx: '4' }),
    svg('text', { x: `${x + 8}`, y: `${y + 15}` }, namespace),
  );
}

function drawNode({ node, x, y, width, height }: PlacedNode, graph: Graph): SVGGElement {
  const { shape, title, kind, key, place } = node;
  const words = describeNode(graph, node);
  const rect = (inset: number) =>
    svg('rect', {
      x: `${inset}`,
      y: `${inset}`,
      width: `${width - 2 * inset}`,
      height: `${height - 2 * inset}`,
      rx: shape === 'service' ? `${(height - 2 * inset) / 2}` : '3',
    });
  const text = (line: number, content: string, name: string) =>
    svg('text', { x: `${width / 2}`, y: `${5 + (line + 0.75) * LINE}`, class: name }, content);
  return svg(
    'g',
    {
      class: `node ${shape}`,
      transform: `translate(${x} ${y})`,
      role: place === undefined ? 'img' : 'link',
      'aria-label': words,
      'data-key': `graph ${key} ${shape}`,
    },
    svg('title', {}, place === undefined ? words : `${words}. Enter opens the line`),
    rect(0),
    shape === 'entry' ? rect(3) : undefined,
    text(0, title, 'title'),
    text(1, kind, 'kind'),
  );
}

/** What lies behind comes first. */
function sortedByKind<T extends { readonly placed: PlacedEdge }>(edges: readonly T[]): readonly T[] {
  const order: readonly GraphEdge['kind'][] = [
    'selects',
    'allowed',
    'declared-allowed',
    'declared-unknown',
    'declared-denied',
  ];
  return [...edges].sort((a, b) => order.indexOf(a.placed.edge.kind) - order.indexOf(b.placed.edge.kind));
}

function drawEdge({ edge: { kind, label }, points, label: at }: PlacedEdge): SVGGElement {
  const middle = points[Math.floor(points.length / 2)];
  const cross = at ?? middle;
  return svg(
    'g',
    { class: `edge ${kind}`, 'aria-hidden': 'true' },
    svg('path', { d: pathOf(points), 'marker-end': `url(#${kind})` }),
    kind === 'declared-denied' && cross !== undefined
      ? svg('text', { x: `${cross.x}`, y: `${cross.y - LINE / 2}`, class: 'cross' }, '✕')
      : undefined,
    at === undefined || label === ''
      ? undefined
      : svg('text', { x: `${at.x}`, y: `${at.y + LINE / 4}`, class: 'label' }, label),
  );
}

/** A line through the points with its corners rounded. */
function pathOf(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.pop();
  if (first === undefined || last === undefined) return '';
  const bends = rest.map((point, at) => {
    const next = rest[at + 1] ?? last;
    const goal = at === rest.length - 1 ? last : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${goal.x} ${goal.y}`;
  });
  return `M${first.x} ${first.y}${bends.length > 0 ? bends.join('') : `L${last.x} ${last.y}`}`;
}

const ARROW = 'M0 0L9 4.5L0 9Z';
const OPEN_ARROW = 'M0.5 0.5L8.5 4.5L0.5 8.5';
const MARKERS: readonly (readonly [GraphEdge['kind'], string])[] = [
  ['declared-allowed', ARROW],
  ['declared-denied', OPEN_ARROW],
  ['declared-unknown', OPEN_ARROW],
  ['allowed', OPEN_ARROW],
  ['selects', 'M2 4.5A2.5 2.5 0 1 0 7 4.5A2.5 2.5 0 1 0 2 4.5Z'],
];

function drawMarker(id: GraphEdge['kind'], path: string): SVGMarkerElement {
  const size = { viewBox: '0 0 9 9', refX: '8', refY: '4.5', markerWidth: '9', markerHeight: '9' };
  const units = { markerUnits: 'userSpaceOnUse', orient: 'auto' };
  return svg('marker', { id, class: `marker ${id}`, ...size, ...units }, svg('path', { d: path }));
}

/** The lines of the graph and what they mean, in words. */
export function renderLegend(): HTMLElement {
  const items = LEGEND.map(([kind, words]) => el('li', {}, svgInList(kind), words));
  return el('ul', { class: 'legend', 'aria-label': 'Legend' }, ...items);
}

const LEGEND: readonly (readonly [GraphEdge['kind'], string])[] = [
  ['declared-allowed', 'declared and allowed'],
  ['declared-denied', 'declared but denied'],
  ['declared-unknown', 'declared, unknown whether allowed'],
  ['allowed', 'allowed, not declared'],
  ['selects', 'Service selects Pods'],
];

function svgInList(kind: GraphEdge['kind']): HTMLElement {
  const points = [
    { x: 2, y: 9 },
    { x: 46, y: 9 },
  ];
  const sample = svg('svg', { width: '50', height: '18', class: 'graph sample', 'aria-hidden': 'true' });
  sample.append(drawEdge({ edge: { from: '', to: '', kind, label: '' }, points, label: { x: 24, y: 21 } }));
  return el('span', {}, sample);
}

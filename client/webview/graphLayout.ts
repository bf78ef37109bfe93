import { Graph as LayoutGraph, layout } from '@dagrejs/dagre';
import type { Graph, GraphEdge, GraphNode } from './graphModel.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode extends Box {
  readonly node: GraphNode;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  /** The middle of the label. */
  readonly label: Point | undefined;
}

/** A picture in pixels; x and y are those of the upper left corner. */
export interface Layout {
  readonly size: { readonly width: number; readonly height: number };
  readonly boxes: readonly (Box & { readonly namespace: string })[];
  /** From left to right, and down. */
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Room for a box's title. */
const TITLE = 22;
export const LINE = 16;

/** Lays out a graph so that it is largest in a frame of these proportions. `widthOf` measures texts. */
export function layOut(graph: Graph, widthOf: (text: string) => number, frame: Layout['size']): Layout {
  const scaleOf = ({ size }: Layout) => Math.min(frame.width / size.width, frame.height / size.height);
  const right = layOutAlong('LR', graph, widthOf);
  if (scaleOf(right) >= 1) return right;
  const down = layOutAlong('TB', graph, widthOf);
  return scaleOf(down) > scaleOf(right) ? down : right;
}

/** From left to right, or from top to bottom; the nodes of a namespace stand together. */
function layOutAlong(rankdir: 'LR' | 'TB', { nodes, edges }: Graph, widthOf: (text: string) => number): Layout {
  const graph = new LayoutGraph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir, nodesep: 26, ranksep: 46, edgesep: 14, marginx: 16, marginy: 16 + TITLE });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Set<string>();
  for (const node of nodes) {
    const width = Math.max(widthOf(node.title), widthOf(node.kind)) + 24;
    graph.setNode(node.id, { width, height: 2 * LINE + 12 });
    if (node.shape === 'outside') continue;
    const namespace = node.namespace ?? UNWRITTEN;
    const box = `box ${namespace}`;
    if (!boxes.has(namespace)) graph.setNode(box, {});
    boxes.add(namespace);
    graph.setParent(node.id, box);
  }
  for (const [at, { from, to, label }] of edges.entries()) {
    const room = label === '' ? {} : { width: widthOf(label) + 8, height: LINE, labelpos: 'c' as const };
    graph.setEdge(from, to, room, String(at));
  }
  layout(graph);
  const corner = (name: string): Box => {
    const { x = 0, y = 0, width = 0, height = 0 } = graph.node(name);
    return { x: x - width / 2, y: y - height / 2, width, height };
  };
  const { width = 0, height = 0 } = graph.graph();
  return {
    size: { width, height },
    boxes: [...boxes].map((namespace) => {
      const { x, y, width: w, height: h } = corner(`box ${namespace}`);
      return { namespace, x: x - 8, y: y - TITLE, width: w + 16, height: h + TITLE + 8 };
    }),
    nodes: nodes
      .map((node) => ({ node, ...corner(node.id) }))
      .sort((a, b) => a.x + a.width / 2 - (b.x + b.width / 2) || a.y - b.y),
    edges: edges.map((edge, at) => {
      const { points = [], x, y } = graph.edge(edge.from, edge.to, String(at));
      return { edge, points, label: x === undefined || y === undefined ? undefined : { x, y } };
    }),
  };
}

const UNWRITTEN = 'namespace not written';

import { Graph, layout } from '@dagrejs/dagre';
import type { WorkflowEdge } from '@philjs/jobs-core';
import { BOX } from './box-size.ts';

/** The space between boxes of a layer, between layers, and around all. */
const GAP = { boxes: 14, lines: 8, layers: 40, around: 12 } as const;
/** Up to how many boxes the slower way of finding layers is used, which makes shorter lines. */
const FEW = 60;
/** The most layouts that are kept. */
const MOST_KEPT = 50;

/** Holds where the boxes are, and the points that each line goes through. */
export interface LaidOut {
  readonly width: number;
  readonly height: number;
  readonly centres: readonly { readonly x: number; readonly y: number }[];
  readonly bends: readonly (readonly number[])[];
}

const kept = new Map<string, LaidOut>();

/** Lays a graph out in layers from left to right. The latest layouts are kept: states change, graphs seldom do. */
export function layOut(count: number, edges: readonly WorkflowEdge[]): LaidOut {
  const key = JSON.stringify([count, edges.map(({ from, to }) => [from, to])]);
  const known = kept.get(key);
  kept.delete(key);
  const made = known ?? compute(count, edges);
  kept.set(key, made);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
  return made;
}

function compute(count: number, edges: readonly WorkflowEdge[]): LaidOut {
  const graph = new Graph();
  graph.setGraph({
    rankdir: 'LR',
    nodesep: GAP.boxes,
    edgesep: GAP.lines,
    ranksep: GAP.layers,
    marginx: GAP.around,
    marginy: GAP.around,
    ranker: count <= FEW ? 'network-simplex' : 'longest-path',
  });
  for (let place = 0; place < count; place += 1) {
    graph.setNode(String(place), { width: BOX.width, height: BOX.height });
  }
  for (const { from, to } of edges) graph.setEdge(String(from), String(to), {});
  layout(graph);
  const centres = Array.from({ length: count }, (_, place) => {
    const { x = 0, y = 0 } = graph.node(String(place));
    return { x: Math.round(x), y: Math.round(y) };
  });
  const bends = edges.map(({ from, to }) => {
    const points: readonly { x: number; y: number }[] =
      graph.edge(String(from), String(to)).points ?? [];
    return points.slice(1, -1).flatMap(({ x, y }) => [Math.round(x), Math.round(y)]);
  });
  const { width = 0, height = 0 } = graph.graph();
  return { width: Math.ceil(width), height: Math.ceil(height), centres, bends };
}

import type { WorkflowEdge, WorkflowGraph, WorkflowNode } from '@philjs/jobs-core';
import { depths, neighboursOf, runOrder } from './neighbours.ts';

/** How many jobs that are alike have a box each. */
const MOST_ALIKE = 12;
/** Of more, how many keep a box: those that failed, and the first ones. */
const KEPT = { failed: 3, first: 2 } as const;
/** How often the neighbours of jobs are compared, each time one step farther. */
const ROUNDS = 3;

/** Holds a graph of boxes. */
export interface FoldedGraph {
  /** The places of the jobs of each box; of several, they are alike. */
  readonly boxes: readonly (readonly number[])[];
  /** Lists what waits for what, by places of boxes. */
  readonly edges: readonly WorkflowEdge[];
}

/** Describes the part of a workflow that is folded. */
export type Foldable = Pick<WorkflowGraph, 'nodes' | 'edges' | 'criticalPath'>;

/**
 * Puts jobs that are alike into one box, where there are many: of one name, in one layer, with neighbours that are
 * alike. Some keep a box of their own: the one on the critical path, failed ones, the first ones.
 */
export function foldGraph({ nodes, edges, criticalPath }: Foldable): FoldedGraph {
  const kinds = kindsOf(nodes, edges);
  const alike = new Map<number, number[]>();
  for (const [place, kind] of kinds.entries()) {
    const others = alike.get(kind);
    if (others === undefined) alike.set(kind, [place]);
    else others.push(place);
  }
  const path = new Set(criticalPath);
  const folded = new Set<number>();
  for (const places of alike.values()) {
    if (places.length <= MOST_ALIKE) continue;
    const kept = keptOf(places, nodes, path);
    for (const place of places) if (!kept.has(place)) folded.add(place);
  }
  return boxesOf(kinds, folded, edges);
}

/** Gives each job a box of its own. */
export function unfolded({ nodes, edges }: Foldable): FoldedGraph {
  return { boxes: nodes.map((_, place) => [place]), edges };
}

/** Makes the boxes, in the order of their first jobs, and the edges between them, each once. */
function boxesOf(
  kinds: readonly number[],
  folded: ReadonlySet<number>,
  edges: readonly WorkflowEdge[],
): FoldedGraph {
  const boxes: number[][] = [];
  const boxOfKind = new Map<number, number>();
  const boxOf = kinds.map((kind, place) => {
    const known = folded.has(place) ? boxOfKind.get(kind) : undefined;
    if (known !== undefined) {
      boxes[known]?.push(place);
      return known;
    }
    const box = boxes.push([place]) - 1;
    if (folded.has(place)) boxOfKind.set(kind, box);
    return box;
  });
  const seen = new Set<number>();
  const between: WorkflowEdge[] = [];
  for (const edge of edges) {
    const [from, to] = [boxOf[edge.from] ?? 0, boxOf[edge.to] ?? 0];
    const key = from * boxes.length + to;
    if (seen.has(key)) continue;
    seen.add(key);
    between.push({ from, to });
  }
  return { boxes, edges: between };
}

function keptOf(
  places: readonly number[],
  nodes: readonly WorkflowNode[],
  path: ReadonlySet<number>,
): ReadonlySet<number> {
  const failed = places.filter((place) => nodes[place]?.status === 'failed');
  const kept = new Set([
    ...places.filter((place) => path.has(place)),
    ...failed.slice(0, KEPT.failed),
  ]);
  for (const place of places) {
    if (kept.size >= KEPT.first) break;
    kept.add(place);
  }
  return kept;
}

/**
 * Numbers the kinds of jobs. Jobs of one kind are in one layer, as seen from the start and from the end, so the edges
 * between kinds make no circle.
 */
function kindsOf(nodes: readonly WorkflowNode[], edges: readonly WorkflowEdge[]): number[] {
  const neighbours = neighboursOf(nodes.length, edges);
  const { before, after } = neighbours;
  const order = runOrder(neighbours);
  const fromStart = depths(order, before);
  const toEnd = depths(order.toReversed(), after);
  let kinds = numbered(
    nodes.map(({ queueName, name }, place) =>
      JSON.stringify([fromStart[place], toEnd[place], queueName, name]),
    ),
  );
  const distinct = (places: readonly number[] = []): string =>
    [...new Set(places.map((place) => kinds[place] ?? 0))].sort((a, b) => a - b).join();
  for (let round = 0; round < ROUNDS; round += 1) {
    kinds = numbered(
      kinds.map((kind, place) => `${kind};${distinct(before[place])};${distinct(after[place])}`),
    );
  }
  return kinds;
}

/** Gives equal texts equal numbers. */
function numbered(texts: readonly string[]): number[] {
  const numbers = new Map<string, number>();
  return texts.map((text) => {
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, numbers.size);
    return numbers.size - 1;
  });
}

import type { WorkflowEdge } from '@philjs/jobs-core';
import { depths, neighboursOf, runOrder } from './neighbours.ts';

/** The most boxes of a drawing. */
export const MOST_BOXES = 500;
/** The most steps from layer to layer that all its lines take together: they decide how long the layout takes. */
const MOST_STEPS = 3000;
/** The share of the boxes that is left when there are too many steps. */
const FEWER = 0.7;

/** Holds the part of a graph that is drawn. */
export interface DrawnPart {
  /** The number of boxes drawn: the first ones. */
  readonly count: number;
  readonly edges: readonly WorkflowEdge[];
  /** How many edges between those boxes are left out, since they follow from others. */
  readonly implied: number;
}

/**
 * Chooses what is drawn: the boxes next to the last job, as many as keep the layout fast, and of the edges those
 * that do not follow from others, besides the given ones.
 */
export function drawnPart(
  count: number,
  edges: readonly WorkflowEdge[],
  isAlwaysDrawn: (edge: WorkflowEdge) => boolean,
): DrawnPart {
  for (let take = Math.min(count, MOST_BOXES); ; take = Math.floor(take * FEWER)) {
    const within = edges.filter(({ from, to }) => from < take && to < take);
    const { drawn, steps } = reduced(take, within, isAlwaysDrawn);
    if (steps <= MOST_STEPS || take <= 2) {
      return { count: take, edges: drawn, implied: within.length - drawn.length };
    }
  }
}

/** Leaves out the edges that follow from others: a job waits for another also through those that it waits for. */
function reduced(
  count: number,
  edges: readonly WorkflowEdge[],
  isAlwaysDrawn: (edge: WorkflowEdge) => boolean,
): { readonly drawn: readonly WorkflowEdge[]; readonly steps: number } {
  const neighbours = neighboursOf(count, edges);
  const order = runOrder(neighbours);
  const depth = depths(order, neighbours.before);
  const at: number[] = [];
  for (const [index, place] of order.entries()) at[place] = index;
  const words = Math.ceil(count / 32);
  const reach = Array.from({ length: count }, () => new Uint32Array(words));
  const drawn: WorkflowEdge[] = [];
  let steps = 0;
  for (const from of order.toReversed()) {
    const own = reach[from] as Uint32Array;
    // The nearest come first, since only what is nearer can lead to one that is farther.
    const next = [...(neighbours.after[from] ?? [])].sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0));
    for (const to of next) {
      const edge = { from, to };
      if (has(own, to) && !isAlwaysDrawn(edge)) continue;
      drawn.push(edge);
      steps += Math.max(1, (depth[to] ?? 0) - (depth[from] ?? 0));
      add(own, to, reach[to]);
    }
  }
  return { drawn, steps };
}

function has(reach: Uint32Array, place: number): boolean {
  return ((reach[place >>> 5] ?? 0) & (1 << (place & 31))) !== 0;
}

/** Adds a place, and all that is reached from it. */
function add(reach: Uint32Array, place: number, beyond: Uint32Array = reach): void {
  reach[place >>> 5] = (reach[place >>> 5] ?? 0) | (1 << (place & 31));
  for (const [word, bits] of beyond.entries()) reach[word] = (reach[word] ?? 0) | bits;
}

import type { WorkflowEdge } from '@philjs/jobs-core';

/** Lists for each place of a graph what runs before it, and what waits for it. */
export interface Neighbours {
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

/** Finds the neighbours of each of `count` places. */
export function neighboursOf(count: number, edges: readonly WorkflowEdge[]): Neighbours {
  const before: number[][] = Array.from({ length: count }, () => []);
  const after: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) {
    before[to]?.push(from);
    after[from]?.push(to);
  }
  return { before, after };
}

/** Sorts the places so that each comes after all that run before it. */
export function runOrder({ before, after }: Neighbours): number[] {
  const open = before.map((all) => all.length);
  const order = open.flatMap((count, place) => (count === 0 ? [place] : []));
  for (let index = 0; index < order.length; index += 1) {
    for (const next of after[order[index] as number] ?? []) {
      open[next] = (open[next] ?? 0) - 1;
      if (open[next] === 0) order.push(next);
    }
  }
  return order;
}

/** Counts the steps to each place by the longest way from where the order starts. */
export function depths(order: readonly number[], towards: Neighbours['before']): number[] {
  const depth: number[] = towards.map(() => 0);
  for (const place of order) {
    const all = towards[place] ?? [];
    depth[place] = all.reduce((most, one) => Math.max(most, (depth[one] ?? 0) + 1), 0);
  }
  return depth;
}

import type { WorkflowGraph } from './workflow.ts';

/**
 * Lists the places of a workflow's jobs in levels: the last job, then those whose dependants are all in the levels
 * before, and so on. Jobs of one level do not wait for each other.
 */
export function levelsOf({
  nodes,
  edges,
}: Pick<WorkflowGraph, 'edges'> & { readonly nodes: readonly unknown[] }): number[][] {
  const before = nodes.map((): number[] => []);
  const dependants = nodes.map(() => 0);
  for (const { from, to } of edges) {
    before[to]?.push(from);
    dependants[from] = (dependants[from] ?? 0) + 1;
  }
  const levels: number[][] = [];
  let level = [...nodes.keys()].filter((place) => dependants[place] === 0);
  while (level.length > 0) {
    levels.push(level);
    const next: number[] = [];
    for (const from of level.flatMap((place) => before[place] ?? [])) {
      dependants[from] = (dependants[from] ?? 0) - 1;
      if (dependants[from] === 0) next.push(from);
    }
    level = next;
  }
  return levels;
}

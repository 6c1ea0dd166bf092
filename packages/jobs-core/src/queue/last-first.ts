import type { WorkflowGraph } from './workflow.ts';

/** Lists the places of a workflow's jobs so that each comes before all those it waits for, the last job first. */
export function lastFirst({ nodes, edges }: Pick<WorkflowGraph, 'nodes' | 'edges'>): number[] {
  const before = nodes.map((): number[] => []);
  const waiting = nodes.map(() => 0);
  for (const { from, to } of edges) {
    before[to]?.push(from);
    waiting[from] = (waiting[from] ?? 0) + 1;
  }
  const listed = [...nodes.keys()].filter((place) => waiting[place] === 0);
  for (const place of listed) {
    for (const from of before[place] ?? []) {
      waiting[from] = (waiting[from] ?? 0) - 1;
      if (waiting[from] === 0) listed.push(from);
    }
  }
  return listed;
}

import type { WorkflowEdge, WorkflowNode } from './workflow.ts';

/**
 * Finds the chain of jobs that decides when the last one (the first of `nodes`) ends, the first job first: before each
 * job the one that ended last, of what it waits for, or that has not ended.
 */
export function criticalPathOf(
  nodes: readonly WorkflowNode[],
  edges: readonly WorkflowEdge[],
): number[] {
  const before = new Map<number, number>();
  for (const { from, to } of edges) {
    const known = before.get(to);
    if (known === undefined || endOf(nodes[from]) > endOf(nodes[known])) before.set(to, from);
  }
  const path: number[] = [];
  for (let at: number | undefined = 0; at !== undefined; at = before.get(at)) path.push(at);
  return path.reverse();
}

/** Returns when a job ended; one that has not ends after all that have, and one that runs before those that wait. */
function endOf(node: WorkflowNode | undefined): number {
  if (node?.status === 'removed') return 0;
  if (node?.finishedAt !== undefined) return node.finishedAt.getTime();
  return node?.status === 'active' ? Number.MAX_VALUE : Number.POSITIVE_INFINITY;
}

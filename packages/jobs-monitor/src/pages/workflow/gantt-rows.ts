import type { WorkflowGraph } from '@philjs/jobs-core';
import { neighboursOf } from './neighbours.ts';
import type { GanttRow, WorkflowJob } from './workflow-data.ts';

/** How many jobs have a line. */
const MOST = 40;

/**
 * Chooses the jobs whose time is drawn: those that ran or could run, first those on the critical path, then those that
 * failed or run, then those that took longest. They are in the order in which they became ready.
 */
export function ganttRows(
  { nodes, edges }: WorkflowGraph,
  jobs: readonly WorkflowJob[],
): GanttRow[] {
  const { before } = neighboursOf(nodes.length, edges);
  const rows = jobs.flatMap((job, place): GanttRow[] => {
    const ends = (before[place] ?? []).map((one) => nodes[one]?.finishedAt?.getTime());
    const readyAt = lastOf([nodes[place]?.createdAt?.getTime(), ...ends]);
    const isReady = job.startedAt !== undefined || !ends.includes(undefined);
    return readyAt === undefined || !isReady || job.status === 'removed' ? [] : [{ job, readyAt }];
  });
  const chosen = rows
    .map((row) => ({ row, rank: rankOf(row) }))
    .sort((a, b) => b.rank - a.rank)
    .slice(0, MOST)
    .map(({ row }) => row);
  return chosen.sort((a, b) => a.readyAt - b.readyAt || startOf(a) - startOf(b));
}

function lastOf(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

/** Ranks a job by how much it explains: beyond all that took long those that are open, and beyond these the critical path. */
function rankOf({ job: { isCritical, status, startedAt, finishedAt }, readyAt }: GanttRow): number {
  const took = (finishedAt ?? startedAt ?? readyAt) - readyAt;
  if (isCritical) return Number.POSITIVE_INFINITY;
  return status === 'failed' || status === 'active' ? Number.MAX_SAFE_INTEGER : took;
}

function startOf({ job, readyAt }: GanttRow): number {
  return job.startedAt ?? readyAt;
}

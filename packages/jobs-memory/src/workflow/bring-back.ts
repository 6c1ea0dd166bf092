import { rareOf, restartAt, type StoredJob } from '../state/stored-job.ts';
import type { WorkflowNode } from './workflow-node.ts';

/** Makes a failed or cancelled job as it was before its first attempt, to be put back. */
export function resetJob(job: StoredJob, now: number): void {
  job.attemptsMade = 0;
  job.finishedAt = undefined;
  restartAt(job, now);
  const rare = rareOf(job);
  rare.error = undefined;
  rare.failures = undefined;
  rare.stalledCount = 0;
  rare.expiresAt = undefined;
  rare.cancelRequested = undefined;
  if (rare.node !== undefined) rare.node.isPutBack = true;
}

/** Blocks the jobs again that failed for a job that is put back, and those that failed for them. */
export function bringBackDependants(node: WorkflowNode, now: number): void {
  const left = node.revived();
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { job, table } = next;
    // Core is failing this one now: it is blocked once core has answered.
    if (job === undefined || job.status === 'active') continue;
    const hadEnded = job.finishedAt !== undefined;
    if (hadEnded && table.keys.takeAgain(job, now) !== undefined) continue;
    table.leave(job);
    if (hadEnded) {
      resetJob(job, now);
      left.push(...next.revived());
    }
    next.isDoomed = false;
    table.block(job);
  }
}

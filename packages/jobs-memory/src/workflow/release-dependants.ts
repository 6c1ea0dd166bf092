import type { ExchangeParams } from '@philjs/jobs-core/backend';
import type { JobTable } from '../state/job-table.ts';
import type { StoredJob } from '../state/stored-job.ts';
import { undelayedAt } from './undelayed-at.ts';

/** The number of blocked jobs that one exchange releases at most. */
const MOST_RELEASED = 100;

/**
 * Releases jobs whose dependencies have ended; returns those that fail for a dependency, leased to the holder, unless that
 * is stopping.
 */
export function releaseDependants(
  table: JobTable,
  { holder, now, leaseMs, isStopping }: ExchangeParams,
): StoredJob[] {
  const doomed: StoredJob[] = [];
  let left = MOST_RELEASED;
  for (const node of table.releasable) {
    if (left === 0) break;
    left -= 1;
    if (isStopping && node.hasFailed) continue;
    table.releasable.delete(node);
    const { job } = node;
    if (job?.status !== 'blocked') continue;
    if (node.hasFailed) {
      table.leave(job);
      node.isDoomed = true;
      table.waiting.limitsOf(job.name)?.noteActive(job);
      table.activate([job], holder, now, now + leaseMs);
      doomed.push(job);
    } else if (!node.hasOpen) {
      table.leave(job);
      table.place(job, Math.max(now, undelayedAt(job)));
      table.tellPlaced(job, now);
    }
  }
  return doomed;
}

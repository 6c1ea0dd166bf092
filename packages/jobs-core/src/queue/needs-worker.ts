import type { JobCounts } from '../contract/job-status.ts';

/** How long before a delayed job is due its queue needs a worker, in milliseconds. */
const WORK_AHEAD_MS = 15 * 60_000;

/** Returns whether a queue needs a worker: jobs wait, or are active, or the next delayed one is due within 15 minutes. */
export function needsWorker({
  stats,
  nextDelayedMs = Number.POSITIVE_INFINITY,
}: {
  readonly stats: Pick<JobCounts, 'waiting' | 'active'>;
  readonly nextDelayedMs?: number;
}): boolean {
  return stats.waiting + stats.active > 0 || nextDelayedMs <= WORK_AHEAD_MS;
}

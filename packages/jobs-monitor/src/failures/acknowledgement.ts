import type { IQueue, Job } from '@philjs/jobs-core';

/** Where a failed job says in its metadata until when somebody knows of it, in epoch milliseconds. */
export const ACKNOWLEDGED = 'acknowledgedAt';

/** How many jobs are noted at once. */
const AT_ONCE = 25;

/** Tells whether somebody knows that a job failed: they said so after it did. */
export function isAcknowledged({ metadata, finishedAt, createdAt }: Job): boolean {
  const at = metadata[ACKNOWLEDGED];
  return typeof at === 'number' && at >= (finishedAt ?? createdAt).getTime();
}

/**
 * Notes on failed jobs that somebody knows of them; answers how many of them it was. A job that is
 * retried and fails again counts again.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no updates
 */
export async function acknowledge(queue: IQueue, jobs: readonly Job[]): Promise<number> {
  const at = queue.clock.now();
  const open = jobs.filter((job) => job.status === 'failed' && !isAcknowledged(job));
  for (let start = 0; start < open.length; start += AT_ONCE) {
    const batch = open.slice(start, start + AT_ONCE);
    await Promise.all(
      batch.map(({ id, metadata }) =>
        queue.updateJob(id, { metadata: { ...metadata, [ACKNOWLEDGED]: at } }),
      ),
    );
  }
  return open.length;
}

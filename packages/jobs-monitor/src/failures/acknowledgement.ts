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
export async function acknowledge(queue: IQueue, ids: readonly string[]): Promise<number> {
  const at = queue.clock.now();
  let changed = 0;
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const batch = ids.slice(start, start + AT_ONCE);
    const notes = await Promise.all(batch.map((id) => note(queue, id, at)));
    changed += notes.filter((noted) => noted).length;
  }
  return changed;
}

/** Adds to the metadata that is stored: what a page or a search has of it may be masked. */
async function note(queue: IQueue, id: string, at: number): Promise<boolean> {
  const job = await queue.getJob(id);
  if (job?.status !== 'failed' || isAcknowledged(job)) return false;
  await queue.updateJob(id, { metadata: { ...job.metadata, [ACKNOWLEDGED]: at } });
  return true;
}

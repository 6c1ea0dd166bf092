import type { IQueue, Job } from '@philjs/jobs-core';

/** The metadata key for when a failed job was acknowledged, in epoch milliseconds. */
export const ACKNOWLEDGED = 'acknowledgedAt';

/** How many jobs are acknowledged at the same time. */
const AT_ONCE = 25;

/** Returns whether a job was acknowledged after its last failure. */
export function isAcknowledged({ metadata, finishedAt, createdAt }: Job): boolean {
  const at = metadata[ACKNOWLEDGED];
  return typeof at === 'number' && at >= (finishedAt ?? createdAt).getTime();
}

/**
 * Acknowledges failed jobs; returns how many. A job that is retried and fails again is no longer
 * acknowledged.
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

/** Adds to the stored metadata, since the copy on a page or in a search may be masked. */
async function note(queue: IQueue, id: string, at: number): Promise<boolean> {
  const job = await queue.getJob(id);
  if (job?.status !== 'failed' || isAcknowledged(job)) return false;
  await queue.updateJob(id, { metadata: { ...job.metadata, [ACKNOWLEDGED]: at } });
  return true;
}

import type { Rows } from './job-table.ts';
import type { FinishedStatus, StoredJob } from './stored-job.ts';

/** Stores a finished job, and removes those that are not to be kept. */
export async function finishJob(
  rows: Rows,
  job: StoredJob & { readonly status: FinishedStatus; readonly finishedAt: number },
): Promise<void> {
  const { keepCompleted, keepFailed, keepCancelled } = job;
  const keep = { completed: keepCompleted, failed: keepFailed, cancelled: keepCancelled };
  const { count, ageMs } = keep[job.status];
  if (count === 0) {
    await rows.delete(job.id);
    return;
  }
  await rows.put(job);
  for (const id of await rows.beyond(job.status, count, job.finishedAt - ageMs)) {
    await rows.delete(id);
  }
}

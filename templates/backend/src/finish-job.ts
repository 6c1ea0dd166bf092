import type { JobTable } from './job-table.ts';
import type { FinishedStatus, StoredJob } from './stored-job.ts';

/** Stores a finished job, and removes those that are not to be kept. */
export function finishJob(
  table: JobTable,
  job: StoredJob & { readonly status: FinishedStatus; readonly finishedAt: number },
): void {
  const { keepCompleted, keepFailed, keepCancelled } = job;
  const keep = { completed: keepCompleted, failed: keepFailed, cancelled: keepCancelled };
  const { count, ageMs } = keep[job.status];
  if (count === 0) {
    table.delete(job.id);
    return;
  }
  table.put(job);
  for (const id of table.beyond(job.status, count, job.finishedAt - ageMs)) table.delete(id);
}

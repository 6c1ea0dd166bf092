import type { JobTable } from './job-table.ts';
import type { StoredJob } from './stored-job.ts';

/** Stores a finished job, and removes those that are not to be kept. */
export function finishJob(
  table: JobTable,
  job: StoredJob & { readonly status: 'completed' | 'failed'; readonly finishedAt: number },
): void {
  const { count, ageMs } = job.status === 'completed' ? job.keepCompleted : job.keepFailed;
  if (count === 0) {
    table.delete(job.id);
    return;
  }
  table.put(job);
  for (const id of table.beyond(job.status, count, job.finishedAt - ageMs)) table.delete(id);
}

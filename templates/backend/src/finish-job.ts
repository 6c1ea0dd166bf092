import type { Rows } from './engine-table.ts';
import type { FinishedStatus, StoredJob } from './stored-job.ts';

/** Stores a finished job, and removes those that are not to be kept: those of its name, and the oldest of all. */
export async function finishJob(
  rows: Rows,
  job: StoredJob & { readonly status: FinishedStatus; readonly finishedAt: number },
): Promise<void> {
  const { keepCompleted, keepFailed, keepCancelled } = job;
  const keep = { completed: keepCompleted, failed: keepFailed, cancelled: keepCancelled };
  const { count, ageMs, total } = keep[job.status];
  if (count === 0) {
    await rows.delete(job.id);
    return;
  }
  await rows.put(job);
  const { status, name } = job;
  const before = job.finishedAt - ageMs;
  for (const id of await rows.beyond({ status, name, count, before })) await rows.delete(id);
  if (total === undefined) return;
  for (const id of await rows.beyond({ status, count: total })) await rows.delete(id);
}

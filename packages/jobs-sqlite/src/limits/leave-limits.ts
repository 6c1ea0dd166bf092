import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Holds the columns needed of a job that leaves the active ones. */
export interface CountedJob {
  readonly id: SqlValue;
  readonly name: SqlValue;
  readonly limited: SqlValue;
  readonly rate_key: SqlValue;
  readonly concurrency_key: SqlValue;
  readonly processed_at: SqlValue;
  readonly fencing_token: SqlValue;
}

/** The columns of {@link CountedJob} that those of an ending job lack. */
export const COUNTED_COLUMNS = 'limited, rate_key, concurrency_key, processed_at, fencing_token';

/** Frees the slots of an active job; gives its start back if it never `started` to run. */
export function leaveLimits(change: QueueChange, job: CountedJob, started = true): void {
  if (job.limited !== 1) return;
  const { file, queue } = change;
  change.makesReady();
  file.run(
    'UPDATE philjs_jobs_limits SET opens_at = NULL WHERE queue = ? AND name = ? AND opens_at IS NOT NULL AND paused = 0',
    queue,
    job.name,
  );
  if (job.concurrency_key !== null) {
    file.run(
      `UPDATE philjs_jobs_lines INDEXED BY philjs_jobs_lines_shut_by_key SET opens_at = NULL
        WHERE opens_at IS NOT NULL AND queue = ? AND name = ? AND concurrency_key = ?`,
      queue,
      job.name,
      job.concurrency_key,
    );
  }
  if (started || job.processed_at === null) return;
  const rateKey = job.rate_key ?? '';
  file.run(
    `DELETE FROM philjs_jobs_starts WHERE queue = ? AND name = ? AND rate_key = ? AND at = ? AND job = ?
      AND fencing_token = ?`,
    queue,
    job.name,
    rateKey,
    job.processed_at,
    job.id,
    job.fencing_token,
  );
  if (rateKey !== '') {
    const sql =
      'UPDATE philjs_jobs_lines SET opens_at = NULL WHERE queue = ? AND name = ? AND rate_key = ?';
    file.run(sql, queue, job.name, rateKey);
  } else {
    const sql = 'UPDATE philjs_jobs_limits SET gate_opens_at = NULL WHERE queue = ? AND name = ?';
    file.run(sql, queue, job.name);
  }
}

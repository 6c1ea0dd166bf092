import { limitOwner, strictOf } from '@philjs/jobs-core/backend';
import type { SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { isShared } from './shared-limit.ts';

/** Holds the columns needed of a job that leaves the active ones. */
export interface CountedJob {
  readonly id: SqlValue;
  readonly name: SqlValue;
  readonly limited: SqlValue;
  readonly rate_key: SqlValue;
  readonly concurrency_key: SqlValue;
  readonly held_key: SqlValue;
  readonly processed_at: SqlValue;
  readonly fencing_token: SqlValue;
}

/** The columns of {@link CountedJob} that those of an ending job lack. */
export const COUNTED_COLUMNS =
  'limited, rate_key, concurrency_key, held_key, processed_at, fencing_token';

/** Returns whether a job that leaves the active ones keeps the slot of its strict key: one that ends only by a failure. */
export function keepsKey({ limited, concurrency_key: key }: CountedJob, ends: boolean): boolean {
  const strict = limited === 1 && typeof key === 'string' ? strictOf(key) : undefined;
  return strict !== undefined && (!ends || strict === 'hold');
}

/** Frees the slots of an active job, but for that of a key that it `keeps`; gives its start back if it never `started` to run. */
export function leaveLimits(
  change: QueueChange,
  job: CountedJob & { readonly key: SqlValue },
  { started = true, keeps = false }: { readonly started?: boolean; readonly keeps?: boolean } = {},
): void {
  if (job.limited !== 1) return;
  const { file, queue } = change;
  change.makesReady();
  file.run(
    'UPDATE philjs_jobs_limits SET opens_at = NULL WHERE queue = ? AND name = ? AND opens_at IS NOT NULL AND paused = 0',
    queue,
    job.name,
  );
  if (keeps) {
    const hold =
      'UPDATE philjs_jobs_jobs SET held_key = concurrency_key, concurrency_key = NULL WHERE key = ?';
    file.run(hold, job.key);
  } else openKey(change, job, 'concurrency_key');
  if (started || job.processed_at === null) return;
  const rateKey = String(job.rate_key ?? '');
  file.run(
    `DELETE FROM philjs_jobs_starts WHERE queue = ? AND name = ? AND rate_key = ? AND at = ? AND job = ?
      AND fencing_token = ?`,
    queue,
    limitOwner(String(job.name), rateKey),
    rateKey,
    job.processed_at,
    job.id,
    job.fencing_token,
  );
  if (rateKey !== '') openKey(change, job, 'rate_key');
  else {
    const sql = 'UPDATE philjs_jobs_limits SET gate_opens_at = NULL WHERE queue = ? AND name = ?';
    file.run(sql, queue, job.name);
  }
}

/** Opens the lines of a key that are shut: of the job's name, or of all names that share a limit. */
function openKey(
  { file, queue }: QueueChange,
  job: CountedJob,
  column: 'concurrency_key' | 'rate_key',
): void {
  const key = job[column];
  if (key === null) return;
  const isOwn = limitOwner(String(job.name), String(key)) === job.name;
  const [index, where] = isOwn
    ? [column === 'rate_key' ? '' : 'INDEXED BY philjs_jobs_lines_shut_by_key', 'name = ?']
    : [`INDEXED BY philjs_jobs_lines_shut_by_shared_${column}`, isShared(column)];
  file.run(
    `UPDATE philjs_jobs_lines ${index} SET opens_at = NULL
      WHERE opens_at IS NOT NULL AND queue = ? AND ${where} AND ${column} = ?`,
    ...[queue, ...(isOwn ? [job.name] : []), key],
  );
}

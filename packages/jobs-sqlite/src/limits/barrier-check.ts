import type { JobLimits } from '@philjs/jobs-core';
import { limitOwner } from '@philjs/jobs-core/backend';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { isShared } from './shared-limit.ts';

type Reader = SqliteQueueStore | QueueChange;

/** Counts the active jobs of a name, or of one of the concurrency keys that its jobs have. */
export function countActive({ file, queue }: Reader, name: string, key?: string): number {
  const count = `SELECT count(*) AS jobs FROM philjs_jobs_jobs WHERE limited = 1 AND status = 'active' AND queue = ?`;
  const row =
    key === undefined
      ? file.get(`${count} AND name = ?`, queue, name)
      : limitOwner(name, key) === name
        ? file.get(`${count} AND name = ? AND concurrency_key = ?`, queue, name, key)
        : file.get(
            `${count} AND ${isShared('concurrency_key')} AND concurrency_key = ?`,
            queue,
            key,
          );
  return Number(row?.['jobs']);
}

/** Returns when a job of a rate key may start by the rate of its owner: `now` or before, if it may now. */
export function rateOpensAt(
  { file, queue }: Reader,
  owner: string,
  rate: JobLimits['rate'],
  rateKey: string,
  now: number,
): number {
  if (rate === undefined) return now;
  const row = file.get(
    `SELECT at FROM philjs_jobs_starts WHERE queue = ? AND name = ? AND rate_key = ? ORDER BY at DESC LIMIT 1 OFFSET ? + 0`,
    queue,
    owner,
    rateKey,
    rate.max - 1,
  );
  return row === undefined ? now : Number(row['at']) + rate.per;
}

/** Returns until when the jobs of a key of an owner are held back, or 0. */
export function heldUntil(
  { file, queue }: Reader,
  owner: string,
  kind: 'rate' | 'concurrency',
  key: string,
): number {
  if (key === '') return 0;
  const sql =
    'SELECT until FROM philjs_jobs_holds WHERE queue = ? AND name = ? AND kind = ? AND key = ?';
  return Number(file.get(sql, queue, owner, kind, key)?.['until'] ?? 0);
}

/**
 * Moves the starts of a rate key into the past when the clock was set back; otherwise a limit would hold until the
 * clock catches up.
 */
export function keepPast(
  { file, queue }: QueueChange,
  owner: string,
  rateKey: string,
  now: number,
): void {
  const where = 'WHERE queue = ? AND name = ? AND rate_key = ?';
  const row = file.get(
    `SELECT max(at) AS last FROM philjs_jobs_starts ${where}`,
    queue,
    owner,
    rateKey,
  );
  const lead = Number(row?.['last'] ?? now) - now;
  if (lead > 0)
    file.run(`UPDATE philjs_jobs_starts SET at = at - ? ${where}`, lead, queue, owner, rateKey);
}

import type { JobLimits } from '@philjs/jobs-core';
import { limitOwner, strictOf } from '@philjs/jobs-core/backend';
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
  const held =
    key === undefined || strictOf(key) === undefined ? 0 : countHeld({ file, queue }, name, key);
  return Number(row?.['jobs']) + held;
}

/** Counts the jobs that keep a strict key without being active by it. */
function countHeld(
  { file, queue }: Pick<Reader, 'file' | 'queue'>,
  name: string,
  key: string,
): number {
  const held = 'SELECT count(*) AS jobs FROM philjs_jobs_jobs WHERE queue = ? AND held_key = ?';
  const isOwn = limitOwner(name, key) === name;
  const row = isOwn
    ? file.get(`${held} AND name = ?`, queue, key, name)
    : file.get(held, queue, key);
  return Number(row?.['jobs']);
}

/** Finds the job that has the slot of a strict key. */
export function holderOf({ file, queue }: Reader, name: string, key: string): string | undefined {
  if (strictOf(key) === undefined) return undefined;
  const own = limitOwner(name, key) === name ? 'AND name = ?' : '';
  const values = [queue, key, ...(own === '' ? [] : [name])] as const;
  const held = file.get(
    `SELECT id FROM philjs_jobs_jobs WHERE queue = ? AND held_key = ? ${own} LIMIT 1`,
    ...values,
  );
  const active = `status = 'active' AND limited = 1 AND concurrency_key = ?`;
  const row =
    held ??
    file.get(
      `SELECT id FROM philjs_jobs_jobs WHERE queue = ? AND ${active} ${own} LIMIT 1`,
      ...values,
    );
  return row === undefined ? undefined : String(row['id']);
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

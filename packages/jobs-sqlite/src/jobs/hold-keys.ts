import type { Deduplication } from '@philjs/jobs-core';
import type { SqlValue } from '../database/sqlite-file.ts';
import { toText } from '../database/text.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Finds the job that holds a key; forgets the keys whose time is over. */
export function holderOf({ file, queue, now }: QueueChange, key: string): string | undefined {
  file.run('DELETE FROM keys WHERE queue = ? AND free_at <= ?', queue, now);
  const row = file.get('SELECT job FROM keys WHERE queue = ? AND key = ?', queue, toText(key));
  return row?.['job'] as string | undefined;
}

/** Gives a key to a job, which may hold it already; `fencingToken` is that of its latest start. */
export function takeKey(
  change: QueueChange,
  job: string,
  wish: Deduplication,
  fencingToken = 0,
): void {
  const { file, queue, now } = change;
  const freeAt = wish.ttlMs === undefined ? null : now + wish.ttlMs;
  file.run(
    `INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET job = excluded.job, mode = excluded.mode, free_at = excluded.free_at,
        fencing_token = excluded.fencing_token`,
    queue,
    toText(wish.key),
    job,
    wish.mode,
    freeAt,
    fencingToken,
  );
}

/** Tells how often a job had started when it took its key, of one that holds it. */
export function startsAtTaking(
  { file, queue }: QueueChange,
  key: string,
  job: string,
): number | undefined {
  const sql = 'SELECT fencing_token FROM keys WHERE queue = ? AND key = ? AND job = ?';
  return file.get(sql, queue, toText(key), job)?.['fencing_token'] as number | undefined;
}

/** Holds a key as long again, as `extend` does. */
export function extendKey({ file, queue, now }: QueueChange, wish: Deduplication): void {
  const freeAt = wish.ttlMs === undefined ? null : now + wish.ttlMs;
  const sql = 'UPDATE keys SET free_at = ? WHERE queue = ? AND key = ?';
  file.run(sql, freeAt, queue, toText(wish.key));
}

/** When a job lets go of its key, by what happened to it. */
const LETS_GO = {
  started: "AND mode <> 'drop'",
  finished: "AND NOT (mode = 'drop' AND free_at IS NOT NULL)",
  removed: '',
} as const;

/** Frees the key of a job, unless it goes on holding it after what happened. `id` and `key` are as stored. */
export function letGo(
  { file, queue }: QueueChange,
  happened: keyof typeof LETS_GO,
  id: SqlValue | undefined,
  key: SqlValue | undefined,
): void {
  if (typeof key !== 'string') return;
  const sql = `DELETE FROM keys WHERE queue = ? AND key = ? AND job = ? ${LETS_GO[happened]}`;
  file.run(sql, queue, key, id ?? null);
}

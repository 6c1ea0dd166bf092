import type { Deduplication } from '@philjs/jobs-core/backend';
import { toText } from '@philjs/jobs-core/internal';
import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';

/** Finds the job that holds a key; deletes keys whose time limit is over. */
export function holderOf({ file, queue, now }: QueueChange, key: string): string | undefined {
  file.run('DELETE FROM philjs_jobs_keys WHERE queue = ? AND free_at <= ?', queue, now);
  const row = file.get(
    'SELECT job FROM philjs_jobs_keys WHERE queue = ? AND key = ?',
    queue,
    toText(key),
  );
  return row?.['job'] as string | undefined;
}

/** Gives a key to a job, also one that holds it already; `fencingToken` is the token of its latest start. */
export function takeKey(
  change: QueueChange,
  job: string,
  wish: Deduplication,
  fencingToken = 0,
): void {
  const { file, queue, now } = change;
  const freeAt = wish.ttlMs === undefined ? null : now + wish.ttlMs;
  file.run(
    `INSERT INTO philjs_jobs_keys VALUES (?, ?, ?, ?, ?, ?)
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

/** Returns how often the holder of a key had started when it took the key. */
export function startsAtTaking(
  { file, queue }: QueueChange,
  key: string,
  job: string,
): number | undefined {
  const sql = 'SELECT fencing_token FROM philjs_jobs_keys WHERE queue = ? AND key = ? AND job = ?';
  return file.get(sql, queue, toText(key), job)?.['fencing_token'] as number | undefined;
}

/** Starts the time limit of a key again, for `extend`. */
export function extendKey({ file, queue, now }: QueueChange, wish: Deduplication): void {
  const freeAt = wish.ttlMs === undefined ? null : now + wish.ttlMs;
  const sql = 'UPDATE philjs_jobs_keys SET free_at = ? WHERE queue = ? AND key = ?';
  file.run(sql, freeAt, queue, toText(wish.key));
}

/** The conditions under which a job frees its key, by event. */
const LETS_GO = {
  started: "AND mode <> 'drop'",
  finished: "AND NOT (mode = 'drop' AND free_at IS NOT NULL)",
  removed: '',
} as const;

/** Frees the key of a job, unless the job keeps holding it after this event. `id` and `key` are as stored. */
export function letGo(
  { file, queue }: QueueChange,
  happened: keyof typeof LETS_GO,
  id: SqlValue | undefined,
  key: SqlValue | undefined,
): void {
  if (typeof key !== 'string') return;
  const sql = `DELETE FROM philjs_jobs_keys WHERE queue = ? AND key = ? AND job = ? ${LETS_GO[happened]}`;
  file.run(sql, queue, key, id ?? null);
}

/** Gives a job that is put back its key again; if another job holds the key, returns the id of that job. */
export function takeKeyAgain(change: QueueChange, row: Row): string | undefined {
  const { id, deduplication, fencing_token: token } = row;
  if (typeof deduplication !== 'string') return undefined;
  const wish = JSON.parse(deduplication) as Deduplication;
  const holder = holderOf(change, wish.key);
  if (holder !== undefined && holder !== id) return holder;
  takeKey(change, String(id), wish, Number(token));
  return undefined;
}

/** Gives a job another key, or none, for the one it had; if another job holds it, returns the id of that job instead. */
export function changeKey(
  change: QueueChange,
  row: Row,
  wish: Deduplication | null,
): string | undefined {
  const { key = null, id, deduplication_key: had, fencing_token: token } = row;
  if (had === (wish === null ? null : toText(wish.key))) return undefined;
  const holder = wish === null ? undefined : holderOf(change, wish.key);
  if (holder !== undefined) return holder;
  letGo(change, 'removed', id, had);
  change.file.run(
    'UPDATE philjs_jobs_jobs SET deduplication_key = ?, deduplication = ? WHERE key = ?',
    wish === null ? null : toText(wish.key),
    wish === null ? null : JSON.stringify(wish),
    key,
  );
  if (wish !== null) takeKey(change, String(id), wish, Number(token));
  return undefined;
}

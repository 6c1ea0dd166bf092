import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';

/** Names the share of a key in its class. No key is ''. */
export interface ShareName {
  readonly cls: number;
  readonly key: string;
}

/** Holds what a key of a class has used of its turns. */
export interface Share extends ShareName {
  /** The virtual time from which the number of its head counts. */
  readonly base: number;
  /** When that changed: among equal numbers the older one goes first. */
  readonly since: number;
}

/** Describes a job that has become waiting. */
export interface ShareJob {
  /** Its key in the table of jobs; absent of the row that was just inserted there. */
  readonly key?: SqlValue;
  readonly turn: number;
  readonly weight: SqlValue;
}

/** Records the turn of a key before a job of it started, and when that was charged. */
export interface Charge {
  readonly base: number;
  readonly since: number;
  readonly at: number;
  /** The revision of the order that charged it. */
  readonly revision: number;
}

/** Encodes a charge for the row of its job: short, since the row grows by it at each start. */
export function chargeText({ base, since, at, revision }: Charge): string {
  return `[${base},${since},${at},${revision}]`;
}

/** Decodes a charge. */
export function toCharge(text: string): Charge {
  const [base, since, at, revision] = JSON.parse(text) as readonly [number, number, number, number];
  return { base, since, at, revision };
}

const NAMED = 'queue = ? AND class = ? AND key = ?';
/** The waiting jobs of a key, with or without those that limits keep apart. */
const OF_KEY =
  "status = 'waiting' AND class IS NOT NULL AND number IS NULL AND queue = ? AND class = ? AND fair_key IS ?";

/** Advances the virtual time of a class to the number of a start; returns it: the largest number that has started. */
export function advanceTime({ file, queue }: QueueChange, cls: number, number: number): number {
  const sql = `INSERT INTO philjs_jobs_fair_classes VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET virtual_time = max(virtual_time, excluded.virtual_time) RETURNING virtual_time`;
  return Number(file.get(sql, queue, cls, number)?.['virtual_time']);
}

/** Returns what a start of a job costs its share. */
export function costOf(job: Row): number {
  return 1 / Number(job['weight'] ?? 1);
}

/** Reads a share. */
export function readShare({ file, queue }: QueueChange, name: ShareName): Share | undefined {
  const { cls, key } = name;
  const sql = `SELECT base, since FROM philjs_jobs_shares WHERE ${NAMED}`;
  const row = file.get(sql, queue, cls, key);
  return row && { cls, key, base: Number(row['base']), since: Number(row['since']) };
}

const JOIN = `INSERT INTO philjs_jobs_shares (queue, class, key, base, since, head_number, head, head_turn)
  SELECT ?1, ?2, ?3, base, ?4, base + ?5, coalesce(?6, last_insert_rowid()), ?7
    FROM (SELECT min(coalesce(?8, time), time) AS base FROM (SELECT coalesce((SELECT virtual_time
      FROM philjs_jobs_fair_classes WHERE queue = ?1 AND class = ?2), 0) AS time)) WHERE true
  ON CONFLICT DO UPDATE SET head_number = base + ?5, head = excluded.head, head_turn = excluded.head_turn
    WHERE head_turn IS NULL OR excluded.head_turn <= head_turn`;

/**
 * Lets a job that has become waiting share the turns of its key, perhaps with the turn that it takes back. A key that had none
 * counts from the virtual time of its class.
 */
export function joinShare(
  change: QueueChange,
  { cls, key }: ShareName,
  job: ShareJob,
  kept?: Charge,
): void {
  const cost = costOf({ weight: job.weight });
  const since = kept?.since ?? change.nextTurn();
  const head = [job.key ?? null, job.turn, kept?.base ?? null] as const;
  change.file.run(JOIN, change.queue, cls, key, since, cost, ...head);
}

/** Notes that a waiting job of a key has left without a start; a share without jobs goes. */
export function leaveShare(change: QueueChange, name: ShareName, after?: number): void {
  if (!renumberShare(change, name, after) && !hasLimitedJobs(change, name)) dropShare(change, name);
}

/** Changes a share after a start that was charged to it, perhaps of the job of some turn; one without jobs goes. */
export function chargeShare(change: QueueChange, share: Share, started?: number): void {
  const { cls, key, base, since } = share;
  const sql = `UPDATE philjs_jobs_shares SET base = ?, since = ?, head_number = NULL WHERE ${NAMED}`;
  change.file.run(sql, base, since, change.queue, cls, key);
  leaveShare(change, share, started);
}

/** Gives a start back to its share, unless a job of the key has started since. */
export function giveBack(change: QueueChange, name: ShareName, charge: Charge): void {
  if (charge.revision !== change.orderRevision) return;
  const { file, queue } = change;
  const { cls, key } = name;
  const { since, at } = charge;
  // All jobs of its class may have started since, and with them its virtual time gone: it waits for no turns of that.
  const sql = `UPDATE philjs_jobs_shares SET base = min(base, ?), since = ? WHERE ${NAMED} AND since = ? RETURNING base`;
  const given = file.get(sql, charge.base, since, queue, cls, key, at);
  if (given === undefined) return;
  const base = Number(given['base']);
  renumberShare(change, name);
  // The lines that limits keep apart go ahead as well, and with them those of the limits.
  const lines = `UPDATE philjs_jobs_share_lines SET number = min(number, ?), since = -1 WHERE ${NAMED}`;
  file.run(lines, base, queue, cls, key);
  file.run(
    `UPDATE philjs_jobs_lines SET rank = ?1, number = ?2, turn = -1 WHERE queue = ?3 AND (rank, number, turn) > (?1, ?2, -1)
      AND (name, rate_key, concurrency_key) IN (
        SELECT name, rate_key, concurrency_key FROM philjs_jobs_share_lines WHERE queue = ?3 AND class = ?1 AND key = ?4)`,
    cls,
    base,
    queue,
    key,
  );
}

/** Gives a share the number of its first job that no limits keep apart, perhaps behind a turn; returns whether there is one. */
export function renumberShare(change: QueueChange, name: ShareName, after?: number): boolean {
  const { file, queue } = change;
  const { cls, key } = name;
  const first = `SELECT key, turn, weight FROM philjs_jobs_jobs WHERE limited = 0 AND ${OF_KEY} AND turn > ?
    ORDER BY turn LIMIT 1`;
  const head = file.get(first, queue, cls, keyOf(name), after ?? Number.MIN_SAFE_INTEGER);
  const number = head === undefined ? null : costOf(head);
  const set = `UPDATE philjs_jobs_shares SET head_number = base + ?, head = ?, head_turn = ? WHERE ${NAMED}`;
  file.run(set, number, head?.['key'] ?? null, head?.['turn'] ?? null, queue, cls, key);
  return head !== undefined;
}

/** Removes a share. Nothing counts from the virtual time of a class without any. */
export function dropShare({ file, queue }: QueueChange, { cls, key }: ShareName): void {
  file.run(`DELETE FROM philjs_jobs_share_lines WHERE ${NAMED}`, queue, cls, key);
  file.run(`DELETE FROM philjs_jobs_shares WHERE ${NAMED}`, queue, cls, key);
  const left = 'SELECT 1 FROM philjs_jobs_shares WHERE queue = ? AND class = ? LIMIT 1';
  if (file.get(left, queue, cls) !== undefined) return;
  file.run('DELETE FROM philjs_jobs_fair_classes WHERE queue = ? AND class = ?', queue, cls);
}

/** Removes all shares of a queue. */
export function dropAllShares({ file, queue }: QueueChange): void {
  for (const table of ['shares', 'share_lines', 'fair_classes']) {
    file.run(`DELETE FROM philjs_jobs_${table} WHERE queue = ?`, queue);
  }
}

/** Counts the shares of a class besides one, up to a bound. */
export function countOthers(
  { file, queue }: SqliteQueueStore,
  { cls, key }: ShareName,
  most: number,
): number {
  const others =
    'SELECT 1 FROM philjs_jobs_shares WHERE queue = ? AND class = ? AND key <> ? LIMIT ? + 0';
  const sql = `SELECT count(*) AS shares FROM (${others})`;
  return Number(file.get(sql, queue, cls, key, most)?.['shares']);
}

/** Returns the fair key of a share as jobs have it. */
export function keyOf({ key }: ShareName): SqlValue {
  return key === '' ? null : key;
}

function hasLimitedJobs({ file, queue }: QueueChange, name: ShareName): boolean {
  const sql = `SELECT 1 FROM philjs_jobs_jobs WHERE limited = 1 AND ${OF_KEY} LIMIT 1`;
  return file.get(sql, queue, name.cls, keyOf(name)) !== undefined;
}

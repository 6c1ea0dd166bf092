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
  return JSON.stringify([base, since, at, revision]);
}

/** Decodes a charge. */
export function toCharge(text: string): Charge {
  const stored = JSON.parse(text) as Charge | readonly [number, number, number, number];
  // A job that started before charges were lists may still be active.
  if ('base' in stored) return stored;
  const [base, since, at, revision] = stored;
  return { base, since, at, revision };
}

const NAMED = 'queue = ? AND class = ? AND key = ?';
const PLAIN = `limited = 0 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL
  AND queue = ? AND class = ? AND fair_key IS ?`;
/** The shares that are known to have a job that no limits keep apart, by change. */
const known = new WeakMap<QueueChange, Set<string>>();

/** Says how a job came to wait: behind all others of its rank, or perhaps ahead of some, with the turn it takes back. */
export interface Entry {
  readonly isBehind?: boolean;
  readonly kept?: Charge | undefined;
}

/** Reads the virtual time of a class: the largest number that has started. */
export function virtualTime({ file, queue }: QueueChange, cls: number): number {
  const sql = 'SELECT virtual_time FROM fair_classes WHERE queue = ? AND class = ?';
  return Number(file.get(sql, queue, cls)?.['virtual_time'] ?? 0);
}

/** Advances the virtual time of a class. */
export function setVirtualTime({ file, queue }: QueueChange, cls: number, time: number): void {
  const sql = `INSERT INTO fair_classes VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET virtual_time = max(virtual_time, excluded.virtual_time)`;
  file.run(sql, queue, cls, time);
}

/** Reads the first job of a share that no limits keep apart. */
export function headOfShare({ file, queue }: QueueChange, name: ShareName): Row | undefined {
  const sql = `SELECT * FROM jobs WHERE ${PLAIN} ORDER BY turn LIMIT 1`;
  return file.get(sql, queue, name.cls, keyOf(name));
}

/** Returns what a start of a job costs its share. */
export function costOf(job: Row): number {
  return 1 / Number(job['weight'] ?? 1);
}

/** Reads a share. */
export function readShare(
  { file, queue }: QueueChange,
  { cls, key }: ShareName,
): Share | undefined {
  const sql = `SELECT base, since FROM shares WHERE ${NAMED}`;
  const row = file.get(sql, queue, cls, key);
  return row && { cls, key, base: Number(row['base']), since: Number(row['since']) };
}

/** Lets a job that has become waiting share the turns of its key, perhaps with the turn that it takes back. */
export function joinShare(
  change: QueueChange,
  name: ShareName,
  { isBehind = false, kept }: Entry,
): void {
  const shares = knownOf(change);
  const id = idOf(name);
  if (isBehind && shares.has(id)) return;
  if (readShare(change, name) === undefined) {
    const time = virtualTime(change, name.cls);
    const base = Math.min(kept?.base ?? time, time);
    const since = kept?.since ?? change.nextTurn();
    const sql = 'INSERT INTO shares VALUES (?, ?, ?, ?, ?, NULL)';
    change.file.run(sql, change.queue, name.cls, name.key, base, since);
  }
  if (renumberShare(change, name)) shares.add(id);
}

/** Notes that a waiting job of a key has left without a start; a share without jobs goes. */
export function leaveShare(change: QueueChange, name: ShareName): void {
  if (!renumberShare(change, name) && !hasLimitedJobs(change, name)) dropShare(change, name);
}

/** Changes a share after starts that were charged to it; one without jobs goes. */
export function chargeShare(change: QueueChange, share: Share): void {
  const { cls, key, base, since } = share;
  const sql = `UPDATE shares SET base = ?, since = ?, number = NULL WHERE ${NAMED}`;
  change.file.run(sql, base, since, change.queue, cls, key);
  leaveShare(change, share);
}

/** Changes shares after starts that were charged to them, each with the number of its next job. */
export function chargeShares(
  { file, queue }: QueueChange,
  charged: readonly { readonly share: Share; readonly number: number }[],
): void {
  const sql = `UPDATE shares SET base = ?, since = ?, number = ? WHERE ${NAMED}`;
  for (const { share, number } of charged) {
    file.run(sql, share.base, share.since, number, queue, share.cls, share.key);
  }
}

/** Gives a start back to its share, unless a job of the key has started since. */
export function giveBack(change: QueueChange, name: ShareName, charge: Charge): void {
  if (charge.revision !== change.orderRevision) return;
  const { file, queue } = change;
  const { cls, key } = name;
  const { base, since, at } = charge;
  const sql = `UPDATE shares SET base = ?, since = ? WHERE ${NAMED} AND since = ?`;
  if (file.run(sql, base, since, queue, cls, key, at) === 0) return;
  renumberShare(change, name);
  // The lines that limits keep apart go ahead as well, and with them those of the limits.
  const lines = `UPDATE share_lines SET number = min(number, ?), since = -1 WHERE ${NAMED}`;
  file.run(lines, base, queue, cls, key);
  file.run(
    `UPDATE lines SET rank = ?1, number = ?2, turn = -1 WHERE queue = ?3 AND (rank, number, turn) > (?1, ?2, -1)
      AND (name, rate_key, concurrency_key) IN (
        SELECT name, rate_key, concurrency_key FROM share_lines WHERE queue = ?3 AND class = ?1 AND key = ?4)`,
    cls,
    base,
    queue,
    key,
  );
}

/** Gives a share the number of its first job that no limits keep apart; returns whether there is one. */
export function renumberShare(change: QueueChange, name: ShareName): boolean {
  const { file, queue } = change;
  const sql = `SELECT weight FROM jobs WHERE ${PLAIN} ORDER BY turn LIMIT 1`;
  const head = file.get(sql, queue, name.cls, keyOf(name));
  const cost = head === undefined ? null : costOf(head);
  if (cost === null) known.get(change)?.delete(idOf(name));
  const set = `UPDATE shares SET number = base + ?1 WHERE queue = ?2 AND class = ?3 AND key = ?4 AND number IS NOT base + ?1`;
  file.run(set, cost, queue, name.cls, name.key);
  return cost !== null;
}

/** Removes a share. Nothing counts from the virtual time of a class without any. */
export function dropShare(change: QueueChange, name: ShareName): void {
  const { file, queue } = change;
  const { cls, key } = name;
  known.get(change)?.delete(idOf(name));
  file.run(`DELETE FROM share_lines WHERE ${NAMED}`, queue, cls, key);
  file.run(`DELETE FROM shares WHERE ${NAMED}`, queue, cls, key);
  const left = 'SELECT 1 FROM shares WHERE queue = ? AND class = ? LIMIT 1';
  if (file.get(left, queue, cls) !== undefined) return;
  file.run('DELETE FROM fair_classes WHERE queue = ? AND class = ?', queue, cls);
}

/** Removes all shares of a queue. */
export function dropAllShares(change: QueueChange): void {
  known.delete(change);
  for (const table of ['shares', 'share_lines', 'fair_classes']) {
    change.file.run(`DELETE FROM ${table} WHERE queue = ?`, change.queue);
  }
}

/** Counts the shares of a class besides one, up to a bound. */
export function countOthers(
  { file, queue }: SqliteQueueStore,
  { cls, key }: ShareName,
  most: number,
): number {
  const others = 'SELECT 1 FROM shares WHERE queue = ? AND class = ? AND key <> ? LIMIT ? + 0';
  const sql = `SELECT count(*) AS shares FROM (${others})`;
  return Number(file.get(sql, queue, cls, key, most)?.['shares']);
}

/** Returns the fair key of a share as jobs have it. */
export function keyOf({ key }: ShareName): SqlValue {
  return key === '' ? null : key;
}

function hasLimitedJobs({ file, queue }: QueueChange, name: ShareName): boolean {
  const sql = `SELECT 1 FROM jobs WHERE limited = 1 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL
    AND queue = ? AND class = ? AND fair_key IS ? LIMIT 1`;
  return file.get(sql, queue, name.cls, keyOf(name)) !== undefined;
}

function knownOf(change: QueueChange): Set<string> {
  const shares = known.get(change) ?? new Set();
  known.set(change, shares);
  return shares;
}

function idOf({ cls, key }: ShareName): string {
  return `${cls} ${key}`;
}

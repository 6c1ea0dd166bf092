import type { Row, SqlValue } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { leaveGroup, sinceInGroup } from './share-groups.ts';
import {
  addShareJob,
  removeMany,
  removePassed,
  removeShareJobs,
  type ShareJob,
  type ShareName,
} from './share-jobs.ts';

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
  return `[${base},${since},${at},${revision}]`;
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
/** The turns of the heads of the shares that are known to have one, by change. */
const known = new WeakMap<QueueChange, Map<string, number>>();

/** Stands for the head of a share in a group. */
const IN_GROUP = Number.NEGATIVE_INFINITY;

/** A share after its starts, and the job that is its head then. */
export interface ChargedShare {
  readonly share: Share;
  readonly number: number;
  readonly head: { readonly key: number; readonly turn: number };
  /** How many jobs of its line have started. */
  readonly passed: number;
}

/** Reads the virtual time of a class: the largest number that has started. */
export function virtualTime({ file, queue }: QueueChange, cls: number): number {
  const sql = 'SELECT virtual_time FROM philjs_jobs_fair_classes WHERE queue = ? AND class = ?';
  return Number(file.get(sql, queue, cls)?.['virtual_time'] ?? 0);
}

/** Advances the virtual time of a class. */
export function setVirtualTime({ file, queue }: QueueChange, cls: number, time: number): void {
  const sql = `INSERT INTO philjs_jobs_fair_classes VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET virtual_time = max(virtual_time, excluded.virtual_time)`;
  file.run(sql, queue, cls, time);
}

/** Returns what a start of a job costs its share. */
export function costOf(job: Row): number {
  return 1 / Number(job['weight'] ?? 1);
}

/** Forgets the heads of shares that are known: they may have changed. */
export function forgetHeads(change: QueueChange): void {
  known.delete(change);
}

/** Lets a share stand apart, if it is in a group. */
export function standApart(change: QueueChange, name: ShareName): void {
  known.get(change)?.delete(idOf(name));
  leaveGroup(change, name);
}

/** Reads a share, which then stands apart. */
export function readShare(change: QueueChange, name: ShareName): Share | undefined {
  standApart(change, name);
  const { file, queue } = change;
  const { cls, key } = name;
  const sql = `SELECT base, since FROM philjs_jobs_shares WHERE ${NAMED}`;
  const row = file.get(sql, queue, cls, key);
  return row && { cls, key, base: Number(row['base']), since: Number(row['since']) };
}

/** Lets a job that has become waiting share the turns of its key, perhaps with the turn that it takes back. */
export function joinShare(
  change: QueueChange,
  name: ShareName,
  job: ShareJob,
  kept?: Charge | undefined,
): void {
  const { file, queue } = change;
  let head = known.get(change)?.get(idOf(name)) ?? findHead(change, name);
  if (head === IN_GROUP && !change.isNew(job.turn)) {
    standApart(change, name);
    head = findHead(change, name);
  }
  if (head === null) {
    makeShare(change, name, job, kept);
    return;
  }
  if (head === IN_GROUP) {
    addShareJob(change, name, job);
    return;
  }
  if (head !== undefined && job.turn < head) {
    removePassed(change, name, head);
    const sql = `UPDATE philjs_jobs_shares SET head_turn = ?, passed = 0 WHERE ${NAMED}`;
    file.run(sql, job.turn, queue, name.cls, name.key);
  }
  addShareJob(change, name, job);
  if (head === undefined || job.turn <= head) renumberShare(change, name);
}

/** Notes that a waiting job of a key has left without a start; a share without jobs goes. */
export function leaveShare(change: QueueChange, name: ShareName): void {
  if (!renumberShare(change, name) && !hasLimitedJobs(change, name)) dropShare(change, name);
}

/** Changes a share after starts that were charged to it; one without jobs goes. */
export function chargeShare(change: QueueChange, share: Share): void {
  const { cls, key, base, since } = share;
  const sql = `UPDATE philjs_jobs_shares SET base = ?, since = ?, head_number = NULL, share_group = NULL WHERE ${NAMED}`;
  change.file.run(sql, base, since, change.queue, cls, key);
  leaveShare(change, share);
}

/** Changes shares after starts that were charged to them, each with its next job. */
export function chargeShares(change: QueueChange, charged: readonly ChargedShare[]): void {
  const { file, queue } = change;
  const sql = `UPDATE philjs_jobs_shares SET base = ?, since = ?, head_number = ?, head = ?, head_turn = ?, passed = ?,
    share_group = NULL WHERE ${NAMED}`;
  for (const { share, number, head, passed } of charged) {
    const { cls, key, base, since } = share;
    const left = removeMany(change, share, head.turn, passed);
    file.run(sql, base, since, number, head.key, head.turn, left, queue, cls, key);
    known.get(change)?.delete(idOf(share));
  }
}

/** Changes a share after starts that were charged to it, the last job that no limits keep apart among them. */
export function exhaustShare(change: QueueChange, share: Share): void {
  if (!hasLimitedJobs(change, share)) {
    dropShare(change, share);
    return;
  }
  removeShareJobs(change, share);
  chargeShare(change, share);
}

/** Gives a start back to its share, unless a job of the key has started since. */
export function giveBack(change: QueueChange, name: ShareName, charge: Charge): void {
  if (charge.revision !== change.orderRevision) return;
  const { file, queue } = change;
  const { cls, key } = name;
  const { since, at } = charge;
  if ((sinceInGroup(change, name) ?? at) !== at) return;
  standApart(change, name);
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

/** Gives a share the number of its first job that no limits keep apart; returns whether there is one. */
export function renumberShare(change: QueueChange, name: ShareName): boolean {
  const { file, queue } = change;
  const { cls, key } = name;
  const named = 'queue = ?1 AND class = ?2 AND key = ?3';
  const first = `SELECT turn, job, weight FROM philjs_jobs_share_jobs WHERE ${named}
    AND turn >= coalesce((SELECT head_turn FROM philjs_jobs_shares WHERE ${named}), ${Number.MIN_SAFE_INTEGER}) ORDER BY turn LIMIT 1`;
  const head = file.get(first, queue, cls, key);
  if (head === undefined) {
    known.get(change)?.delete(idOf(name));
    removeShareJobs(change, name);
    const none = `UPDATE philjs_jobs_shares SET head_number = NULL, head = NULL, head_turn = NULL, passed = 0
      WHERE ${NAMED} AND (head_number IS NOT NULL OR head IS NOT NULL)`;
    file.run(none, queue, cls, key);
    return false;
  }
  const { job = null, turn = null } = head;
  const set = `UPDATE philjs_jobs_shares SET head_number = base + ?4, head = ?5, head_turn = ?6
    WHERE ${named} AND (head_number IS NOT base + ?4 OR head IS NOT ?5 OR head_turn IS NOT ?6)`;
  file.run(set, queue, cls, key, costOf(head), job, turn);
  knownOf(change).set(idOf(name), Number(turn));
  return true;
}

/** Removes a share. Nothing counts from the virtual time of a class without any. */
export function dropShare(change: QueueChange, name: ShareName): void {
  const { file, queue } = change;
  const { cls, key } = name;
  known.get(change)?.delete(idOf(name));
  removeShareJobs(change, name);
  file.run(`DELETE FROM philjs_jobs_share_lines WHERE ${NAMED}`, queue, cls, key);
  file.run(`DELETE FROM philjs_jobs_shares WHERE ${NAMED}`, queue, cls, key);
  const left = 'SELECT 1 FROM philjs_jobs_shares WHERE queue = ? AND class = ? LIMIT 1';
  if (file.get(left, queue, cls) !== undefined) return;
  file.run('DELETE FROM philjs_jobs_fair_classes WHERE queue = ? AND class = ?', queue, cls);
}

/** Removes all shares of a queue. */
export function dropAllShares(change: QueueChange): void {
  known.delete(change);
  for (const table of ['shares', 'share_groups', 'share_jobs', 'share_lines', 'fair_classes']) {
    change.file.run(`DELETE FROM philjs_jobs_${table} WHERE queue = ?`, change.queue);
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
  const sql = `SELECT 1 FROM philjs_jobs_jobs WHERE limited = 1 AND status = 'waiting' AND class IS NOT NULL AND number IS NULL
    AND queue = ? AND class = ? AND fair_key IS ? LIMIT 1`;
  return file.get(sql, queue, name.cls, keyOf(name)) !== undefined;
}

/** Finds the turn of the head of a share, if it has one; `null` if there is no such share. */
function findHead(change: QueueChange, name: ShareName): number | undefined | null {
  const { file, queue } = change;
  const share = file.get(
    `SELECT head_turn, share_group FROM philjs_jobs_shares WHERE ${NAMED}`,
    queue,
    name.cls,
    name.key,
  );
  if (share === undefined) return null;
  const head = share['share_group'] === null ? share['head_turn'] : IN_GROUP;
  if (typeof head !== 'number') return undefined;
  knownOf(change).set(idOf(name), head);
  return head;
}

/** Makes a share whose head is a job. */
function makeShare(change: QueueChange, name: ShareName, job: ShareJob, kept?: Charge): void {
  const { file, queue } = change;
  const { cls, key } = name;
  const time = virtualTime(change, cls);
  const base = Math.min(kept?.base ?? time, time);
  const since = kept?.since ?? change.nextTurn();
  const number = base + costOf({ weight: job.weight });
  const sql = `INSERT INTO philjs_jobs_shares (queue, class, key, base, since, head_number, head, head_turn)
    VALUES (?, ?, ?, ?, ?, ?, coalesce(?, last_insert_rowid()), ?)`;
  file.run(sql, queue, cls, key, base, since, number, job.key ?? null, job.turn);
  addShareJob(change, name, job);
  knownOf(change).set(idOf(name), job.turn);
}

function knownOf(change: QueueChange): Map<string, number> {
  const heads = known.get(change) ?? new Map<string, number>();
  known.set(change, heads);
  return heads;
}

function idOf({ cls, key }: ShareName): string {
  return `${cls} ${key}`;
}

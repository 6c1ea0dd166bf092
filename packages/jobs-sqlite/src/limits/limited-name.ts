import type { JobLimits } from '@philjs/jobs-core';
import type { LimitOverride } from '@philjs/jobs-core/backend';
import { type LimitFacts, mergeLimits } from '@philjs/jobs-core/backend';
import type { Row } from '../database/sqlite-file.ts';
import type { QueueChange } from '../state/queue-change.ts';
import type { SqliteQueueStore } from '../state/queue-store.ts';
import { isShared, keysOf } from './shared-limit.ts';

/** Stands in `opens_at` for an event that no time is known of. */
export const BY_EVENT: number = Number.MAX_SAFE_INTEGER;

/** Holds the limits of one name. Names are as stored. */
export interface LimitedName extends LimitFacts {
  readonly name: string;
  readonly heldUntil: number;
  /** When a job of the name may start again; `undefined` if that is not known to be later. */
  readonly opensAt: number | undefined;
  /** When a job without a rate key may start again; `undefined` if that is not known to be later. */
  readonly gateOpensAt: number | undefined;
  /** The limits in force. */
  readonly limits: JobLimits;
}

/** Reads the limits of a name, if it has any. */
export function readLimits(
  { file, queue }: SqliteQueueStore | QueueChange,
  name: string,
): LimitedName | undefined {
  const row = file.get(
    'SELECT * FROM philjs_jobs_limits WHERE queue = ? AND name = ?',
    queue,
    name,
  );
  return row === undefined ? undefined : toLimitedName(row);
}

/** Reads the limits of the names that are not shut: of those that are, such as paused ones, there may be very many. */
export function readOpenLimits({ file, queue }: QueueChange): LimitedName[] {
  const sql = 'SELECT * FROM philjs_jobs_limits WHERE queue = ? AND opens_at IS NULL';
  return file.all(sql, queue).map(toLimitedName);
}

/** Returns whether a name has limits. */
export function hasLimits({ file, queue }: QueueChange, name: string): boolean {
  return (
    file.get('SELECT 1 FROM philjs_jobs_limits WHERE queue = ? AND name = ?', queue, name) !==
    undefined
  );
}

/** Counts the jobs of a name from now on: gives it a row, and counts those that are active. */
export function openLimits({ file, queue }: QueueChange, name: string): void {
  const sql = 'INSERT INTO philjs_jobs_limits (queue, name) VALUES (?, ?) ON CONFLICT DO NOTHING';
  if (file.run(sql, queue, name) === 0) return;
  file.run(
    "UPDATE philjs_jobs_jobs SET limited = 1 WHERE queue = ? AND status = 'active' AND limited = 0 AND name = ?",
    queue,
    name,
  );
}

/** Opens the lines of a name or a shared limit, after its limits changed; a name that is paused stays shut. */
export function reopen(change: QueueChange, name: string): void {
  const { file, queue } = change;
  // Of the lines that are open there may be very many.
  file.run(
    `UPDATE philjs_jobs_lines INDEXED BY philjs_jobs_lines_shut_by_key SET opens_at = NULL
      WHERE opens_at IS NOT NULL AND queue = ? AND name = ?`,
    queue,
    name,
  );
  for (const column of ['concurrency_key', 'rate_key']) reopenShared(change, name, column);
  file.run(
    `UPDATE philjs_jobs_limits SET opens_at = iif(paused = 1, ?, NULL), gate_opens_at = NULL, revision = revision + 1
      WHERE queue = ? AND name = ?`,
    BY_EVENT,
    queue,
    name,
  );
  change.makesReady();
}

/** Opens the lines of all names that share a limit. Names of jobs begin otherwise, and this finds none. */
function reopenShared({ file, queue }: QueueChange, owner: string, column: string): void {
  const update = `UPDATE philjs_jobs_lines INDEXED BY philjs_jobs_lines_shut_by_shared_${column} SET opens_at = NULL
      WHERE opens_at IS NOT NULL AND queue = ? AND ${isShared(column)}`;
  file.run(`${update} AND ${column} = ?`, queue, owner);
  file.run(`${update} AND ${column} >= ? AND ${column} < ?`, queue, ...keysOf(owner));
}

function toLimitedName(row: Row): LimitedName {
  const published = parse<JobLimits>(row['published']);
  const override = parse<LimitOverride>(row['override']);
  return {
    name: String(row['name']),
    published,
    wasPublished: row['was_published'] === 1,
    override,
    revision: Number(row['revision']),
    paused: row['paused'] === 1,
    heldUntil: Number(row['held_until']),
    opensAt: row['opens_at'] === null ? undefined : Number(row['opens_at']),
    gateOpensAt: row['gate_opens_at'] === null ? undefined : Number(row['gate_opens_at']),
    limits: mergeLimits(published, override),
  };
}

function parse<T>(text: unknown): T | undefined {
  return typeof text === 'string' ? (JSON.parse(text) as T) : undefined;
}

import type { CancelResult, JobStatus } from '@philjs/jobs-core';
import type { Backend } from '@philjs/jobs-core/backend';
import { keyHeldError } from '@philjs/jobs-core/backend';
import { ENDED_STATUSES, fromText, INACTIVE_STATUSES, toText } from '@philjs/jobs-core/internal';
import type { Row, SqlValue } from '../database/sqlite-file.ts';
import { leaveLimits } from '../limits/leave-limits.ts';
import { enterOrder, leaveOrder } from '../order/enter-order.ts';
import { dropAllShares } from '../order/fair-shares.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { bringBackDependants, lookAgain, RESET } from '../workflow/bring-back.ts';
import { endDependency, letDependenciesGo } from '../workflow/end-dependency.ts';
import { ENDING_COLUMNS, type EndingJob, finishJob, tellFailed } from './finish-job.ts';
import { letGo, takeKeyAgain } from './hold-keys.ts';

/** Removes jobs that are not active; returns how many. */
export function removeJobs(
  change: QueueChange,
  { ids, statuses }: Parameters<Backend['remove']>[0],
): number {
  return each(change, ids, "status <> 'active'", (row) => {
    if (isOther(row, statuses)) return false;
    remove(change, row);
    return true;
  });
}

/**
 * Puts failed and cancelled jobs back to run again; returns how many.
 *
 * @throws JobsError `JOBS_CONFLICT` when a single id is given and another job holds its key
 */
export function retryJobs(
  change: QueueChange,
  { ids, statuses }: Parameters<Backend['retry']>[0],
): number {
  const back = new Set<SqlValue>();
  return each(change, ids, "status IN ('failed', 'cancelled', 'blocked')", (row) => {
    // It came back with one before it, for which it had failed.
    if (row['status'] === 'blocked') return back.delete(row['key'] ?? null);
    if (isOther(row, statuses)) return false;
    const heldBy = takeKeyAgain(change, row);
    if (heldBy === undefined) {
      const came = putBack(change, row).filter((one) => !isOther(one, statuses));
      for (const { key = null } of came) back.add(key);
      return true;
    }
    if (ids.length > 1) return false;
    throw keyHeldError({ jobId: fromText(String(row['id'])), heldBy: fromText(heldBy) });
  });
}

/** Puts a failed or cancelled job back; returns the jobs that come back with it, as they were. */
function putBack(change: QueueChange, row: Row): Row[] {
  const { key = null, waits_for, awaited } = row;
  if (waits_for !== null) lookAgain(change, key);
  // First: those that come back would hold it as one that has ended.
  makeReady(change, row, `, ${RESET}`);
  return waits_for === null && awaited === null ? [] : bringBackDependants(change, key);
}

/** Makes delayed jobs ready; returns how many. */
export function promoteJobs(change: QueueChange, ids: readonly string[]): number {
  return each(change, ids, "status = 'delayed'", (row) => {
    makeReady(change, row, '');
    return true;
  });
}

/** Cancels a job that has not started, or by force one whose lease has ended; asks the worker of another one. */
export function cancelJob(
  change: QueueChange,
  { id, statuses, reason, force = false, error }: Parameters<Backend['cancel']>[0],
): CancelResult {
  const { file, queue } = change;
  const columns = `${ENDING_COLUMNS}, cancel_requested, lease_until`;
  const sql = `SELECT ${columns} FROM philjs_jobs_jobs WHERE queue = ? AND id = ?`;
  const row = file.get(sql, queue, toText(id));
  if (row === undefined) return 'not-found';
  const status = row['status'] as JobStatus;
  if (ENDED_STATUSES.includes(status)) return 'finished';
  if (isOther(row, statuses)) return 'other-status';
  const isLost = status === 'active' && Number(row['lease_until']) <= change.now;
  if (status !== 'active' || (force && isLost)) {
    const job = row as unknown as EndingJob;
    if (isLost) leaveLimits(change, job);
    finishJob(change, job, { status: 'cancelled', attempts: 0, error });
    tellFailed(change, job, 'cancelled', error);
    return 'cancelled';
  }
  const earlier = row['cancel_requested'];
  const known = typeof earlier === 'string' ? JSON.parse(earlier) : {};
  const why = reason ?? known.reason;
  const request = {
    force: force || known.force === true,
    ...(why === undefined ? undefined : { reason: why }),
  };
  const ask = 'UPDATE philjs_jobs_jobs SET cancel_requested = ? WHERE key = ?';
  file.run(ask, JSON.stringify(request), row['key'] ?? null);
  change.cancels({ lease: { id, fencingToken: Number(row['fencing_token']) }, ...request });
  return 'requested';
}

/** Removes all jobs of some states that are not active, at most `most` of them; returns how many. */
export function clearJobs(
  change: QueueChange,
  statuses: readonly JobStatus[] = INACTIVE_STATUSES,
  most: number,
): number {
  let removed = 0;
  for (const status of new Set(statuses)) {
    if (status === 'active') continue;
    const left = most - removed;
    const isSlice = change.count(status) > left;
    removed +=
      isSlice || change.listening || hasWorkflows(change)
        ? removeOneByOne(change, status, left)
        : removeTogether(change, status);
  }
  return removed;
}

/** Pauses or resumes the queue. */
export function setPaused(change: QueueChange, paused: boolean): void {
  if (change.paused === paused) return;
  change.file.run(
    'UPDATE philjs_jobs_queues SET paused = ? WHERE queue = ?',
    paused ? 1 : 0,
    change.queue,
  );
  if (change.listening) change.tell({ type: paused ? 'paused' : 'resumed', at: change.now });
  if (!paused) change.makesReady();
}

function hasWorkflows({ file }: QueueChange): boolean {
  return file.get('SELECT 1 FROM philjs_jobs_edges LIMIT 1') !== undefined;
}

/** Removes all jobs of a state, of which no process is told. */
function removeTogether(change: QueueChange, status: JobStatus): number {
  const { file, queue } = change;
  file.run(
    `DELETE FROM philjs_jobs_keys WHERE queue = ?1 AND job IN (SELECT id FROM philjs_jobs_jobs
      WHERE queue = ?1 AND status = ?2 AND deduplication_key IS NOT NULL)`,
    queue,
    status,
  );
  change.keepsNone(status);
  const cleared = file.run(
    'DELETE FROM philjs_jobs_jobs WHERE queue = ? AND status = ?',
    queue,
    status,
  );
  if (change.isLimited) change.makesReady();
  if (status === 'waiting') dropAllShares(change);
  change.moved(status, undefined, cleared);
  return cleared;
}

function removeOneByOne(change: QueueChange, status: JobStatus, most: number): number {
  const { file, queue } = change;
  // Of blocked jobs the last goes first: the others may be what it waits for.
  const order = status === 'blocked' ? 'ORDER BY limited DESC, rank DESC, turn DESC' : '';
  const sql = `SELECT ${ENDING_COLUMNS} FROM philjs_jobs_jobs WHERE queue = ? AND status = ? ${order} LIMIT ? + 0`;
  const rows = file.all(sql, queue, status, most);
  for (const row of rows) remove(change, row);
  return rows.length;
}

function remove(change: QueueChange, row: Row): void {
  const job = row as unknown as EndingJob;
  if (job.awaited !== null) endDependency(change, job.key, false);
  const hadEnded = ENDED_STATUSES.includes(job.status as JobStatus);
  if (job.waits_for !== null && !hadEnded) letDependenciesGo(change, job.key);
  change.file.run('DELETE FROM philjs_jobs_jobs WHERE key = ?', row['key'] ?? null);
  if (job.held_key !== null) change.makesReady();
  letGo(change, 'removed', row['id'], row['deduplication_key']);
  leaveOrder(change, job);
  change.left(job, undefined);
  if (change.listening) change.tell({ type: 'removed', ...nameOf(row), at: change.now });
}

function makeReady(change: QueueChange, row: Row, besides: string): void {
  const { file, now } = change;
  const isBlocked = 'open > 0 OR doom > 0';
  const moved = file.get(
    `UPDATE philjs_jobs_jobs SET status = iif(${isBlocked}, 'blocked', 'waiting'), rank = iif(${isBlocked}, 0, 0 - priority),
      turn = ?, run_at = ?, arrived_at = NULL${besides} WHERE key = ? RETURNING status`,
    change.nextTurn(),
    now,
    row['key'] ?? null,
  );
  const to = moved?.['status'] as 'waiting' | 'blocked';
  change.left(row as unknown as EndingJob, to);
  if (to === 'waiting') enterOrder(change, row['key'] ?? null);
  // It may be to fail at once.
  if (to === 'blocked') change.makesReady();
  else if (change.listening) change.tell({ type: 'waiting', ...nameOf(row), at: now });
}

/** Changes each job that meets a condition; returns how many did. */
function each(
  change: QueueChange,
  ids: readonly string[],
  condition: string,
  work: (row: Row) => boolean,
): number {
  const { file, queue } = change;
  const columns = `${ENDING_COLUMNS}, deduplication`;
  const sql = `SELECT ${columns} FROM philjs_jobs_jobs WHERE queue = ? AND id = ? AND ${condition}`;
  let changed = 0;
  for (const id of ids) {
    const row = file.get(sql, queue, toText(id));
    if (row === undefined) continue;
    if (work(row)) changed += 1;
  }
  return changed;
}

/** Returns whether a job is in none of some states. */
function isOther(row: Row, statuses: readonly JobStatus[] | undefined): boolean {
  return statuses?.includes(row['status'] as JobStatus) === false;
}

function nameOf(row: Row): { jobId: string; name: string } {
  return { jobId: fromText(String(row['id'])), name: fromText(String(row['name'])) };
}

import type { JobStatus } from '@philjs/jobs-core';
import type { AddResult, Deduplication, NewJob, Retention } from '@philjs/jobs-core/backend';
import { idTakenError } from '@philjs/jobs-core/backend';
import { fromText, toJsonText, toText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';
import { enterOrderAgain, ORDER_COLUMNS, spotOf } from '../order/enter-order.ts';
import { joinShare } from '../order/fair-shares.ts';
import { toRecord } from '../state/job-row.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { bringSteps } from './bring-steps.ts';
import { extendKey, holderOf, startsAtTaking, takeKey } from './hold-keys.ts';
import { indexTags, unindexTags } from './job-tags.ts';
import { type Place, placeOf, tellPlaced } from './place-job.ts';
import { promoteDue } from './promote-due.ts';

const INSERT = `INSERT INTO philjs_jobs_jobs (queue, id, name, status, rank, turn, version, priority, created_at, run_at,
  max_attempts, expires_at, deduplication_key, deduplication, concurrency_key, rate_key, parent_id, keep_completed, keep_failed, keep_cancelled,
  payload, metadata, timeout_ms, tags, fair_key, weight, deadline_at, class, number, arrived_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (queue, id) DO NOTHING`;

const retentionTexts = new WeakMap<Retention, string>();

/**
 * Stores jobs in the order given. For a known id or a held key it returns the stored job instead.
 *
 * @throws JobsError `JOBS_CONFLICT` when a job of another name has the id of one
 */
export function addJobs(change: QueueChange, jobs: readonly NewJob[]): AddResult[] {
  const results = addUnknownJobs(change, jobs);
  for (const [index, { id, name }] of jobs.entries()) {
    const { outcome, existing } = results[index] as AddResult;
    const isKnown = outcome === 'duplicate' && existing?.id === id;
    if (isKnown && existing.name !== name)
      throw idTakenError({ jobId: id, name, takenBy: existing.name });
  }
  return results;
}

/** Stores jobs in the order given, except those whose id is known, also under another name. */
export function addUnknownJobs(change: QueueChange, jobs: readonly NewJob[]): AddResult[] {
  // Delayed jobs that are due already run before the jobs enqueued now.
  promoteDue(change);
  return jobs.map((job) => addJob(change, job));
}

/**
 * Ensures that the ids of new jobs are not those of jobs of other names.
 *
 * @throws JobsError `JOBS_CONFLICT`
 */
export function refuseTaken({ file, queue }: QueueChange, jobs: readonly NewJob[]): void {
  const sql = 'SELECT name FROM philjs_jobs_jobs WHERE queue = ? AND id = ?';
  for (const { id, name } of jobs) {
    const row = file.get(sql, queue, toText(id));
    const takenBy = row === undefined ? name : fromText(String(row['name']));
    if (takenBy !== name) throw idTakenError({ jobId: id, name, takenBy });
  }
}

/** Stores a job, unless its id is known: `blocked` if it waits for others. */
export function addJob(change: QueueChange, job: NewJob): AddResult {
  const { deduplication } = job;
  const id = toText(job.id);
  if (deduplication === undefined) {
    return insert(change, id, job) ? { id: job.id, outcome: 'added' } : known(change, id);
  }
  const { file, queue } = change;
  if (
    file.get('SELECT 1 FROM philjs_jobs_jobs WHERE queue = ? AND id = ?', queue, id) !== undefined
  ) {
    return known(change, id);
  }
  const holder = holderOf(change, deduplication.key);
  if (holder !== undefined) return meet(change, holder, job, deduplication);
  insert(change, id, job);
  takeKey(change, id, deduplication);
  return { id: job.id, outcome: 'added' };
}

function insert(change: QueueChange, id: string, job: NewJob): boolean {
  const place: Place =
    job.dependsOn === undefined
      ? placeOf(job.runAt, job.priority, job.createdAt)
      : { status: 'blocked', rank: 0 };
  const { deduplication } = job;
  const spot = spotOf(place.status === 'waiting' ? change.order : undefined, {
    priority: job.priority,
    arrivedAt: job.runAt,
    deadlineAt: job.order?.deadlineAt,
  });
  const turn = change.nextTurn();
  const inserted = change.file.run(
    INSERT,
    change.queue,
    id,
    toText(job.name),
    place.status,
    place.rank,
    turn,
    job.version,
    job.priority,
    job.createdAt,
    job.runAt,
    job.maxAttempts,
    job.expiresAt ?? null,
    orNull(deduplication?.key),
    deduplication === undefined ? null : JSON.stringify(deduplication),
    orNull(job.concurrencyKey),
    orNull(job.rateKey),
    orNull(job.parentId),
    retentionText(job.keepCompleted),
    retentionText(job.keepFailed),
    retentionText(job.keepCancelled),
    toJsonText(job.payload),
    JSON.stringify(job.metadata),
    job.timeoutMs ?? null,
    toJsonText(job.tags),
    ...factsOf(job),
    ...spot,
  );
  if (inserted === 0) return false;
  if (spot[0] !== null && spot[1] === null) {
    const share = { cls: spot[0], key: orNull(job.order?.fairKey) ?? '' };
    joinShare(change, share, { turn, weight: job.order?.weight ?? null });
  }
  if (job.tags !== undefined) indexTags(change, id);
  if (job.steps !== undefined) bringSteps(change, id, job.steps);
  change.moved(undefined, place.status);
  tellPlaced(change, job, place);
  return true;
}

/** Returns the stored job. If the holder of a key is gone, returns only its id. */
function known(
  { file, queue }: QueueChange,
  stored: string,
  outcome: AddResult['outcome'] = 'duplicate',
): AddResult {
  const row = file.get('SELECT * FROM philjs_jobs_jobs WHERE queue = ? AND id = ?', queue, stored);
  const id = fromText(stored);
  return row === undefined ? { id, outcome } : { id, outcome, existing: toRecord(row) };
}

/** Applies the deduplication mode of a new job whose key another job holds. */
function meet(change: QueueChange, holder: string, job: NewJob, wish: Deduplication): AddResult {
  const { file, queue } = change;
  const id = fromText(holder);
  const first = file.get(
    `SELECT key, id, name, status, fencing_token, priority, created_at, tags, ${ORDER_COLUMNS} FROM philjs_jobs_jobs
      WHERE queue = ? AND id = ?`,
    queue,
    holder,
  );
  const { status = null, name, fencing_token: token } = first ?? {};
  if (change.listening) {
    const known = first && { name: fromText(String(name)) };
    const met = { deduplicatedJobId: job.id, key: wish.key, at: change.now };
    change.tell({ type: 'deduplicated', jobId: id, ...known, ...met });
  }
  const ready = status === 'waiting' || status === 'delayed';
  // A payload fits only handlers of its own name.
  const takes =
    ready &&
    token === startsAtTaking(change, wish.key, holder) &&
    fromText(String(name)) === job.name;
  if (first === undefined || !takes || wish.mode === 'drop') {
    return known(change, holder);
  }
  takeOver(change, first, job);
  if (wish.mode === 'extend') {
    const latest = Number(first['created_at']) + (wish.maxWaitMs ?? Number.POSITIVE_INFINITY);
    const runAt = Math.min(job.runAt, latest);
    move(change, first, placeOf(runAt, job.priority, job.createdAt), runAt);
    extendKey(change, wish);
    tellPlaced(change, { id, name: job.name }, placeOf(runAt, job.priority, job.createdAt));
  } else if (status === 'waiting' && first['priority'] !== job.priority) {
    move(change, first, { status, rank: 0 - job.priority });
  } else {
    enterOrderAgain(change, first, status);
    // Its keys may be others, which allow a start.
    if (status === 'waiting') change.makesReady();
  }
  return known(change, holder, 'replaced');
}

/** Gives a job everything a new one brings except its id, its times and its key. */
function takeOver(change: QueueChange, { key = null, id, tags }: Row, job: NewJob): void {
  if (tags !== null) unindexTags(change, key);
  change.file.run(
    `UPDATE philjs_jobs_jobs SET limited = 0, payload = ?, version = ?, priority = ?, max_attempts = ?, expires_at = ?, metadata = ?,
      timeout_ms = ?, tags = ?, fair_key = ?, weight = ?, deadline_at = ?,
      parent_id = ?, concurrency_key = nullif(?, held_key), held_key = iif(held_key = ?, held_key, NULL), rate_key = ?, keep_completed = ?, keep_failed = ?, keep_cancelled = ?
      WHERE key = ?`,
    toJsonText(job.payload),
    job.version,
    job.priority,
    job.maxAttempts,
    job.expiresAt ?? null,
    JSON.stringify(job.metadata),
    job.timeoutMs ?? null,
    toJsonText(job.tags),
    ...factsOf(job),
    orNull(job.parentId),
    orNull(job.concurrencyKey),
    orNull(job.concurrencyKey),
    orNull(job.rateKey),
    retentionText(job.keepCompleted),
    retentionText(job.keepFailed),
    retentionText(job.keepCancelled),
    key,
  );
  if (job.tags !== undefined) indexTags(change, String(id));
  change.file.run('DELETE FROM philjs_jobs_steps WHERE job = ?', key);
  if (job.steps !== undefined) bringSteps(change, String(id), job.steps);
}

/** Moves a job to the end of another place; `runAt` sets when it may start. */
function move(change: QueueChange, job: Row, place: Place, runAt?: number): void {
  change.file.run(
    `UPDATE philjs_jobs_jobs SET status = ?1, rank = ?2, turn = ?3, run_at = coalesce(?4, run_at),
      arrived_at = iif(?4 IS NULL, arrived_at, NULL) WHERE key = ?5`,
    place.status,
    place.rank,
    change.nextTurn(),
    runAt ?? null,
    job['key'] ?? null,
  );
  enterOrderAgain(change, job, place.status);
  change.moved(job['status'] as JobStatus, place.status);
}

/** Returns a retention as JSON. Most jobs share those of their definition, so their texts are kept. */
function retentionText(retention: Retention): string {
  let text = retentionTexts.get(retention);
  if (text === undefined) {
    text = JSON.stringify(retention);
    retentionTexts.set(retention, text);
  }
  return text;
}

function factsOf({ order }: NewJob): readonly [string | null, number | null, number | null] {
  return [orNull(order?.fairKey), order?.weight ?? null, order?.deadlineAt ?? null];
}

function orNull(text: string | undefined): string | null {
  return text === undefined ? null : toText(text);
}

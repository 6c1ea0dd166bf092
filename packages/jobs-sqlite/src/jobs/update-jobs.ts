import { type JobUpdate, keyHeldError, type UpdateStore } from '@philjs/jobs-core/backend';
import { fromText, toJsonText, toText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';
import { enterOrderAgain, ORDER_COLUMNS } from '../order/enter-order.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { changeKey } from './hold-keys.ts';
import { indexTags, unindexTags } from './job-tags.ts';
import { placeOf, tellPlaced } from './place-job.ts';

/**
 * Changes waiting or delayed jobs, and their metadata in every state but `active`; returns how many.
 *
 * @throws JobsError `JOBS_CONFLICT` when a single id is given and another job holds its new key
 */
export function updateJobs(
  change: QueueChange,
  { ids, changes }: Parameters<UpdateStore['update']>[0],
): number {
  const { file, queue } = change;
  const { metadata, ...rest } = changes;
  const isNote = Object.keys(rest).length === 0;
  const states = isNote ? "status <> 'active'" : "status IN ('waiting', 'delayed')";
  const sql = `SELECT key, id, name, status, priority, tags, deduplication_key, fencing_token, ${ORDER_COLUMNS} FROM philjs_jobs_jobs WHERE queue = ? AND id = ? AND ${states}`;
  let changed = 0;
  for (const id of ids) {
    const row = file.get(sql, queue, toText(id));
    if (row === undefined) continue;
    const wish = changes.payload?.deduplication;
    const heldBy = wish === undefined ? undefined : changeKey(change, row, wish);
    if (heldBy !== undefined) {
      if (ids.length === 1) throw keyHeldError({ jobId: id, heldBy: fromText(heldBy) });
      continue;
    }
    if (metadata !== undefined) set(change, row, 'metadata = ?', JSON.stringify(metadata));
    if (!isNote) rewrite(change, row, rest);
    changed += 1;
  }
  return changed;
}

function rewrite(change: QueueChange, row: Row, changes: JobUpdate): void {
  const { payload, priority, maxAttempts, runAt } = changes;
  if (payload !== undefined) setPayload(change, row, payload);
  if (priority !== undefined) set(change, row, 'priority = ?', priority);
  if (maxAttempts !== undefined) set(change, row, 'max_attempts = ?', maxAttempts);
  if (runAt !== undefined || (priority !== undefined && row['status'] === 'waiting')) {
    move(change, row, priority ?? Number(row['priority']), runAt);
  }
  // Its keys may be others: the next exchange sorts it into the line of those, at its position.
  set(change, row, 'limited = 0');
  const now = change.file.get(
    'SELECT status FROM philjs_jobs_jobs WHERE key = ?',
    row['key'] ?? null,
  );
  enterOrderAgain(change, row, now?.['status'] ?? null);
  if (row['status'] === 'waiting') change.makesReady();
}

function setPayload(
  change: QueueChange,
  row: Row,
  payload: NonNullable<JobUpdate['payload']>,
): void {
  const { value, version, concurrencyKey, rateKey } = payload;
  // One that keeps a strict key does not wait for it, unless it gets another.
  const keeps =
    'concurrency_key = nullif(?, held_key), held_key = iif(held_key = ?, held_key, NULL)';
  const columns = `payload = ?, version = ?, ${keeps}, rate_key = ?`;
  const keys = [concurrencyKey, concurrencyKey, rateKey].map((key) =>
    key === undefined ? null : toText(key),
  );
  set(change, row, columns, toJsonText(value), version, ...keys);
  change.makesReady();
  if (payload.tags !== undefined) setTags(change, row, payload.tags);
  if (payload.order !== undefined) {
    const { fairKey, weight, deadlineAt } = payload.order;
    const facts = [
      fairKey === undefined ? null : toText(fairKey),
      weight ?? null,
      deadlineAt ?? null,
    ];
    set(change, row, 'fair_key = ?, weight = ?, deadline_at = ?', ...facts);
  }
}

function setTags(change: QueueChange, row: Row, tags: readonly string[]): void {
  if (row['tags'] !== null) unindexTags(change, row['key'] ?? null);
  set(change, row, 'tags = ?', tags.length === 0 ? null : JSON.stringify(tags));
  if (tags.length > 0) indexTags(change, String(row['id']));
}

/** Moves a job to the end of its new place. */
function move(change: QueueChange, row: Row, priority: number, runAt: number | undefined): void {
  const { now } = change;
  const at = Math.max(now, runAt ?? now);
  const place = placeOf(at, priority, now);
  const values = [place.status, place.rank, change.nextTurn()];
  set(change, row, 'status = ?, rank = ?, turn = ?', ...values);
  if (runAt !== undefined) set(change, row, 'run_at = ?, arrived_at = NULL', at);
  change.moved(row['status'] as 'waiting', place.status);
  const [id, name] = [fromText(String(row['id'])), fromText(String(row['name']))];
  if (row['status'] === 'delayed' || place.status === 'delayed') {
    tellPlaced(change, { id, name }, place);
  }
}

function set(
  change: QueueChange,
  row: Row,
  columns: string,
  ...values: (string | number | null)[]
) {
  change.file.run(
    `UPDATE philjs_jobs_jobs SET ${columns} WHERE key = ?`,
    ...values,
    row['key'] ?? null,
  );
}

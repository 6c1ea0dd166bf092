import type { SerializedError } from '@philjs/jobs-core';
import { type Retention, strictOf } from '@philjs/jobs-core/backend';
import { fromText, toJsonText } from '@philjs/jobs-core/internal';
import type { SqlValue } from '../database/sqlite-file.ts';
import { COUNTED_COLUMNS, type CountedJob, keepsKey } from '../limits/leave-limits.ts';
import { leaveOrder, ORDER_COLUMNS } from '../order/enter-order.ts';
import type { QueueChange } from '../state/queue-change.ts';
import { endDependency, letDependenciesGo } from '../workflow/end-dependency.ts';
import { letGo } from './hold-keys.ts';
import { HELD, retain } from './retain.ts';

/** Holds the columns needed of an active job that completes. */
export interface CompletingJob {
  readonly key: SqlValue;
  readonly id: SqlValue;
  readonly name: SqlValue;
  readonly status: SqlValue;
  readonly keep_completed: SqlValue;
  readonly deduplication_key: SqlValue;
  readonly waits_for: SqlValue;
  readonly awaited: SqlValue;
}

/** Holds the columns needed of a job that ends. */
export interface EndingJob extends CompletingJob, CountedJob {
  readonly keep_failed: SqlValue;
  readonly keep_cancelled: SqlValue;
  readonly held: SqlValue;
  readonly class: SqlValue;
  readonly number: SqlValue;
  readonly fair_key: SqlValue;
}

/** The columns of {@link CompletingJob}. */
export const COMPLETING_COLUMNS = `key, id, name, status, keep_completed, deduplication_key, waits_for, awaited`;

/** The columns of {@link EndingJob}. */
export const ENDING_COLUMNS: string = `${COMPLETING_COLUMNS}, keep_failed, keep_cancelled, held, ${ORDER_COLUMNS}, ${COUNTED_COLUMNS}`;

const FREES_KEY = ', concurrency_key = coalesce(concurrency_key, held_key), held_key = NULL';

let lastRead: { readonly text: string; readonly retention: Retention } | undefined;

/** Names the states a job ends in. */
export type FinishedStatus = 'completed' | FailedStatus;
/** Names the states a job ends in with an error. */
export type FailedStatus = 'failed' | 'cancelled';

/** Describes how a job ended. */
export interface Ending {
  readonly status: FinishedStatus;
  readonly attempts: number;
  readonly stalls?: number;
  readonly result?: string | null;
  readonly error?: SerializedError;
  /** The failures as stored; absent to keep them unchanged. */
  readonly failures?: string | null;
}

/** Makes a job `completed`, `failed` or `cancelled`, and applies its retention when all ends of this transaction are known. */
export function finishJob(
  change: QueueChange,
  job: EndingJob | CompletingJob,
  ending: Ending,
): void {
  const { file, now } = change;
  const { status } = ending;
  letGo(change, 'finished', job.id, job.deduplication_key);
  change.ended();
  const keep = retentionOf(String((job as EndingJob)[`keep_${status}`]));
  const from = job.status as 'active';
  if (job.awaited !== null) endDependency(change, job.key, status === 'completed');
  if (job.waits_for !== null) letDependenciesGo(change, job.key);
  const key = heldKeyOf(job);
  const holds = status === 'failed' && strictOf(key) === 'hold';
  const isKept = Number(job.awaited) > 0 || holds;
  if (key !== undefined) change.makesReady();
  if (keep.count === 0 && !isKept) {
    file.run('DELETE FROM philjs_jobs_jobs WHERE key = ?', job.key);
    leaveOrder(change, job);
    change.moved(from, undefined);
    return;
  }
  file.run(
    `UPDATE philjs_jobs_jobs SET status = ?, limited = 0, held = ?, rank = ?, turn = ?, finished_at = ?, attempts_made = attempts_made + ?,
      stalled_count = stalled_count + ?, result = ?, error = ?, failures = coalesce(?, failures),
      snooze_reason = NULL, lease_until = NULL${key === undefined || holds ? '' : FREES_KEY} WHERE key = ?`,
    status,
    isKept ? 1 : 0,
    now,
    change.nextTurn(),
    now,
    ending.attempts,
    ending.stalls ?? 0,
    ending.result ?? null,
    toJsonText(ending.error),
    ending.failures ?? null,
    job.key,
  );
  leaveOrder(change, job);
  change.moved(from, status);
  if (isKept) {
    change.keeps(status, HELD, 1);
    return;
  }
  change.keeps(status, String(job.name), 1);
  // Once for all that end in one transaction, by the limits of the last.
  change.last(`retain ${status} ${job.name}`, () => retain(change, status, job.name, keep));
}

/** Returns the strict key that a job keeps so far, or has begun to keep by its end. */
function heldKeyOf(job: EndingJob | CompletingJob): string | undefined {
  if (!('held_key' in job)) return undefined;
  if (typeof job.held_key === 'string') return job.held_key;
  return keepsKey(job, true) ? String(job.concurrency_key) : undefined;
}

/** Reads a retention. The next job that ends most often has the same one. */
function retentionOf(text: string): Retention {
  if (text !== lastRead?.text) lastRead = { text, retention: JSON.parse(text) as Retention };
  return lastRead.retention;
}

/** Sends the event of a failed or cancelled job. */
export function tellFailed(
  change: QueueChange,
  job: EndingJob,
  type: FailedStatus,
  error: SerializedError,
): void {
  if (!change.listening) return;
  const [jobId, name] = [fromText(String(job.id)), fromText(String(job.name))];
  change.tell({ type, jobId, name, at: change.now, error, ...endsWorkflow(job) });
}

/** Marks the event of a job that waited for others and for which no other waits. */
export function endsWorkflow({ waits_for, awaited }: CompletingJob): { endsWorkflow?: true } {
  return waits_for !== null && awaited === null ? { endsWorkflow: true } : {};
}

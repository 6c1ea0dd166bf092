import type { JobStatus, JsonObject } from '@philjs/jobs-core';
import type {
  CancelRequest,
  DependencyCounts,
  JobOrder,
  JobRecord,
  SnoozeReason,
} from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import type { Row } from '../connection/connection.ts';
import { JOB_COLUMN_NAMES } from '../schema/job-columns.ts';
import { leaseEnd, leaseHasEnded } from '../schema/lost-lease.ts';

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

/** The columns to select from the table `jobs`. */
export const JOB_COLUMNS: string = JOB_COLUMN_NAMES.join(', ');

/** Returns the columns to select from a column that holds a whole row of `jobs`. */
export function columnsOf(column: string): string {
  return JOB_COLUMN_NAMES.map((name) => `(${column}).${name}`).join(', ');
}

/** The columns that a reader selects of the rows `j`, for {@link readRecord}. */
export const READ_COLUMNS: string = `${JOB_COLUMNS}, CASE WHEN j.status = 'active' THEN ${leaseHasEnded('j', '@.now_ms()', '@.apart')}
  END AS lease_has_ended, CASE WHEN j.status = 'active' THEN ${leaseEnd('j', '@.apart')} END AS lease_ends_at`;

/** Makes the record that a reader gets: of an active job with its lease. */
export function readRecord(row: Row): JobRecord {
  const record = toRecord(row);
  const { lease_has_ended: hasEnded, lease_ends_at: endsAt } = row;
  if (typeof hasEnded !== 'boolean') return record;
  return { ...record, lease: { hasEnded, endsAt: Number(endsAt) } };
}

/** Makes the record of a row of the table `jobs`. */
export function toRecord(row: Row): JobRecord {
  const record: Mutable<JobRecord> = {
    id: fromText(row['id'] as string),
    name: fromText(row['name'] as string),
    status: row['status'] as JobStatus,
    payload: parse(row['payload']),
    version: row['version'] as number,
    priority: row['priority'] as number,
    createdAt: row['created_at'] as number,
    runAt: row['run_at'] as number,
    maxAttempts: row['max_attempts'] as number,
    attemptsMade: row['attempts_made'] as number,
    fencingToken: row['fencing_token'] as number,
    stalledCount: row['stalled_count'] as number,
    metadata: (parse(row['metadata']) as JsonObject | undefined) ?? {},
  };
  const { processed_at, finished_at, expires_at, progress, result, error, failures } = row;
  if (processed_at !== null) record.processedAt = processed_at as number;
  if (finished_at !== null) record.finishedAt = finished_at as number;
  if (expires_at !== null) record.expiresAt = expires_at as number;
  if (progress !== null) record.progress = parse(progress);
  if (result !== null) record.result = parse(result);
  if (error !== null) record.error = parse(error);
  if (failures !== null) record.failures = parse(failures);
  takeRare(record, row);
  return record;
}

function takeRare(record: Mutable<JobRecord>, row: Row): void {
  const { snooze_reason, cancel_requested, deduplication_key } = row;
  const { concurrency_key, rate_key, parent_id, timeout_ms, tags } = row;
  const order = orderOf(row);
  if (order !== undefined) record.order = order;
  if (row['waits_for'] !== null) record.dependencies = countsOf(row);
  if (row['holder'] !== null) record.worker = row['holder'] as string;
  if (timeout_ms !== null) record.timeoutMs = timeout_ms as number;
  if (tags !== null) record.tags = tags as string[];
  if (snooze_reason !== null) record.snoozeReason = snooze_reason as SnoozeReason;
  if (cancel_requested !== null) record.cancelRequested = toCancelRequest(cancel_requested);
  if (deduplication_key !== null) record.deduplicationKey = fromText(deduplication_key as string);
  if (concurrency_key !== null) record.concurrencyKey = fromText(concurrency_key as string);
  if (rate_key !== null) record.rateKey = fromText(rate_key as string);
  if (parent_id !== null) record.parentId = fromText(parent_id as string);
}

/** Makes the numbers of jobs that a row's job waits for. */
export function countsOf({
  waits_for,
  open_deps,
  failed_deps,
  spared_deps,
}: Row): DependencyCounts {
  const tolerated = Number(spared_deps);
  const failed = Number(failed_deps) + tolerated;
  const counts = { total: Number(waits_for), open: Number(open_deps), failed };
  return tolerated > 0 ? { ...counts, tolerated } : counts;
}

function orderOf({ fair_key, weight, deadline_at }: Row): JobOrder | undefined {
  if (fair_key === null && weight === null && deadline_at === null) return undefined;
  return {
    ...(fair_key !== null && { fairKey: fromText(fair_key as string) }),
    ...(weight !== null && { weight: weight as number }),
    ...(deadline_at !== null && { deadlineAt: deadline_at as number }),
  };
}

/** Reads a request to cancel. */
export function toCancelRequest(text: unknown): CancelRequest {
  const { force, reason } = parse<{ force: boolean; reason: string | null }>(text);
  return { force, ...(reason !== null && { reason: fromText(reason) }) };
}

function parse<T>(text: unknown): T {
  return (typeof text === 'string' ? JSON.parse(text) : undefined) as T;
}

import type { JobStatus, JsonObject } from '@philjs/jobs-core';
import {
  type CancelRequest,
  type DependencyCounts,
  type JobRecord,
  leaseUntil,
  type SnoozeReason,
} from '@philjs/jobs-core/backend';
import { fromText } from '@philjs/jobs-core/internal';
import type { Row } from '../database/sqlite-file.ts';
import { orderOf } from '../order/order-of.ts';
import { PUT_BACK } from '../workflow/to-release.ts';

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

/** Lists the columns that {@link toRecord} needs of a job, and its key: reading fewer makes a start cost less. */
export const RECORD_COLUMNS: string = `key, id, name, status, payload, version, priority, created_at, run_at, max_attempts,
  attempts_made, fencing_token, stalled_count, metadata, holder, processed_at, finished_at, expires_at, progress, result, error,
  failures, snooze_reason, cancel_requested, deduplication_key, parent_id, concurrency_key, held_key, rate_key, timeout_ms, tags, waits_for,
  open, doom, spared, fair_key, weight, deadline_at`;

/** Makes the record that a reader gets of a whole row: of an active job with its lease, as it is now. */
export function readRecord(row: Row, now: number): JobRecord {
  const record = toRecord(row);
  if (record.status !== 'active') return record;
  return { ...record, lease: leaseUntil(Number(row['lease_until']), now) };
}

/** Makes the record of a row. */
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
  if (row['holder'] !== null) record.worker = row['holder'] as string;
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
  const { snooze_reason, cancel_requested, deduplication_key, parent_id } = row;
  const { concurrency_key, rate_key, timeout_ms, tags, waits_for } = row;
  if (typeof waits_for === 'number') {
    record.dependencies = countsOf(row);
  }
  const order = orderOf(row);
  if (order !== undefined) record.order = order;
  if (timeout_ms !== null) record.timeoutMs = timeout_ms as number;
  if (tags !== null) record.tags = parse(tags);
  if (snooze_reason !== null && snooze_reason !== PUT_BACK) {
    record.snoozeReason = snooze_reason as SnoozeReason;
  }
  if (cancel_requested !== null) record.cancelRequested = parse<CancelRequest>(cancel_requested);
  if (deduplication_key !== null) record.deduplicationKey = fromText(deduplication_key as string);
  const key = concurrency_key ?? row['held_key'] ?? null;
  if (key !== null) record.concurrencyKey = fromText(key as string);
  if (rate_key !== null) record.rateKey = fromText(rate_key as string);
  if (parent_id !== null) record.parentId = fromText(parent_id as string);
}

/** Makes the numbers of jobs that a row's job waits for. */
export function countsOf({ waits_for, open, doom, spared }: Row): DependencyCounts {
  const tolerated = Number(spared);
  const failed = Number(doom) + tolerated;
  const counts = { total: Number(waits_for), open: Number(open), failed };
  return tolerated > 0 ? { ...counts, tolerated } : counts;
}

function parse<T>(text: unknown): T {
  return (typeof text === 'string' ? JSON.parse(text) : undefined) as T;
}

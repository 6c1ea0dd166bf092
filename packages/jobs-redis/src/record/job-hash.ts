import { toUSVString } from 'node:util';
import type { AttemptFailure, JobProgress, JobStatus, SerializedError } from '@philjs/jobs-core';
import type { CancelRequest, JobRecord, SnoozeReason } from '@philjs/jobs-core/backend';
import { ENDED_STATUSES, fromText } from '@philjs/jobs-core/internal';
import { decodeJobId } from '../keys/job-id.ts';
import type { StoredOptions } from './job-options.ts';
import { decodeOrder } from './order-text.ts';
import { fromStoredPriority } from './priority.ts';
import { decodePayload, decodeResult, parseOr, parseOwn } from './stored-json.ts';

/**
 * The fields of a job's hash, as docs/redis-layout.md describes them: BullMQ's (`ats` attempts started, `atm` made, `stc`
 * stalled, `pb` processed by) and ours, `pj:…`.
 */
export type JobHash = Readonly<Partial<Record<string, string>>>;

/** Lets a record be filled field by field: every job that runs is read once, and this creates one object only. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

const NOTHING: NonNullable<StoredOptions['pj']> = {};

/** Makes a hash of the flat list of fields and values that `HGETALL` answers inside a script, or of a part of it. */
export function toJobHash(
  flat: readonly unknown[],
  from = 0,
  length: number = flat.length,
): Record<string, string | undefined> {
  const hash: Record<string, string> = {};
  // Both are texts: that is what `HGETALL` answers, alternating.
  for (let i = from; i + 1 < from + length; i += 2) hash[flat[i] as string] = flat[i + 1] as string;
  return hash;
}

/** Reads a job, as BullMQ or we stored it, as core describes jobs. */
export function toJobRecord(
  storedId: string,
  status: JobStatus,
  hash: JobHash,
  options: StoredOptions = parseOptions(hash['opts']),
): JobRecord {
  const own = options.pj ?? NOTHING;
  const createdAt = numberOf(hash['timestamp']);
  const record: Writable<JobRecord> = {
    id: decodeJobId(storedId),
    name: hash['name'] ?? '',
    status,
    payload: decodePayload(hash['data']),
    version: hash['pj:version'] === undefined ? (own.v ?? 1) : numberOf(hash['pj:version']),
    priority: fromStoredPriority(numberOf(hash['priority'])),
    createdAt,
    runAt: runAtOf(hash, createdAt),
    maxAttempts: Math.max(1, options.attempts ?? 1),
    attemptsMade: numberOf(hash['atm'] ?? hash['attemptsMade']) - numberOf(hash['pj:unused']),
    fencingToken: numberOf(hash['ats']),
    stalledCount: numberOf(hash['stc']),
    metadata: own.m ?? {},
  };
  if (hash['pb'] !== undefined) record.worker = hash['pb'];
  if (hash['processedOn'] !== undefined) record.processedAt = numberOf(hash['processedOn']);
  if (hash['finishedOn'] !== undefined) record.finishedAt = numberOf(hash['finishedOn']);
  if (hash['progress'] !== undefined) record.progress = progressOf(hash['progress']);
  if (hash['deid'] !== undefined) record.deduplicationKey = fromText(hash['deid']);
  addOwn(record, own);
  addKeys(record, hash);
  const failures = failuresOf(hash);
  if (failures.length > 0) record.failures = failures;
  addDependencies(record, hash);
  addExpiry(record, hash, own.x);
  addOutcome(record, hash);
  addRequests(record, hash);
  return record;
}

/** Makes the record that a reader gets: of an active job with its lease, from when its lock ends; 0 if it has. */
export function readRecord(
  storedId: string,
  status: JobStatus,
  flat: readonly unknown[],
  lockEnd: number | undefined,
): JobRecord {
  const record = toJobRecord(storedId, status, toJobHash(flat));
  if (lockEnd === undefined) return record;
  return {
    ...record,
    lease: lockEnd === 0 ? { hasEnded: true } : { hasEnded: false, endsAt: lockEnd },
  };
}

function addOwn(record: Writable<JobRecord>, own: NonNullable<StoredOptions['pj']>): void {
  if (own.p !== undefined) record.parentId = own.p;
  if (own.t !== undefined) record.timeoutMs = own.t;
  if (own.g !== undefined) record.tags = [...own.g];
}

function addKeys(record: Writable<JobRecord>, hash: JobHash): void {
  const { 'pj:ck': concurrencyKey = hash['pj:hk'], 'pj:rk': rateKey } = hash;
  if (concurrencyKey !== undefined) record.concurrencyKey = fromText(concurrencyKey);
  if (rateKey !== undefined) record.rateKey = fromText(rateKey);
  const order = hash['pj:order'];
  if (order !== undefined) record.order = decodeOrder(order);
}

/** Reads the options of a job; returns usable options for any text. */
export function parseOptions(text = '{}'): StoredOptions {
  if (text === lastText) return lastOptions;
  const parsed = parseOr(text, {});
  // Unknown fields do no harm, and each known one is checked where it is read.
  const options = typeof parsed === 'object' && parsed !== null ? (parsed as StoredOptions) : {};
  // Most jobs have the same options as the job before. Options with metadata are not shared: callers get the object.
  if (options.pj?.m === undefined) {
    lastText = text;
    lastOptions = options;
  }
  return options;
}

let lastText = '{}';
let lastOptions: StoredOptions = {};

function runAtOf(hash: JobHash, createdAt: number): number {
  const runAt = hash['pj:runAt'];
  return runAt === undefined ? createdAt + numberOf(hash['delay']) : numberOf(runAt);
}

function progressOf(text: string): JobProgress {
  const progress = parseOr(text, text);
  if (typeof progress === 'number') return progress;
  if (typeof progress === 'object' && progress !== null && !Array.isArray(progress)) {
    // An object that JSON gave is one that core accepts as progress.
    return progress as JobProgress;
  }
  return { value: progress };
}

function addDependencies(record: Writable<JobRecord>, hash: JobHash): void {
  const total = hash['pj:deps'];
  if (total === undefined) return;
  const tolerated = numberOf(hash['pj:spared']);
  const [open, failed] = [numberOf(hash['pj:open']), numberOf(hash['pj:doom']) + tolerated];
  const counts = { total: numberOf(total), open, failed };
  record.dependencies = tolerated > 0 ? { ...counts, tolerated } : counts;
}

function addExpiry(record: Writable<JobRecord>, hash: JobHash, given: number | undefined): void {
  const changed = hash['pj:expires'];
  const expiresAt = changed === undefined ? given : changed === '' ? undefined : numberOf(changed);
  if (expiresAt !== undefined) record.expiresAt = expiresAt;
}

function addOutcome(record: Writable<JobRecord>, hash: JobHash): void {
  if (record.status !== 'completed') {
    const error = errorOf(hash);
    if (error !== undefined) record.error = error;
    return;
  }
  const { returnvalue } = hash;
  const result = returnvalue === undefined ? undefined : decodeResult(returnvalue);
  if (result !== undefined) record.result = result;
}

function addRequests(record: Writable<JobRecord>, hash: JobHash): void {
  if (ENDED_STATUSES.includes(record.status)) return;
  const snooze = hash['pj:snooze'];
  const cancel = hash['pj:cancel'];
  // Core wrote it, and reads only what it knows.
  if (snooze) record.snoozeReason = snooze as SnoozeReason;
  if (!cancel) return;
  record.cancelRequested = cancelRequestOf(cancel);
}

/** Reads the request to cancel a job, as the script that stored it wrote it. */
export function cancelRequestOf(text: string): CancelRequest {
  const { reason, force } = parseOwn<CancelRequest>(text, { force: false });
  return { force, ...(reason !== undefined && { reason: fromText(reason) }) };
}

/** Reads why a job last failed: in core's words, or in those of another BullMQ worker. */
function errorOf(hash: JobHash): SerializedError | undefined {
  const reason = hash['failedReason'];
  const text = hash['pj:error'];
  if (text) {
    const error = parseOwn<SerializedError | undefined>(text, undefined);
    if (error !== undefined && (reason === undefined || isMessageOf(error, reason))) return error;
  }
  if (reason === undefined) return undefined;
  const stacks = hash['stacktrace'] === undefined ? [] : parseOr(hash['stacktrace'], []);
  const stack = Array.isArray(stacks) ? stacks.at(-1) : undefined;
  return { name: 'Error', message: reason, ...(typeof stack === 'string' && { stack }) };
}

/** Compares by what UTF-8 leaves of a message: it has no half surrogate pairs. */
function isMessageOf({ message }: SerializedError, reason: string): boolean {
  return reason === message || reason === toUSVString(message);
}

/** Reads how its attempts failed, as far as core recorded them. */
function failuresOf(hash: JobHash): readonly AttemptFailure[] {
  const text = hash['pj:failures'];
  const failures = text === undefined ? [] : parseOwn<readonly AttemptFailure[]>(text, []);
  return Array.isArray(failures) ? failures : [];
}

/** The largest time a `Date` can hold. No number of a job is larger, unless another producer wrote it. */
const MAX_NUMBER = 8.64e15;

function numberOf(text: string | undefined): number {
  const value = text === undefined ? 0 : Number(text);
  return Math.abs(value) <= MAX_NUMBER ? value : 0;
}

import type { JsonObject, JsonValue } from '@philjs/jobs-core';
import { copyJson, type JobRecord, leaseUntil } from '@philjs/jobs-core/backend';
import { fromOffset } from './offset.ts';
import type { RareFields, StoredJob } from './stored-job.ts';

type Draft = { -readonly [key in keyof JobRecord]: JobRecord[key] };

/** The rare fields of most jobs, in one shared object. */
const NO_METADATA: JsonObject = Object.freeze({});

/**
 * Makes the records of jobs just handed out. Copies all payloads first: where many jobs wait, these are in no cache, and the
 * processor fetches several at once in a loop that does little else.
 */
export function copyJobs(jobs: readonly StoredJob[]): JobRecord[] {
  const payloads: (JsonValue | undefined)[] = [];
  for (let index = 0; index < jobs.length; index++) {
    payloads.push(copyJson((jobs[index] as StoredJob).payload));
  }
  const copies: JobRecord[] = [];
  for (let index = 0; index < jobs.length; index++) {
    copies.push(copyWith(jobs[index] as StoredJob, payloads[index]));
  }
  return copies;
}

/** Makes a job's record that its reader may keep and change: nothing in it is shared. */
export function copyJob(job: StoredJob): JobRecord {
  return copyWith(job, copyJson(job.payload));
}

/** Makes the record that a reader gets: of an active job with its lease, as it is now. */
export function readJob(job: StoredJob, now: number): JobRecord {
  const copy = copyJob(job);
  if (job.status !== 'active') return copy;
  return { ...copy, lease: leaseUntil(fromOffset(job.rank), now) };
}

function copyWith(job: StoredJob, payload: JsonValue | undefined): JobRecord {
  const { rare, holder, processedAt } = job;
  const hasStarted = holder !== undefined && processedAt !== undefined;
  const copy = hasStarted
    ? copyStarted(job, payload, holder, processedAt)
    : copyUnstarted(job, payload);
  if (job.finishedAt !== undefined) copy.finishedAt = job.finishedAt;
  if (job.result !== undefined) copy.result = copyJson(job.result);
  if (rare !== undefined) copyRareFields(rare, copy);
  return copy;
}

function copyUnstarted(job: StoredJob, payload: JsonValue | undefined): Draft {
  const { kind, rare } = job;
  return {
    id: job.id,
    name: kind.name,
    status: job.status,
    payload,
    version: kind.version,
    priority: kind.priority,
    createdAt: job.createdAt,
    runAt: job.runAt,
    maxAttempts: kind.maxAttempts,
    attemptsMade: job.attemptsMade,
    fencingToken: job.fencingToken,
    stalledCount: rare === undefined ? 0 : rare.stalledCount,
    metadata: rare?.metadata === undefined ? NO_METADATA : copyJson(rare.metadata),
  };
}

/** Makes the same with two more fields: added to the object afterwards, they would cost each run a second one. */
function copyStarted(
  job: StoredJob,
  payload: JsonValue | undefined,
  worker: string,
  processedAt: number,
): Draft {
  const { kind, rare } = job;
  return {
    id: job.id,
    name: kind.name,
    status: job.status,
    payload,
    version: kind.version,
    priority: kind.priority,
    createdAt: job.createdAt,
    runAt: job.runAt,
    maxAttempts: kind.maxAttempts,
    attemptsMade: job.attemptsMade,
    fencingToken: job.fencingToken,
    stalledCount: rare === undefined ? 0 : rare.stalledCount,
    metadata: rare?.metadata === undefined ? NO_METADATA : copyJson(rare.metadata),
    worker,
    processedAt,
  };
}

function copyRareFields(rare: RareFields, copy: Draft): void {
  if (rare.progress !== undefined) copy.progress = copyFact(rare.progress);
  if (rare.error !== undefined) copy.error = copyFact(rare.error);
  if (rare.failures !== undefined) copy.failures = copyFact(rare.failures);
  if (rare.expiresAt !== undefined) copy.expiresAt = rare.expiresAt;
  if (rare.snoozeReason !== undefined) copy.snoozeReason = rare.snoozeReason;
  if (rare.cancelRequested !== undefined) copy.cancelRequested = { ...rare.cancelRequested };
  if (rare.deduplication !== undefined) copy.deduplicationKey = rare.deduplication.key;
  const key = rare.concurrencyKey ?? rare.heldKey;
  if (key !== undefined) copy.concurrencyKey = key;
  if (rare.rateKey !== undefined) copy.rateKey = rare.rateKey;
  if (rare.order !== undefined) copy.order = { ...rare.order };
  if (rare.parentId !== undefined) copy.parentId = rare.parentId;
  const dependencies = rare.node?.counts;
  if (dependencies !== undefined) copy.dependencies = dependencies;
  if (rare.timeoutMs !== undefined) copy.timeoutMs = rare.timeoutMs;
  if (rare.tags !== undefined) copy.tags = [...rare.tags];
}

/** Makes a deep copy of a value that is JSON in content, but typed as an interface. */
export function copyFact<T>(value: T): T {
  return copyJson(value as JsonValue) as T;
}

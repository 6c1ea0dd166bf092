import { refusePromise } from '../check/refuse-promise.ts';
import type { AttemptFailure } from '../contract/attempt-failure.ts';
import type { JobLease } from '../contract/job-lease.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { JobOrder } from '../contract/order-store.ts';
import type { Codec } from '../job/codec.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonValue } from '../json/json-value.ts';
import { workerNameOf } from '../run/worker-name-of.ts';
import { NO_METADATA } from './check-metadata.ts';
import type { HeldLease, Job, JobFailure } from './job.ts';

/** Says how the public view of a job is made. */
interface View {
  /** The queue of the job. */
  readonly queueName: string;
  readonly codec: Codec | undefined;
  /** Whether `enqueue` found the job instead of storing a new one. */
  readonly duplicate?: boolean;
}

/** Makes the public view of a stored job. */
export function toJob(record: JobRecord, { queueName, codec, duplicate = false }: View): Job {
  return {
    id: record.id,
    queueName,
    name: record.name,
    payload: decode(codec, record.payload),
    status: record.status,
    progress: record.progress ?? 0,
    attemptsMade: record.attemptsMade,
    maxAttempts: record.maxAttempts,
    createdAt: new Date(record.createdAt),
    runAt: new Date(record.runAt),
    priority: record.priority,
    metadata: record.metadata,
    version: record.version,
    fencingToken: record.fencingToken,
    stalledCount: record.stalledCount,
    ...(record.status === 'completed' && { result: decode(codec, record.result) }),
    ...(record.error !== undefined && { error: record.error }),
    ...(record.failures?.length && { failures: record.failures.map(toFailure) }),
    ...(record.worker !== undefined && { worker: workerNameOf(record.worker) }),
    ...(record.lease !== undefined && { lease: toHeldLease(record.lease) }),
    ...(record.processedAt !== undefined && { processedAt: new Date(record.processedAt) }),
    ...(record.finishedAt !== undefined && { finishedAt: new Date(record.finishedAt) }),
    ...(record.tags !== undefined && { tags: record.tags }),
    ...(record.timeoutMs !== undefined && { timeout: record.timeoutMs }),
    ...(record.order !== undefined && orderOf(record.order)),
    ...(record.parentId !== undefined && { parentId: record.parentId }),
    ...(record.dependencies !== undefined && { dependencies: record.dependencies }),
    ...(duplicate && { duplicate }),
  };
}

function toHeldLease({ hasEnded, endsAt }: JobLease): HeldLease {
  return { hasEnded, ...(endsAt !== undefined && { endsAt: new Date(endsAt) }) };
}

/** Makes the public view of a failed attempt. */
export function toFailure({ startedAt, failedAt, ...failure }: AttemptFailure): JobFailure {
  return { ...failure, startedAt: new Date(startedAt), failedAt: new Date(failedAt) };
}

/** Makes the public view of a job that was just stored, or dropped in favour of one that is gone by now. */
export function newToJob(job: NewJob, { queueName, codec, duplicate = false }: View): Job {
  const made = {
    id: job.id,
    queueName,
    name: job.name,
    payload: decode(codec, copyJson(job.payload)),
    status: job.runAt > job.createdAt ? 'delayed' : 'waiting',
    progress: 0,
    attemptsMade: 0,
    maxAttempts: job.maxAttempts,
    createdAt: new Date(job.createdAt),
    runAt: new Date(job.runAt),
    priority: job.priority,
    metadata: job.metadata === NO_METADATA ? NO_METADATA : copyJson(job.metadata),
    version: job.version,
    fencingToken: 0,
    stalledCount: 0,
  } as const;
  const { parentId, dependsOn, timeoutMs, tags, order } = job;
  if ((parentId ?? dependsOn ?? timeoutMs ?? tags ?? order) === undefined && !duplicate)
    return made;
  return {
    ...made,
    ...(job.dependsOn !== undefined && blockedBy(job.dependsOn.length)),
    ...(job.tags !== undefined && { tags: [...job.tags] }),
    ...(job.timeoutMs !== undefined && { timeout: job.timeoutMs }),
    ...(order !== undefined && orderOf(order)),
    ...(job.parentId !== undefined && { parentId: job.parentId }),
    ...(duplicate && { duplicate }),
  };
}

function orderOf({
  fairKey,
  weight,
  deadlineAt,
}: JobOrder): Pick<Job, 'fairKey' | 'weight' | 'deadline'> {
  return {
    ...(fairKey !== undefined && { fairKey }),
    ...(weight !== undefined && { weight }),
    ...(deadlineAt !== undefined && { deadline: new Date(deadlineAt) }),
  };
}

function blockedBy(total: number): Pick<Job, 'status' | 'dependencies'> {
  return { status: 'blocked', dependencies: { total, open: total, failed: 0 } };
}

/** Decodes a stored value; one the codec cannot read is returned as stored. */
export function decode(codec: Codec | undefined, stored: JsonValue | undefined): unknown {
  if (codec === undefined || stored === undefined) return stored;
  try {
    const decoded = codec.decode(stored);
    refusePromise('codec.decode', 'the value', decoded);
    return decoded;
  } catch {
    return stored;
  }
}

import { createHash } from 'node:crypto';
import { MAX_DURATION_MS } from '../check/argument.ts';
import type { AttemptFailure } from '../contract/attempt-failure.ts';
import type { JobRecord } from '../contract/job-record.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { JobOrder } from '../contract/order-store.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import { DEFAULT_RETENTION } from '../job/shared-options.ts';
import { copyJson } from '../json/copy-json.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { PAYLOAD_FROM } from '../queue/step-item.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isForDependency } from './is-for-dependency.ts';
import type { RunServices } from './run-services.ts';
import { wholeOf } from './whole-payload.ts';

/** The name of the jobs that are dead letters. */
export const DEAD_LETTER = 'dead-letter';

/** Describes the failed job in the payload of a dead letter. */
export interface StoredLetter {
  /** The queue of the job. */
  readonly queue: string;
  /** The id of the job. */
  readonly jobId: string;
  /** The name of its definition. */
  readonly name: string;
  /** Its payload, as stored; of a step of a chain with what the step before returned. */
  readonly payload?: JsonValue;
  /** The version of the payload's shape. */
  readonly version: number;
  /** Its priority. */
  readonly priority: number;
  /** The number of attempts it was allowed. */
  readonly maxAttempts: number;
  /** Its metadata. */
  readonly metadata: JsonObject;
  /** Its tags. */
  readonly tags?: readonly string[];
  /** Its own timeout, in milliseconds. */
  readonly timeoutMs?: number;
  /** The facts that its queue's order sorted it by. */
  readonly order?: JobOrder;
  /** The number of jobs that it waited for. */
  readonly dependencies?: number;
  /** The number of attempts that ended. */
  readonly attemptsMade: number;
  /** When it was enqueued, in epoch milliseconds as all times here. */
  readonly createdAt: number;
  /** When it last became ready. */
  readonly runAt: number;
  /** When it last started. */
  readonly startedAt?: number;
  /** When it failed for good. */
  readonly failedAt: number;
  /** The error it failed with. */
  readonly error: SerializedError;
  /** The errors of its attempts: as many as the job kept. */
  readonly failures: readonly AttemptFailure[];
  /** Stands for the cause of the failure. */
  readonly fingerprint: string;
}

/**
 * Adds a dead letter to the outcome of a job that failed for good, if its definition or its queue names a queue for
 * it. A job that failed for a dependency leaves no letter: a redrive would run it without that dependency, and
 * retrying the dependency brings it back.
 */
export function withDeadLetter(
  services: RunServices,
  job: JobRecord,
  outcome: Outcome,
  own: string | undefined,
): Outcome {
  const queue = own ?? services.deadLetter;
  if (outcome.type !== 'fail' || queue === undefined) return outcome;
  if (isForDependency(job, outcome.error)) return outcome;
  const letter = toLetter(services, job, outcome);
  return { ...outcome, deadLetter: { queue, job: letter } };
}

function toLetter(
  { clock, queue }: RunServices,
  job: JobRecord,
  { error, failures, attemptUsed }: Extract<Outcome, { readonly type: 'fail' }>,
): NewJob {
  const now = clock.now();
  const letter: StoredLetter = {
    queue: queue.name,
    jobId: job.id,
    name: job.name,
    ...payloadOf(job),
    version: job.version,
    priority: job.priority,
    maxAttempts: job.maxAttempts,
    ...(job.dependencies !== undefined && { dependencies: job.dependencies.total }),
    ...(job.tags !== undefined && { tags: job.tags }),
    ...(job.timeoutMs !== undefined && { timeoutMs: job.timeoutMs }),
    ...(job.order !== undefined && { order: job.order }),
    attemptsMade: job.attemptsMade + (attemptUsed ? 1 : 0),
    createdAt: job.createdAt,
    runAt: job.runAt,
    ...(job.processedAt !== undefined && { startedAt: job.processedAt }),
    failedAt: now,
    error,
    failures,
    fingerprint: fingerprintOf(job.name, error),
  };
  const which = JSON.stringify([queue.name, job.id, job.createdAt, job.fencingToken]);
  return {
    // The same for a repeated record of the same failure.
    id: `dead_${createHash('sha256').update(which).digest('base64url').slice(0, 32)}`,
    name: DEAD_LETTER,
    // All of it is JSON already, and may be nested more deeply here than what a caller gives.
    payload: copyJson(letter as unknown as JsonValue),
    version: 1,
    priority: 0,
    createdAt: now,
    // No worker runs it: it waits to be looked at.
    runAt: now + MAX_DURATION_MS,
    delayMs: MAX_DURATION_MS,
    maxAttempts: 1,
    keepCompleted: DEFAULT_RETENTION.completed,
    keepFailed: DEFAULT_RETENTION.failed,
    keepCancelled: DEFAULT_RETENTION.cancelled,
    metadata: {},
  };
}

/** Returns the payload and the metadata to keep: a payload that is whole is not to be completed again. */
function payloadOf(job: JobRecord): Pick<StoredLetter, 'payload' | 'metadata'> {
  const { payload, metadata } = job;
  const whole = wholeOf(job);
  if (whole === undefined) return payload === undefined ? { metadata } : { payload, metadata };
  const { [PAYLOAD_FROM]: _, ...own } = metadata;
  return { ...whole, metadata: own };
}

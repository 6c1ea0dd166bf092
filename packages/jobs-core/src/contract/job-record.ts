import type { SerializedError } from '../errors/serialized-error.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { AttemptFailure } from './attempt-failure.ts';
import type { JobStatus } from './job-status.ts';
import type { SnoozeReason } from './outcome.ts';

/** What a handler last reported: a number (a percentage by convention) or an object. */
export type JobProgress = number | JsonObject;

/**
 * Describes a stored job as it is now. Everything in it is a copy: changing it changes nothing in
 * the store, and later changes in the store do not show in it.
 */
export interface JobRecord {
  /** Unique in the queue, exactly as given at `add`. */
  readonly id: string;
  /** The name of the job's definition. */
  readonly name: string;
  /** The state it is in. */
  readonly status: JobStatus;
  /** The stored payload. */
  readonly payload: JsonValue | undefined;
  /** The version of the payload's shape. */
  readonly version: number;
  /** Higher runs first. */
  readonly priority: number;
  /** When it was enqueued, in epoch milliseconds. */
  readonly createdAt: number;
  /** When it may start, or might first have started, in epoch milliseconds. */
  readonly runAt: number;
  /** How many attempts it has in all. */
  readonly maxAttempts: number;
  /** How many attempts ended: with `complete`, `retry`, or a `fail` that used one. */
  readonly attemptsMade: number;
  /** How often it was handed to a worker: the fencing token of the latest start. */
  readonly fencingToken: number;
  /** How often its lease ran out. */
  readonly stalledCount: number;
  /** When it was last handed to a worker, in epoch milliseconds. */
  readonly processedAt?: number;
  /** When it completed, failed or was cancelled, in epoch milliseconds. */
  readonly finishedAt?: number;
  /** What the handler last reported. */
  readonly progress?: JobProgress;
  /** What the handler returned, once completed. */
  readonly result?: JsonValue;
  /** Why the latest attempt failed; kept while it waits for the next one. */
  readonly error?: SerializedError;
  /**
   * The failures of its attempts as core listed them in the latest outcome that had any, oldest first: the
   * last 10. Kept when it completes, gone when it is retried by hand.
   */
  readonly failures?: readonly AttemptFailure[];
  /** When core will fail it unstarted, in epoch milliseconds. */
  readonly expiresAt?: number;
  /** Why it was last put back without using an attempt, until it is put back or finished otherwise. */
  readonly snoozeReason?: SnoozeReason;
  /** That somebody asked to cancel it while it was active. */
  readonly cancelRequested?: CancelRequest;
  /** Facts beside the payload. */
  readonly metadata: JsonObject;
  /** The deduplication key it was enqueued with; see `Deduplication.key`. */
  readonly deduplicationKey?: string;
  /** What a limit on concurrency is counted by. */
  readonly concurrencyKey?: string;
  /** What a rate limit is counted by. */
  readonly rateKey?: string;
  /** The job this one belongs to. */
  readonly parentId?: string;
}

/** Records a wish to cancel an active job. */
export interface CancelRequest {
  /** Why, in the words of whoever asked. */
  readonly reason?: string;
  /** Whether the worker is to end the job without waiting for its handler. */
  readonly force: boolean;
}

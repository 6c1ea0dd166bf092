import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { AttemptFailure } from './attempt-failure.ts';
import type { JobLease } from './job-lease.ts';
import type { JobStatus } from './job-status.ts';
import type { JobOrder } from './order-store.ts';
import type { SnoozeReason } from './outcome.ts';
import type { DependencyCounts } from './workflow-store.ts';

/** A handler's latest progress report: a number (a percentage by convention) or an object. */
export type JobProgress = number | JsonObject;

/**
 * Describes a stored job as it is now. Everything in it is a copy: changing it changes nothing in the store, and
 * later changes in the store do not show in it.
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
  /** The earliest time of its next start, or of its first one, in epoch milliseconds. */
  readonly runAt: number;
  /** The number of attempts allowed in all. */
  readonly maxAttempts: number;
  /** The number of attempts that ended: with `complete`, `retry`, or a `fail` that used one. */
  readonly attemptsMade: number;
  /** How often it was handed to a worker: the fencing token of the latest start. */
  readonly fencingToken: number;
  /** How often its lease ran out. */
  readonly stalledCount: number;
  /**
   * The id of the worker that it was last handed to, as the store knows it; stays when the job has ended. Absent where
   * the store does not know which worker asked.
   */
  readonly worker?: string;
  /**
   * The lease of an `active` job, as it was when `get` or `list` read it; absent in every other state. A job that is handed
   * out, or named by an event, needs none.
   */
  readonly lease?: JobLease;
  /** When it was last handed to a worker, in epoch milliseconds. */
  readonly processedAt?: number;
  /** When it completed, failed or was cancelled, in epoch milliseconds. */
  readonly finishedAt?: number;
  /** The latest progress the handler reported: kept from run to run, and handed out with the job to the next one. */
  readonly progress?: JobProgress;
  /** The handler's result, once completed. */
  readonly result?: JsonValue;
  /** The error of the latest attempt that failed; kept while the job is waiting for the next one. */
  readonly error?: SerializedError;
  /**
   * The failures of its attempts, oldest first, as core listed them in the latest outcome that had any: the last 10.
   * Kept when the job completes, cleared when it is retried by hand.
   */
  readonly failures?: readonly AttemptFailure[];
  /** When core fails it unstarted, in epoch milliseconds. */
  readonly expiresAt?: number;
  /** How long one attempt may take, in milliseconds, if it has a timeout of its own. */
  readonly timeoutMs?: number;
  /** The tags it can be found by. */
  readonly tags?: readonly string[];
  /** Why it was last put back without using an attempt; absent again once it is put back or finished otherwise. */
  readonly snoozeReason?: SnoozeReason;
  /** The request to cancel it, made while it was active. */
  readonly cancelRequested?: CancelRequest;
  /** Metadata stored beside the payload. */
  readonly metadata: JsonObject;
  /** The deduplication key it was enqueued with; see `Deduplication.key`. */
  readonly deduplicationKey?: string;
  /** The key that a concurrency limit counts by. */
  readonly concurrencyKey?: string;
  /** The key that a rate limit counts by. */
  readonly rateKey?: string;
  /** The facts that orders other than first in, first out sort it by. */
  readonly order?: JobOrder;
  /** The parent job. */
  readonly parentId?: string;
  /** The numbers of jobs it waits for; absent for one that waits for none. */
  readonly dependencies?: DependencyCounts;
}

/** Records a request to cancel an active job. */
export interface CancelRequest {
  /** The reason, in the caller's words. */
  readonly reason?: string;
  /** Whether the worker ends the job without waiting for its handler. */
  readonly force: boolean;
}

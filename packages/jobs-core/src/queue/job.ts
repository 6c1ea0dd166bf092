import type { JobProgress } from '../contract/job-record.ts';
import type { JobStatus } from '../contract/job-status.ts';
import type { DependencyCounts } from '../contract/workflow-store.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonObject } from '../json/json-value.ts';

/** Describes a stored job as it was when it was read. It does not update itself. */
export interface Job<TPayload = unknown, TResult = unknown> {
  /** Unique in the queue. */
  readonly id: string;
  /** The queue it is in. */
  readonly queueName: string;
  /** The name of its definition. */
  readonly name: string;
  /** The payload that was enqueued, after its JSON round trip (and the codec's decoding). */
  readonly payload: TPayload;
  /** The state it was in. */
  readonly status: JobStatus;
  /** The latest progress the handler reported; `0` before its first report. */
  readonly progress: JobProgress;
  /** The number of attempts that ended. */
  readonly attemptsMade: number;
  /** The number of attempts allowed in all. */
  readonly maxAttempts: number;
  /** The handler's result, once `completed`. */
  readonly result?: TResult;
  /** The error of the latest attempt, or of the cancellation. */
  readonly error?: SerializedError;
  /**
   * The errors of all failed attempts, oldest first: the last 10 and at most 128 KiB, also once the job is
   * `completed`. A retry by hand clears them.
   */
  readonly failures?: readonly JobFailure[];
  /** When it was enqueued. */
  readonly createdAt: Date;
  /** The earliest time of its next start, or of its first one. */
  readonly runAt: Date;
  /**
   * The process that runs its latest attempt, or ran it: machine and process id, as `web-1:4711`. Absent before its
   * first attempt, and where the backend does not know.
   */
  readonly worker?: string;
  /** Whether its worker still holds it, if it is `active`; as it was when the job was read. */
  readonly lease?: HeldLease;
  /** When it last started. */
  readonly processedAt?: Date;
  /** When it completed, failed or was cancelled. */
  readonly finishedAt?: Date;
  /** Higher runs first. */
  readonly priority: number;
  /** Metadata that was enqueued beside the payload. */
  readonly metadata: JsonObject;
  /** The version of the payload's shape. */
  readonly version: number;
  /** How many times it was handed to a worker. */
  readonly fencingToken: number;
  /** How many times its worker lost it. */
  readonly stalledCount: number;
  /**
   * The numbers of jobs it waits for; absent for one that waits for none. As `enqueue` returns it, all count as open, also
   * those that have ended.
   */
  readonly dependencies?: DependencyCounts;
  /** The tags it can be found by; absent when it has none. */
  readonly tags?: readonly string[];
  /** How long one attempt may take, in milliseconds, if it was enqueued with a timeout of its own. */
  readonly timeout?: number;
  /** The key whose jobs take turns with those of other keys in a `fair` queue. */
  readonly fairKey?: string;
  /** Its weight in a `fair` queue, if that is not 1. */
  readonly weight?: number;
  /** The time by which it is to start in a `deadline` queue. */
  readonly deadline?: Date;
  /** The id of the job that added it by `ctx.addChildren`. */
  readonly parentId?: string;
  /** True when `enqueue` found this job instead of storing a new one. */
  readonly duplicate?: boolean;
}

/**
 * Says whether the worker of an active job still holds it. A worker renews its leases three times in their length
 * (`lockDuration`): one that has ended is that of a worker that died, lost its connection, or stands still.
 */
export interface HeldLease {
  /** Whether it has ended: the next worker of the queue that looks takes the job back. */
  readonly hasEnded: boolean;
  /** When it ends or ended; absent where the backend no longer knows, as Redis does once it has ended. */
  readonly endsAt?: Date;
}

/** Describes one failed attempt of a job. */
export interface JobFailure {
  /** The number of the attempt, counted from 1. */
  readonly attempt: number;
  /** When it started. */
  readonly startedAt: Date;
  /** When it failed. */
  readonly failedAt: Date;
  /** The error it failed with; each stack in it is cut to 2,000 characters. */
  readonly error: SerializedError;
  /** The process that ran it: machine and process id, as `web-1:4711`. */
  readonly worker?: string;
}

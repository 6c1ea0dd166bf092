import type { JobsError } from '../errors/jobs-error.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { JobLimits } from './job-limits.ts';
import type { JobRecord } from './job-record.ts';
import type { Outcome } from './outcome.ts';
import type { WorkerInfo, WorkerRequest } from './worker-info.ts';

/** Gives core one job this worker holds. `job.fencingToken` identifies the lease. */
export interface ClaimedJob {
  /** The job as stored, `active`. Its payload is a copy that no other code holds. */
  readonly job: JobRecord;
  /**
   * The time by which the job must have started, in epoch milliseconds by the worker's clock, where the store limits
   * the rate of its starts. Later, core gives the job back `unstarted`, since its start would fall into another
   * window.
   */
  readonly startBy?: number;
  /** The run of the job, set by `execute`. The backend must report to it what was recorded, since hooks follow that. */
  run?: RecordedRun;
}

/**
 * A run whose outcome the backend records. Core's worker loop reports the record to it; a backend with a loop of its
 * own must do so itself.
 */
export interface RecordedRun {
  /** Whether hooks follow its outcome: its slot stays busy until they have ended. */
  readonly hasHooks: boolean;
  /**
   * Takes what was recorded, once: the outcome that `execute` returned, another one that was recorded in its place,
   * or `undefined` when the lease was lost and nothing was recorded. Returns a promise while hooks run. Never throws
   * or rejects.
   */
  recorded(outcome: Outcome | undefined): Promise<void> | undefined;
}

/** Gives core one job this worker holds, and takes the outcome to record. */
export interface StartedJob extends ClaimedJob {
  /** Takes the outcome to record; called at most once. */
  settle(outcome: Outcome): void;
}

/** Identifies a lease: the job, and which of its starts. */
export interface Lease {
  /** The job's id. */
  readonly id: string;
  /** The job's fencing token at this start. */
  readonly fencingToken: number;
}

/** Describes a job whose lease ran out. */
export interface StalledJob {
  /** The lease that ran out. */
  readonly lease: Lease;
  /** The name of the job's definition. */
  readonly name: string;
  /** Whether it stalled once too often and has failed; otherwise it is waiting again. */
  readonly failed: boolean;
}

/** Says how a worker consumes a queue. The functions come from core; the other fields are limits to observe. */
export interface ConsumeParams {
  /**
   * Runs a claimed job and returns the outcome to record. Never rejects. Never takes longer than the handler, or its
   * timeout. The backend keeps the lease alive until it has recorded the outcome, and then reports to {@link
   * ClaimedJob.run}.
   */
  readonly execute: (claimed: ClaimedJob) => Promise<Outcome>;
  /**
   * Does the same, but passes the outcome to a callback, at most once. Loops that run many jobs use it, since it
   * saves a promise for each job. Absent in tests, where `execute` is used.
   */
  readonly start?: (started: StartedJob) => void;
  /**
   * Aborts a running job's signal: its lease was lost (`JOBS_LEASE_LOST`), or a cancellation was requested
   * (`JOBS_CANCELLED`). With `force`, `execute` returns immediately instead of waiting for the handler. Returns false
   * when no such run is under way here.
   */
  readonly abort: (params: {
    readonly lease: Lease;
    readonly error: JobsError;
    readonly force?: boolean;
  }) => boolean;
  /** Reports an error that happened outside any call, such as a connection error. Never throws. */
  readonly onError: (error: unknown) => void;
  /** Reports a job whose lease ran out, once, on the consumer that took it back. Never throws. */
  readonly onStalled: (stalled: StalledJob) => void;
  /**
   * How many jobs this consumer may run at once, until {@link Consumer.resize} changes it. At least 1. It may hold nearly as many more ahead of their slots, and gives
   * them back within 50 ms if none gets free.
   */
  readonly concurrency: number;
  /**
   * The largest number of active jobs of a name, over all consumers of the queue. A job over its limit keeps no slot
   * busy and is not fetched again and again; jobs of other names pass it. Entries are added while the consumer runs,
   * as definitions become known.
   */
  readonly concurrencyLimits: ReadonlyMap<string, number>;
  /**
   * The limits of the worker's definitions, by name, for backends that decide themselves which jobs may start. It
   * includes all of {@link concurrencyLimits}. Entries are added while the consumer runs.
   */
  readonly limits?: ReadonlyMap<string, JobLimits>;
  /** How long a lease lasts unless it is renewed, in milliseconds. */
  readonly lockDuration: number;
  /** How often a job may lose its lease and be redelivered, unless {@link maxStalledCounts} has its name. */
  readonly maxStalledCount: number;
  /** The same for the jobs of a name. Entries are added while the consumer runs. @default none */
  readonly maxStalledCounts?: ReadonlyMap<string, number>;
  /** The error of a job that lost its lease more often. */
  readonly stalledError: SerializedError;
  /**
   * Receives a request of an operator to this worker, once for each different request. Never throws. Only a backend
   * with a list
   * of workers calls it.
   */
  readonly onRequest?: (request: WorkerRequest) => void;
  /** Describes this worker for the list of workers. */
  readonly worker: WorkerInfo;
}

/** Consumes a queue until it is stopped. */
export interface Consumer {
  /**
   * Changes how many jobs this consumer may run at once, from now on. Takes more jobs at once where that is more; where it is
   * fewer, active jobs go on, and their slots are not filled again. Does nothing once it was asked to stop.
   */
  resize(params: { readonly concurrency: number }): void;
  /**
   * Takes no new job, waits up to `timeout` milliseconds for the active ones, aborts those left
   * with `JOBS_WORKER_STOPPED`, waits a moment for them, and gives back what is still not done
   * without using an attempt. Resolves within `timeout` plus one second, also when the store is
   * away. Safe to call twice: the second call waits for the first, and cuts it short if its own `timeout` ends
   * sooner.
   */
  stop(params: { readonly timeout: number }): Promise<void>;
}

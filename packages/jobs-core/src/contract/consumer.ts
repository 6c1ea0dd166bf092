import type { JobsError } from '../errors/jobs-error.ts';
import type { SerializedError } from '../errors/serialized-error.ts';
import type { JobLimits } from './job-limits.ts';
import type { JobRecord } from './job-record.ts';
import type { Outcome } from './outcome.ts';
import type { WorkerInfo } from './worker-info.ts';

/** Gives core one job this worker holds. `job.fencingToken` identifies the lease. */
export interface ClaimedJob {
  /** The job as stored, `active`, with a payload nobody else holds. */
  readonly job: JobRecord;
  /**
   * Until when it has to have started, in epoch milliseconds by the worker's clock, where the rate of its starts
   * is limited by the store: later it is given back `unstarted`, since its start would fall into another window.
   */
  readonly startBy?: number;
  /** The run of it, put here by `execute`: has to be told what was recorded, since hooks follow that. */
  run?: RecordedRun;
}

/** A run whose outcome the backend records. Core's worker loop tells it; a backend with a loop of its own has to. */
export interface RecordedRun {
  /** Whether hooks follow its outcome: its slot is not free before they have ended. */
  readonly hasHooks: boolean;
  /**
   * Takes what was recorded, once: the outcome `execute` answered, another one that was recorded in its place, or
   * `undefined` when the lease was lost and nothing was. Answers a promise while hooks run. Never throws or
   * rejects.
   */
  recorded(outcome: Outcome | undefined): Promise<void> | undefined;
}

/** Gives core one job this worker holds, and takes what is to be recorded. */
export interface StartedJob extends ClaimedJob {
  /** Is called with what to record, at most once. */
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
  /** Whether it stalled once too often and has failed; otherwise it waits again. */
  readonly failed: boolean;
}

/** Says how a worker consumes a queue. The functions are core's; the rest are limits to keep. */
export interface ConsumeParams {
  /**
   * Runs a claimed job and answers what to record. Never rejects. Never takes longer than the
   * handler, or its timeout. The backend keeps the lease alive until it has recorded the outcome, and then
   * tells {@link ClaimedJob.run}.
   */
  readonly execute: (claimed: ClaimedJob) => Promise<Outcome>;
  /**
   * Does the same, but tells what to record by a call, at most once: for loops that run many jobs, which spares
   * each of them a promise. Absent in tests, where `execute` does.
   */
  readonly start?: (started: StartedJob) => void;
  /**
   * Aborts a running job's signal: its lease was lost (`JOBS_LEASE_LOST`), or somebody asked to
   * cancel it (`JOBS_CANCELLED`). With `force`, `execute` answers at once instead of waiting for the
   * handler. Answers false when no such run is under way here.
   */
  readonly abort: (params: {
    readonly lease: Lease;
    readonly error: JobsError;
    readonly force?: boolean;
  }) => boolean;
  /** Tells about what went wrong outside any call, such as a connection error. Never throws. */
  readonly onError: (error: unknown) => void;
  /** Tells about a job whose lease ran out, once, on the consumer that took it back. Never throws. */
  readonly onStalled: (stalled: StalledJob) => void;
  /** How many jobs this consumer may hold at once. At least 1. */
  readonly concurrency: number;
  /**
   * At most how many jobs of a name may be active at once over all consumers of the queue. A job
   * over its limit keeps no slot busy and is not fetched again and again, and jobs of other names
   * pass it by. Entries are added while the consumer runs, as definitions become known.
   */
  readonly concurrencyLimits: ReadonlyMap<string, number>;
  /**
   * What the worker's definitions limit, by name: for backends that decide themselves what may start. It says all
   * that {@link concurrencyLimits} says. Entries are added while the consumer runs.
   */
  readonly limits?: ReadonlyMap<string, JobLimits>;
  /** How long a lease lasts without being renewed, in milliseconds. */
  readonly lockDuration: number;
  /** How often a job may lose its lease and be redelivered. */
  readonly maxStalledCount: number;
  /** What a job failed with that lost its lease more often. */
  readonly stalledError: SerializedError;
  /** Describes this worker to whoever asks for the list of workers. */
  readonly worker: WorkerInfo;
}

/** Consumes a queue until it is stopped. */
export interface Consumer {
  /**
   * Takes no new job, waits up to `timeout` milliseconds for the active ones, aborts those left
   * with `JOBS_WORKER_STOPPED`, waits a moment for them, and gives back what is still not done
   * without using an attempt. Resolves within `timeout` plus one second, also when the store is
   * away. Safe to call twice: the second call waits for the first, and cuts it short if its own `timeout` ends
   * sooner.
   */
  stop(params: { readonly timeout: number }): Promise<void>;
}

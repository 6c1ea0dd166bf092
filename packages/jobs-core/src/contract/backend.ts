import type { Clock } from '../clock/clock.ts';
import type { SerializedError } from '../errors/serialize-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { LeaseStore, MaybePromise } from '../lease/lease-store.ts';
import type { Logger } from '../logger/logger.ts';
import type { Capabilities } from './capabilities.ts';
import type { ConsumeParams, Consumer, Lease } from './consumer.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { EventSource } from './events.ts';
import type { JobProgress, JobRecord } from './job-record.ts';
import type { JobCounts, JobStatus } from './job-status.ts';
import type { KeyStore } from './key-store.ts';
import type { LimitStore } from './limit-store.ts';
import type { LogStore } from './log-store.ts';
import type { MetricsStore } from './metrics-store.ts';
import type { AddResult, NewJob } from './new-job.ts';
import type { OpenTransaction } from './open-transaction.ts';
import type { OrderStore } from './order-store.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { ScheduleStore } from './schedule-store.ts';
import type { StepStore } from './step-store.ts';
import type { UpdateStore } from './update-store.ts';
import type { WorkerStore } from './worker-info.ts';
import type { WorkflowStore } from './workflow-store.ts';

/** Gives a backend the facts about its queue. */
export interface BackendContext {
  /** The queue's name: 1 to 200 characters. Backends of the same name and store share their jobs. */
  readonly queueName: string;
  /** The clock to take the time from. */
  readonly clock: Clock;
  /** The logger for messages to an operator. */
  readonly logger: Logger;
}

/** Makes the backend of a queue. Does no I/O; that is `open`'s work. */
export type BackendFactory = (context: BackendContext) => Backend;

/** Asks for a page of jobs. */
export interface ListParams {
  /** The states to list, one after the other in the order given. */
  readonly statuses: readonly JobStatus[];
  /** Only jobs of these names. */
  readonly names?: readonly string[];
  /**
   * The caller needs only jobs that have all of these tags. A store with an index may leave out the others; core
   * leaves them out in any case.
   */
  readonly tags?: readonly string[];
  /**
   * The order within a state: `waiting` by queue position, `delayed` by `runAt`, `active` by start, finished jobs by
   * when they finished. `oldest` starts with the first of that order, `newest` with the last.
   */
  readonly order: 'newest' | 'oldest';
  /**
   * Where the previous page ended. Core may read on from there more than once, with any limit. One within the waiting jobs
   * is refused with `orderChangedError` once the order of the queue is another than when the page was read.
   */
  readonly cursor?: string;
  /** At most how many jobs: 1 to 1,000. */
  readonly limit: number;
}

/** Holds a page of jobs. */
export interface JobPage {
  /** The jobs; there may be fewer than requested, or none, while there is a {@link cursor}. */
  readonly jobs: readonly JobRecord[];
  /** Where the next page starts; absent on the last page. */
  readonly cursor?: string;
}

/**
 * Is the result of a request to cancel.
 *
 * - `cancelled`: it had not started, and never will; or its worker had lost it, and it was ended by force.
 * - `requested`: it is active; the request is stored and on its way to the worker that holds it.
 * - `finished`: it had completed, failed or been cancelled.
 * - `other-status`: it has not ended, and is in none of the states asked for; it stays as it is.
 * - `not-found`: there is no such job.
 */
export type CancelResult = 'cancelled' | 'requested' | 'finished' | 'other-status' | 'not-found';

/**
 * Stores the jobs of one queue, hands each to one worker at a time, and records what core decided. It does not
 * interpret jobs. The promises it keeps are listed in the architecture document and tested by `describeBackend` of
 * `@philjs/jobs-testkit`.
 *
 * Every method may reject with a `JOBS_BACKEND_UNAVAILABLE` error when the store is away, within
 * seconds, having lost nothing it had accepted. All times are epoch milliseconds.
 */
export interface Backend {
  /** The name used in messages, such as `memory`. */
  readonly name: string;
  /**
   * Identifies the store within this process: backends with an equal one and queues of one name share their jobs. A
   * string holds no password. Core warns by it of two queues that list different jobs. @default unknown
   */
  readonly storeId?: string | object;
  /** The capabilities it declares. */
  readonly capabilities: Capabilities;
  /** Its events, if the `events` capability is declared. */
  readonly events?: EventSource;
  /** Its rate limits, if the `rateLimits` capability is declared. */
  readonly limiter?: RateLimiter;
  /** The limits it enforces itself, if the `limits` capability is declared. */
  readonly limits?: LimitStore;
  /** Its order, if the `orders` capability is declared. */
  readonly orders?: OrderStore;
  /** Its workflows, if the `workflows` capability is declared. */
  readonly workflows?: WorkflowStore;
  /** Its schedules, if the `schedules` capability is declared. */
  readonly schedules?: ScheduleStore;
  /** Its metrics, if the `metrics` capability is declared. */
  readonly metrics?: MetricsStore;
  /** Its logs, if the `logs` capability is declared. */
  readonly logs?: LogStore;
  /** Its entries of steps, if the `steps` capability is declared. */
  readonly steps?: StepStore;
  /** Its list of workers, if the `workers` capability is declared. */
  readonly workers?: WorkerStore;
  /** Its look at deduplication keys, if the `keys` capability is declared. */
  readonly keys?: KeyStore;
  /** Its changes of stored jobs, if the `updates` capability is declared. */
  readonly updates?: UpdateStore;
  /**
   * Its leases, for a server that hands out jobs to workers elsewhere: one lease store for any number of holders. It works
   * from `open` to `close`. @default no server can hand out its jobs
   */
  readonly leases?: LeaseStore;
  /** Its check of its own health, if the `diagnostics` capability is declared. */
  readonly diagnostics?: Diagnostics;

  /**
   * Connects and checks the store. Core calls it before anything else and waits for it; calls it again only after it
   * rejected. `transaction` is given when the first call is one within a transaction the caller began: it ends after
   * that call, so a backend must not wait for it.
   */
  open(params?: { readonly transaction?: unknown }): Promise<void>;
  /**
   * Releases everything within five seconds, also when the store is away. First stops running consumers without
   * waiting for their jobs, which are given back. With `force` it gives nothing back and waits for nothing, as if the
   * process had died: leases then run out. Safe to call twice.
   */
  close(params?: { readonly force?: boolean }): Promise<void>;

  /**
   * Stores jobs, at most 1,000 a call, in one round trip and in the order given: all or none. With a `transaction`,
   * which core passes only to a backend with that capability, it stores them within the transaction the caller began.
   * May return synchronously.
   *
   * Rejects with `idTakenError`, and stores nothing, when a job of another name already has the id. Core has compared
   * the ids of one call with each other.
   */
  add(params: {
    readonly jobs: readonly NewJob[];
    readonly transaction?: unknown;
  }): MaybePromise<readonly AddResult[]>;
  /**
   * Makes a job `completed` within a transaction the caller began, if the lease is held: counts the attempt, stores
   * the result, applies the retention. Returns whether the lease was held. Until the caller commits, others see no
   * change. Called only on a backend with the capability `transactions`.
   */
  completeIn?(params: {
    readonly lease: Lease;
    readonly result: JsonValue | undefined;
    readonly transaction: unknown;
  }): Promise<boolean>;
  /**
   * Begins a transaction of its own, as soon as the store lets it, for `queue.transaction`; it rejects after seconds when
   * none is to be had. Called only on a backend with the capability `transactions`.
   */
  begin?(): Promise<OpenTransaction>;
  /** Starts a worker. Resolves once it is running. */
  consume(params: ConsumeParams): Promise<Consumer>;
  /**
   * Stores the progress that the handler last reported, if the lease is still held; returns whether it was.
   */
  setProgress(params: { readonly lease: Lease; readonly progress: JobProgress }): Promise<boolean>;

  /** Reads one job. */
  get(params: { readonly id: string }): Promise<JobRecord | undefined>;
  /** Reads a page of jobs. Costs no more than what it returns, plus a budget that the backend documents. */
  list(params: ListParams): Promise<JobPage>;
  /** Counts the jobs in each state, at a cost that does not grow with them. */
  counts(): Promise<JobCounts>;

  /**
   * Removes jobs that are not active; returns how many it removed. With `statuses` it leaves alone a job that is in none
   * of these at that time: it has changed since the caller read it.
   */
  remove(params: {
    readonly ids: readonly string[];
    readonly statuses?: readonly JobStatus[];
  }): Promise<number>;
  /**
   * Puts failed and cancelled jobs back to `waiting` with all their attempts, `stalledCount` 0, no error, no failures
   * and no `expiresAt`, `fencingToken` kept; returns how many it put back. Each job takes its deduplication key
   * again, as if it were enqueued now. A job whose key another job holds stays as it is; if it is the only one
   * requested, the call rejects with `keyHeldError`. `statuses` as in {@link Backend.remove}.
   */
  retry(params: {
    readonly ids: readonly string[];
    readonly statuses?: readonly JobStatus[];
  }): Promise<number>;
  /** Makes delayed jobs ready now; returns how many. */
  promote(params: { readonly ids: readonly string[] }): Promise<number>;
  /**
   * Makes a job that has not started `cancelled` with `error`. For an active job, stores the request and notifies its
   * worker, which calls `abort`. A request without `reason` keeps the reason of an earlier one; `force` stays once it is
   * requested. The job ends as its worker records it: it may still complete. With `statuses` a job that has not ended, and is
   * in none of these at that time, stays as it is.
   *
   * With `force` an active job whose lease has ended becomes `cancelled` in the same step, since no worker would hear of the
   * request: it counts no attempt, and a worker that comes back has lost the lease.
   */
  cancel(params: {
    readonly id: string;
    readonly statuses?: readonly JobStatus[];
    readonly reason?: string;
    readonly force?: boolean;
    readonly error: SerializedError;
  }): Promise<CancelResult>;
  /**
   * Removes all jobs of the given states, one state after the other (all that are not active, if none is given); returns
   * how many. With `most` it ends when it has removed that many: core calls it again, so that no call takes long. A store
   * that removes any number at once may go on. Where that takes several steps, of `blocked` jobs those go first that were
   * blocked last: others may be what they wait for.
   */
  clear(params?: {
    readonly statuses?: readonly JobStatus[];
    readonly most?: number;
  }): Promise<number>;
  /** Pauses or resumes the queue for all workers of all processes. Active jobs finish. */
  setPaused(params: { readonly paused: boolean }): Promise<void>;
  /** Returns whether the queue is paused. */
  isPaused(): Promise<boolean>;
}

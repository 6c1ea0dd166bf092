import type { JsonObject } from '../json/json-value.ts';
import type { IQueue } from '../queue/queue-interface.ts';
import type { AttemptEnd } from './attempt-end.ts';

/** Gives a handler, its hooks and its middleware what they need to know of this run. */
export interface JobContext<TPayload = unknown> {
  /** The job's id. */
  readonly jobId: string;
  /** The name of its definition. */
  readonly name: string;
  /** The queue it runs on. */
  readonly queueName: string;
  /** The payload the handler got. */
  readonly payload: TPayload;
  /** How many attempts ended before this one. */
  readonly attemptsMade: number;
  /** Which attempt this is, counted from 1. */
  readonly attempt: number;
  /** How many attempts the job has in all. */
  readonly maxAttempts: number;
  /** When the job was enqueued, in epoch milliseconds. */
  readonly timestamp: number;
  /**
   * Aborts when this run should end: timeout, cancellation, lost lease or a worker that stops. Its
   * `reason` is the {@link JobsError} that says which. Pass it to `fetch` and the like.
   */
  readonly signal: AbortSignal;
  /**
   * Grows with every start of this job, on whatever worker. Store it with what you write, and refuse
   * writes that carry a smaller one: a run that lost its lease then cannot overwrite its successor's.
   */
  readonly fencingToken: number;
  /** Whether {@link snooze} or {@link fail} has already decided this run. */
  readonly ended: boolean;
  /** Facts that were enqueued beside the payload. */
  readonly metadata: JsonObject;
  /** The queue, to enqueue follow-ups. */
  readonly queue: IQueue;
  /**
   * Reports progress: a number (a percentage by convention) or an object. Visible from other
   * processes once the promise resolves.
   *
   * @throws JobsError `JOBS_LEASE_LOST`, `JOBS_INVALID_ARGUMENT`, `JOBS_PAYLOAD_NOT_SERIALIZABLE`
   */
  updateProgress(progress: number | object): Promise<void>;
  /**
   * Writes a line to the job's log: its arguments as `console.log` would show them, control characters
   * escaped. Lines are stored in the background and are all there when the run's outcome is.
   */
  log(...args: readonly unknown[]): void;
  /**
   * Listens to how this attempt ends, for middleware that traces or logs it: called once, when the outcome is
   * recorded or known to be lost. It sees what the result of `next()` cannot tell: a timeout, a lost lease, a
   * snooze, a retry, a result that cannot be stored. It is not waited for. A worker that dies calls none.
   */
  onEnd(listener: (end: AttemptEnd) => unknown): void;
  /**
   * Waits, by the queue's clock: virtual in a test, and over as soon as {@link signal} aborts.
   *
   * @throws the signal's reason
   */
  sleep(ms: number): Promise<void>;
  /** Ends this run and puts the job back for `ms` milliseconds without using an attempt. Never returns. */
  snooze(ms: number): never;
  /**
   * Lets no other job of this one's line start for `ms` milliseconds, on any worker, such as when a service asks for
   * a break: those of its `rateLimit` key if it has one, else of its `concurrency` key, else of its name. This
   * run goes on; end it with {@link snooze} if it has to wait as well.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend does not keep limits itself; `JOBS_LEASE_LOST`
   */
  holdBack(ms: number): Promise<void>;
  /**
   * Completes the job with a result within a transaction you began, so that what the handler writes there and
   * the end of the job are one commit: the effect happens exactly once in that database, whatever is killed
   * when. Then commit, and return. A handler that throws afterwards ends as usual if you rolled back; if you
   * had committed, the job stays completed and `JOBS_LEASE_LOST` is reported.
   *
   * @param transaction - as for `enqueue`: what it is depends on the backend
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no transactions; `JOBS_LEASE_LOST` when another
   * worker may have the job: roll back
   */
  completeIn(transaction: unknown, result?: unknown): Promise<void>;
  /** Fails the job for good: no further attempt. Never returns. */
  fail(error: unknown): never;
  /**
   * Takes one start under a limit shared by all workers; over it, ends this run and puts the job back
   * to its reserved turn without using an attempt. On that turn no limit is asked again, so a job should
   * have one limit: another one would not be counted then.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no rate limits
   */
  takeRateLimit(limit: {
    readonly key: string;
    readonly max: number;
    readonly per: number;
  }): Promise<void>;
  /**
   * Reads the results of the jobs this one waited for, by id.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no workflows
   */
  childResults(): Promise<ReadonlyMap<string, unknown>>;
}

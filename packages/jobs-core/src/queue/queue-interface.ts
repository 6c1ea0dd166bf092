import type { Clock } from '../clock/clock.ts';
import type { Backend, CancelResult } from '../contract/backend.ts';
import type { JobCounts } from '../contract/job-status.ts';
import type { StoredLimits } from '../contract/limit-store.ts';
import type { NewJob } from '../contract/new-job.ts';
import type { OrderPolicy, QueueOrder } from '../contract/order-store.ts';
import type { SeenWorker, WorkerRequest } from '../contract/worker-info.ts';
import type { JobDefinition, JobInput, JobResult } from '../job/job-definition.ts';
import type { Logger } from '../logger/logger.ts';
import type { ActOptions, CancelOptions, StatusOptions } from './act-options.ts';
import type { Calls } from './calls.ts';
import type { DeadLetterGroup, DeadLetterQuery } from './dead-letters.ts';
import type { EnqueueArgs } from './enqueue-args.ts';
import type { EnqueueManyOptions, EnqueueOptions } from './enqueue-options.ts';
import type { Explanation } from './explanation.ts';
import type { Job } from './job.ts';
import type {
  BulkQuery,
  CancelQuery,
  GetJobsOptions,
  GetLogsOptions,
  JobList,
  JobLog,
} from './job-query.ts';
import type { UpdateJobOptions } from './job-updates.ts';
import type { DefinitionOf, JobDefinitions, JobOf } from './known-jobs.ts';
import type { LimitSettings, SharedLimitRef } from './limit-settings.ts';
import type { ProcessOptions } from './process-options.ts';
import type {
  AnyQueueEvent,
  QueueEventMap,
  QueueEventName,
  QueueListener,
} from './queue-events.ts';
import type { RedriveOptions, RedriveResult } from './redrive-options.ts';
import type { RerunOptions, RetryOptions, RetryQuery } from './retry-options.ts';
import type { StepCalls } from './step-calls.ts';
import type { StoredItems } from './stored-items.ts';
import type { TransactionWork } from './transaction-work.ts';
import type { Workflow } from './workflow.ts';

/** Describes one job of `enqueueMany`. */
export interface EnqueueItem<TJob = JobDefinition | string, TPayload = unknown> {
  /** The definition, or its name. */
  readonly job: TJob;
  /** The payload. */
  readonly payload: TPayload;
  /** The options for this job. */
  readonly options?: EnqueueOptions | undefined;
}

/**
 * Types each item of `enqueueMany` by its own job: in a tuple one by one, in an array all alike. Its payload is
 * {@link ItemPayload}, written out: if the compiler compared it by that name, a queue of known jobs would not be an
 * `IQueue | readonly IQueue[]`.
 */
export type EnqueueItems<
  TJobs extends JobDefinitions,
  TItemJobs extends readonly (JobDefinition | string)[],
> = {
  readonly [K in keyof TItemJobs]: EnqueueItem<
    TItemJobs[K],
    TItemJobs[K] extends string
      ? JobInput<DefinitionOf<TJobs, TItemJobs[K]>>
      : JobInput<TItemJobs[K]>
  >;
};

/** Counts the jobs of a queue by state. */
export interface QueueStats extends JobCounts {
  /** All of them together. */
  readonly total: number;
}

/** Says how to stop. */
export interface StopOptions {
  /** How long active jobs may go on, in milliseconds, before they are aborted and given back. @default 30_000 */
  readonly timeout?: number | undefined;
}

/** Says how to wait for a job. */
export interface WaitOptions {
  /** How long to wait, in milliseconds. @default for ever */
  readonly timeout?: number | undefined;
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Enqueues jobs, runs them and reads them: the one interface of every backend. Delivery is at least once, so handlers
 * must be idempotent. Every call that returns a promise may reject with `JOBS_INVALID_ARGUMENT`, `JOBS_QUEUE_CLOSED`
 * (after `close`) and `JOBS_BACKEND_UNAVAILABLE` (the store is away, or has not answered within `backendTimeout`); each
 * names its other codes.
 *
 * @typeParam TJobs - the definitions known by name, all of them. A function that enqueues by definition takes any queue:
 * `(queue: IQueue) => queue.enqueue(welcome, { to })` is typed
 */
export interface IQueue<TJobs extends JobDefinitions = JobDefinitions>
  extends Calls<TJobs>,
    StepCalls {
  /** The queue's name; queues of one name on one store share their jobs. */
  readonly name: string;
  /** The backend, for packages that build on its optional parts. */
  readonly backend: Backend;
  /** The clock, for packages that build on the queue. */
  readonly clock: Clock;
  /** The logger for messages to an operator. */
  readonly logger: Logger;
  /**
   * Carries the types of {@link TJobs} to packages that build on the queue, so that they infer them.
   * No queue has this property at run time.
   */
  readonly jobTypes?: TJobs;

  /**
   * Makes a definition known, so that this process can run it and enqueue it by name.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when another one has its name; `JOBS_NOT_SUPPORTED` when a
   * worker is running on a backend that cannot keep its limits
   */
  register(...jobs: readonly JobDefinition[]): void;
  /** Reads a definition this queue knows. */
  getDefinition(name: string): JobDefinition | undefined;
  /** Lists the definitions this queue knows. */
  getDefinitions(): readonly JobDefinition[];

  /**
   * Stores a job; once this resolves the job runs at least once, or ends failed or cancelled. A definition passed
   * here becomes known in this process; a name must be that of a definition in the queue's `jobs`.
   *
   * @throws JobsError `JOBS_UNKNOWN_JOB`, `JOBS_INVALID_ARGUMENT`, `JOBS_INVALID_PAYLOAD`, `JOBS_CONFLICT` (a job of
   * another name has the `jobId`, or the queue has another order), `JOBS_NOT_FOUND` (a job of `dependsOn` is not stored),
   * `JOBS_NOT_SUPPORTED` (the backend lacks a part that an option needs), `JOBS_PAYLOAD_NOT_SERIALIZABLE`,
   * `JOBS_PAYLOAD_TOO_LARGE`, `JOBS_QUEUE_CLOSED`, `JOBS_BACKEND_UNAVAILABLE`
   */
  enqueue<TJob extends JobDefinition | TJobs[number]['name']>(
    job: TJob,
    ...args: EnqueueArgs<JobInput<JobOf<TJobs, TJob>>>
  ): Promise<Job<JobInput<JobOf<TJobs, TJob>>, JobResult<JobOf<TJobs, TJob>>>>;
  /**
   * Accepts no call. Compilers compare methods with several signatures loosely, and only with this signature is a
   * queue of known jobs an `IQueue`. No call has its number of arguments, so no error message mentions it.
   *
   * @internal
   */
  enqueue(job: never, payload: never, options: never, none: never): Promise<never>;

  /**
   * Stores many jobs, in one round trip per 1,000. All are checked before any is stored, also against stored jobs
   * that have the same ids; the error names a bad one by its index. `[]` returns `[]`. With `transaction`, all are
   * stored within the transaction you began.
   *
   * @throws JobsError as {@link IQueue.enqueue}, with `details.index`
   */
  enqueueMany<TItemJobs extends readonly (JobDefinition | TJobs[number]['name'])[]>(
    items: EnqueueItems<TJobs, TItemJobs>,
    options?: EnqueueManyOptions,
  ): Promise<StoredItems<TJobs, TItemJobs>>;
  /**
   * Accepts no call: see {@link IQueue.enqueue}.
   *
   * @internal
   */
  enqueueMany(items: never, options: never, none: never): Promise<never>;

  /**
   * Runs a function within a transaction of the store: commits when it returns, rolls back when it throws. `tx` runs
   * your statements; name it where a job belongs to it: `enqueue(job, payload, { transaction: tx })`, `enqueueMany(items,
   * { transaction: tx })`, `ctx.completeIn(tx)`. A call that does not name it is not part of it. On SQLite and PGlite, which
   * write one transaction at a time, it may last a third of `lockDuration`, and 4 s at most; do not call it within itself there.
   *
   * @example
   * await queue.transaction(async (tx) => {
   *   await tx.query('INSERT INTO orders (id) VALUES ($1)', [id]);
   *   await queue.enqueue(ship, { id }, { transaction: tx });
   * });
   *
   * @throws the error of the function; JobsError `JOBS_NOT_SUPPORTED` when the backend begins none, `JOBS_TIMEOUT` when it lasts
   * too long, `JOBS_ROLLED_BACK` when the store rolled it back, `JOBS_BACKEND_UNAVAILABLE`: with `details.mayBeCommitted` the commit had no answer.
   * A call that uses `tx` after the end is refused with `JOBS_CONFLICT`
   */
  transaction<TResult>(work: TransactionWork<unknown, TResult>): Promise<TResult>;

  /**
   * Checks a job and fills in its defaults as `enqueue` does, without storing it: for packages that
   * store jobs by other means, such as schedules. With `payloadLater` the payload is neither checked nor used for keys,
   * as each job gets its own later. @throws JobsError as {@link IQueue.enqueue}
   */
  prepare(
    job: JobDefinition | string,
    payload: unknown,
    options?: EnqueueOptions,
    how?: { readonly payloadLater?: boolean },
  ): Promise<NewJob>;

  /**
   * Starts running jobs; resolves once the worker runs, or `stop` was called meanwhile. Calling it again changes nothing but
   * the `concurrency`, where that is given.
   *
   * @throws JobsError `JOBS_CONFLICT` (another order), `JOBS_NOT_SUPPORTED` (limits or an order it cannot keep)
   */
  process(options?: ProcessOptions): Promise<void>;
  /**
   * Ends the worker, also one that is still starting: takes no new job, waits for the active ones up to `timeout`, then
   * aborts them and gives them back without using an attempt. The queue can still enqueue, and `process` again.
   */
  stop(options?: StopOptions): Promise<void>;
  /** Stops, lets calls under way end within 2 s, and releases every connection. Safe to call twice; refuses later calls. */
  close(options?: StopOptions): Promise<void>;

  /** Reads a job; `undefined` when there is none of this id. */
  getJob(id: string): Promise<Job | undefined>;
  /**
   * Reads a page of jobs.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`, `JOBS_CONFLICT` for a cursor within the waiting jobs after `setOrder`
   */
  getJobs(options?: GetJobsOptions): Promise<JobList>;
  /** Counts the jobs in each state. */
  getStats(): Promise<QueueStats>;
  /** Reads the lines that a job's handler logged. @throws JobsError `JOBS_NOT_SUPPORTED` when the backend keeps none */
  getLogs(id: string, options?: GetLogsOptions): Promise<JobLog>;
  /** Lists the live workers, on all processes. @throws JobsError `JOBS_NOT_SUPPORTED` when the backend lists none */
  getWorkers(): Promise<readonly SeenWorker[]>;
  /**
   * Asks a worker, on whatever process, to take no new jobs (`quiet`: it ends once its active jobs have) or to stop
   * (`stop`: it gives back what is still active after 30 seconds). It does so within 20 seconds. Its process
   * ends if it waits for `runUntilSignal` and no other worker of it is left; else it lives on.
   *
   * @throws JobsError `JOBS_NOT_FOUND` when no live worker has the id; `JOBS_NOT_SUPPORTED` when the backend does not
   * list workers
   */
  askWorker(id: string, request: WorkerRequest): Promise<void>;
  /** Says why a job is not running. A job that does not exist has the reason `not-found`. */
  explain(id: string): Promise<Explanation>;
  /**
   * Returns access to a workflow by the id of the job that runs last: that job, and everything it waits for through the
   * whole chain. Calls nothing yet.
   */
  workflow(job: Pick<Job, 'id'> | string): Workflow;

  /**
   * Removes a job that is not active. Returns whether there was one.
   *
   * @throws JobsError `JOBS_CONFLICT` when it is active, or in another state than `status` names; with `strict: true`
   * `JOBS_NOT_FOUND` too
   */
  removeJob(id: string, options?: StatusOptions): Promise<boolean>;
  /**
   * Puts a job that failed or was cancelled back to run again, with all its attempts, and with what its steps stored. Returns whether it did.
   *
   * @throws JobsError `JOBS_NOT_FOUND`; `JOBS_CONFLICT` when it neither failed nor was cancelled, or another job now
   * holds its deduplication key, which the error names; or when it is in another state than `status` names
   */
  retryJob(id: string, options?: RetryOptions): Promise<boolean>;
  /** Retries the failed jobs that match, and no cancelled ones; returns how many. */
  retryJobs(query?: RetryQuery): Promise<number>;
  /** Removes the jobs that match and are not active; returns how many. */
  removeJobs(query?: BulkQuery): Promise<number>;
  /**
   * Makes a delayed job ready now. Returns whether it did.
   *
   * @throws JobsError `JOBS_NOT_FOUND`, `JOBS_CONFLICT` when it is not delayed
   */
  promoteJob(id: string, options?: ActOptions): Promise<boolean>;
  /** Makes the delayed jobs that match ready now; returns how many. */
  promoteJobs(query?: BulkQuery): Promise<number>;
  /**
   * Changes a waiting or delayed job: its payload (checked as at `enqueue`), priority, time, attempts, metadata. If
   * only `metadata` is given, jobs of every state but `active`. A new priority moves a waiting job behind the others that
   * have it; with the one it has, it stays where it is. With a new payload it gets the deduplication key, the tags, the keys of
   * limits and the place in the order that its definition makes from that.
   *
   * @throws JobsError `JOBS_NOT_FOUND`, `JOBS_CONFLICT` when it is neither waiting nor delayed, and, with `details.heldBy`,
   * when another job holds the deduplication key of its new payload; `JOBS_NOT_SUPPORTED`
   * when the backend has no updates, and as {@link IQueue.enqueue}
   */
  updateJob(id: string, changes: UpdateJobOptions): Promise<void>;
  /**
   * Enqueues a copy of a completed job: its stored payload, priority and attempts, with a new id and
   * `metadata.rerunOf`. It runs the steps again, unless `steps` is `keep`. The copy reads the results of what that waited for, as far as they are stored. It expires as soon after
   * this call as that was to after it was enqueued, and holds the deduplication key of that until it ends.
   *
   * @throws JobsError `JOBS_NOT_FOUND`, also for a step of a chain when the step before was removed; `JOBS_CONFLICT` when
   * it has not completed, and, with `details.heldBy`, when a job holds its deduplication key
   */
  rerunJob(id: string, options?: RerunOptions): Promise<Job>;
  /**
   * Cancels a job. A job that has not started never does (`'cancelled'`); an active one, on whatever process, has its signal
   * aborted (`'requested'`): with `force` it ends without waiting for its handler, and at once (`'cancelled'`) if its lease has
   * ended, since no worker holds it. All end `cancelled`, with an error of the code `JOBS_CANCELLED`. The definition's `onCancel` runs where the job ran, or here if this process knows the definition.
   *
   * @throws JobsError with `strict: true` `JOBS_NOT_FOUND`, and `JOBS_CONFLICT` when it has ended, or is in another state than
   * `status` names
   */
  cancelJob(id: string, reason?: string | CancelOptions): Promise<CancelResult>;
  /** Cancels the jobs that match and have not ended; returns how many. */
  cancelJobs(query?: CancelQuery): Promise<number>;
  /**
   * Removes all jobs that are not active, in as few steps as the store can; returns how many. {@link removeJobs}
   * removes those that match, in batches, reports progress and can be stopped.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when it is given a query
   */
  clear(): Promise<number>;

  /** Stops new starts on every process; active jobs finish. A job that a worker was just handed may still start. */
  pause(): Promise<void>;
  /** Resumes a paused queue. */
  resume(): Promise<void>;
  /** Returns whether the queue is paused. */
  isPaused(): Promise<boolean>;

  /**
   * Finds the job that holds a deduplication key: of the jobs of a name, or of the queue (`scope: 'queue'`) where no job is named.
   * A key that is held for a time by a job that is gone has none.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when the backend cannot look at keys
   */
  findByKey(key: string, job?: JobDefinition | string): Promise<Job | undefined>;
  /**
   * Frees a deduplication key, so that the next job with it is stored; returns whether a job held it. That one goes on, and
   * takes the key again when it is put back by hand. @throws JobsError as {@link findByKey}
   */
  freeKey(key: string, job?: JobDefinition | string): Promise<boolean>;

  /**
   * Overrides the limits of the jobs of a name, or with `{ limit: 'api' }` the one that jobs share by that name, for all
   * workers and immediately, until `null` removes the override. A shared limit has `concurrency` or `rateLimit`.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when the backend does not enforce limits itself
   */
  setLimits(name: string | SharedLimitRef, limits: LimitSettings | null): Promise<void>;
  /** Reads the limits of a name, or a shared limit: those in force, and where they come from. @throws JobsError as {@link setLimits} */
  getLimits(name: string | SharedLimitRef): Promise<StoredLimits>;
  /**
   * Changes the order in which waiting jobs start, for all processes, and moves the jobs that are waiting. A process
   * whose `order` option says otherwise is refused when it starts next.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when the backend has no orders
   */
  setOrder(order: OrderPolicy, options?: { readonly agePerPriority?: number }): Promise<void>;
  /** Reads the order in which waiting jobs start: `fifo` unless another one is stored. */
  getOrder(): Promise<QueueOrder>;
  /**
   * Stops starts of the jobs of a name on every process; active ones finish. @throws JobsError as {@link setLimits};
   * `JOBS_UNKNOWN_JOB` when the queue knows others, and the store no such name, unless `unknownJobs` is `accept`
   */
  pauseJobs(name: string): Promise<void>;
  /** Resumes the jobs of a name. @throws JobsError as {@link pauseJobs} */
  resumeJobs(name: string): Promise<void>;

  /**
   * Groups the dead letters that this queue keeps by their cause, the largest group first: see `deadLetters`.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT`
   */
  groups(query?: DeadLetterQuery): Promise<readonly DeadLetterGroup[]>;
  /**
   * Puts the jobs of dead letters that this queue keeps back into their own queues: a few first, the others when these
   * have ended and few failed. Stops as soon as too many fail again.
   *
   * @throws JobsError as `deadLetters(queue).redrive`
   */
  redrive(query?: DeadLetterQuery, options?: RedriveOptions): Promise<RedriveResult>;

  /**
   * Waits for a job, on whatever process it runs, and returns its result.
   *
   * @throws the job's error: a JobsError for our own codes, else an Error of the handler's name and
   * message; `JOBS_TIMEOUT`, `JOBS_ABORTED` and `JOBS_QUEUE_CLOSED` when the wait is over first;
   * `JOBS_NOT_FOUND` when there is no such job, or it was removed as soon as it had ended, before this listened
   */
  waitFor<TResult>(job: Job<unknown, TResult>, options?: WaitOptions): Promise<TResult>;
  /** Waits for a job by its id, or for one of jobs of several types: its result has no type. */
  waitFor(job: Job | string, options?: WaitOptions): Promise<unknown>;

  /**
   * Listens to an event, of all processes; returns a function that ends it. `error` and `tick` come from this process
   * alone.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` for any other one when the backend has no events
   */
  on<TName extends QueueEventName>(event: TName, listener: QueueListener<TName>): () => void;
  /** Listens to the next event of a kind; returns a function that ends it. */
  once<TName extends QueueEventName>(event: TName, listener: QueueListener<TName>): () => void;
  /** Ends listening. */
  off<TName extends QueueEventName>(event: TName, listener: QueueListener<TName>): void;
  /** Emits an event to the listeners of this process: for packages that build on the queue. It ends no `waitFor`. */
  emit<TName extends QueueEventName>(event: QueueEventMap[TName]): void;
  /**
   * Iterates over all events from the start of the iteration, until `signal` aborts or the queue is closed.
   * A reader more than 10,000 events behind misses the oldest.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no events
   */
  events(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterable<AnyQueueEvent>;
}

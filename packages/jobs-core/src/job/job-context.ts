import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { TimeValue } from '../check/time-value.ts';
import type { JobProgress } from '../contract/job-record.ts';
import type { DependencyFailure } from '../contract/workflow-store.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { JobDefinitions } from '../queue/known-jobs.ts';
import type { EnqueueItems, IQueue } from '../queue/queue-interface.ts';
import type { IQueues } from '../queues/queues-interface.ts';
import type { AttemptEnd } from './attempt-end.ts';
import type { JobDefinition } from './job-definition.ts';
import type { JobDependencies } from './job-dependencies.ts';
import type {
  AroundStep,
  SignalOptions,
  SignalPayload,
  StepResult,
  StepTries,
} from './step-options.ts';

/** Gives a handler, its hooks and its middleware the facts and functions of this run. */
export interface JobContext<TPayload = unknown> {
  /** The job's id. */
  readonly jobId: string;
  /** The name of its definition. */
  readonly name: string;
  /** The queue that runs it. */
  readonly queueName: string;
  /** The payload, as passed to the handler. */
  readonly payload: TPayload;
  /** The number of attempts that ended before this one. */
  readonly attemptsMade: number;
  /** The number of this attempt, counted from 1. */
  readonly attempt: number;
  /** The number of attempts allowed in all. */
  readonly maxAttempts: number;
  /** When the job was enqueued, in epoch milliseconds. */
  readonly timestamp: number;
  /**
   * Aborts when this run should end: timeout, cancellation, lost lease or a worker that stops. Its
   * `reason` is the `JobsError` that says which. Pass it to `fetch` and the like.
   */
  readonly signal: AbortSignal;
  /**
   * The fencing token: it grows with every start of this job, on any worker. Store it in a row of this job, and refuse
   * writes that carry a smaller one: a run that lost its lease then cannot overwrite its successor's. Tokens of
   * different jobs cannot be compared.
   */
  readonly fencingToken: number;
  /** Whether {@link snooze} or {@link fail} has already decided this run. */
  readonly ended: boolean;
  /** Metadata that was enqueued beside the payload. */
  readonly metadata: JsonObject;
  /**
   * The progress that was last stored, by this run or an earlier one: an attempt that failed, a run that was snoozed
   * or whose worker died. With it, a handler goes on where the last run stopped, also when the job is retried by hand.
   * `undefined` as long as none was reported.
   *
   * @example
   * let { page = 0 } = (ctx.progress ?? {}) as { page?: number };
   * for (; page < pages; page++) {
   *   await importPage(page);
   *   await ctx.updateProgress({ page: page + 1 });
   * }
   */
  readonly progress: JobProgress | undefined;
  /**
   * The queue, to enqueue follow-ups. Pass a definition, and payload and result are typed. Names are typed once you
   * say which jobs the queue has, which its handlers cannot know: `ctx.queue as IQueue<readonly [typeof greet]>`.
   */
  readonly queue: IQueue;
  /** The queues that `createQueues` made together with this one, to enqueue follow-ups in any; else this one alone. */
  readonly queues: IQueues;
  /**
   * Reports progress: a number (a percentage by convention) or an object. Visible from other
   * processes once the promise resolves.
   *
   * @throws JobsError `JOBS_LEASE_LOST`, `JOBS_INVALID_ARGUMENT`, `JOBS_PAYLOAD_NOT_SERIALIZABLE`,
   * `JOBS_RESULT_TOO_LARGE`
   */
  updateProgress(progress: number | object): Promise<void>;
  /**
   * Writes a line to the job's log: its arguments as `console.log` would show them, control characters
   * escaped, one line for each line of text, cut to 10,000 characters. The job keeps its last 1,000 lines. They are
   * stored in the background and are all there when the run's outcome is. Once its hooks have ended, too, a line is not
   * stored, and an `error` event with `JOBS_LEASE_LOST` says so once.
   */
  log(...args: readonly unknown[]): void;
  /**
   * Listens to how this attempt ends, for middleware that traces or logs it: called once, when the outcome is
   * recorded or known to be lost. It reports what the result of `next()` cannot show: a timeout, a lost lease, a
   * snooze, a retry, a result that cannot be stored. The run does not wait for the listener. A worker that dies calls
   * none.
   */
  onEnd(listener: (end: AttemptEnd) => unknown): void;
  /**
   * Runs a step once for this job: its result is stored before this resolves, and every later run of the job (a retry, another
   * worker, another version of the handler) gets it back without calling `fn`. Returns the result as it was stored: after a JSON
   * round trip, through the codec of the job if it has one. A run that ends within `fn`, as by a kill, has stored nothing, so `fn` may
   * run again: it must be idempotent as a handler must.
   *
   * @example
   * const { chargeId } = await ctx.step('charge', () => charge(order));
   * await ctx.step('mail', () => mail(order, chargeId), { attempts: 5 });
   *
   * @param name - tells the steps of a job apart: 1 to 200 characters, each once in a run
   * @param options - the tries of its own: none by default
   * @throws the error of `fn`, after its last try; JobsError `JOBS_INVALID_ARGUMENT`, also for a name that the run has used and
   * within a step; `JOBS_RESULT_NOT_SERIALIZABLE`, `JOBS_RESULT_TOO_LARGE`; `JOBS_STEPS_FULL` beyond 1,000 entries or 4 MiB;
   * `JOBS_LEASE_LOST`; `JOBS_NOT_SUPPORTED` when the backend stores no steps
   */
  step<TResult>(
    name: string,
    fn: () => TResult | PromiseLike<TResult>,
    options?: StepTries,
  ): Promise<StepResult<TResult>>;
  /**
   * Ends this run, gives its slot to others, and runs the job again at a date, without using an attempt. In that run it resolves at
   * once. The date that is given first stays, whatever later runs give. Steps that are under way end first.
   *
   * @param name - as that of a {@link step}; both have one list of names
   * @param date - the time to go on at
   * @throws JobsError as {@link step}; else what ends the run
   */
  sleepUntil(name: string, date: TimeValue): Promise<void>;
  /**
   * Waits for a signal that `queue.signal(jobId, event, payload)` sends, before or after this call, and returns its payload. Without one
   * it ends this run, gives its slot to others, and runs the job again when the signal comes, without using an attempt. Every later
   * run gets the same payload back.
   *
   * @example
   * const { by } = await ctx.waitFor('approved', { timeout: 86_400_000, schema: z.object({ by: z.string() }) });
   *
   * @param event - the name of the signal; names a step, too
   * @throws JobsError `JOBS_SIGNAL_TIMEOUT`, which fails the job without another attempt unless it is caught;
   * `JOBS_INVALID_PAYLOAD` when the schema refuses the payload: a later attempt takes a signal that was sent again; as {@link step}; else what
   * ends the run
   */
  waitFor<TSchema extends StandardSchemaV1 | undefined = undefined>(
    event: string,
    options?: SignalOptions<TSchema>,
  ): Promise<SignalPayload<TSchema>>;
  /**
   * Puts a function around each try of the steps of this run, for middleware that traces them. Steps whose result is stored already are
   * not tried.
   */
  aroundStep(around: AroundStep): void;
  /**
   * Waits, by the queue's clock, which is virtual in a test; ends as soon as {@link signal} aborts. It keeps the slot of the
   * worker, and a new run waits again: beyond a minute, {@link sleepUntil} is better.
   *
   * @throws the signal's reason; JobsError `JOBS_LEASE_LOST` once the hooks of the run have ended, too
   */
  sleep(ms: number): Promise<void>;
  /**
   * Ends this run and puts the job back for `ms` milliseconds without using an attempt. Never returns.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` when `ms` is no duration; else what ends the run
   */
  snooze(ms: number): never;
  /**
   * Prevents other jobs of this one's line from starting for `ms` milliseconds, on any worker, such as when a service
   * asks for a break. The line is its `rateLimit` key if it has one, else its `concurrency` key, else its name. This
   * run goes on; end it with {@link snooze} if it has to wait as well.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend does not enforce limits itself; `JOBS_LEASE_LOST`
   */
  holdBack(ms: number): Promise<void>;
  /**
   * Completes the job with a result within a transaction, the `tx` of `ctx.queue.transaction` or one you began, so that the
   * handler's writes in it and the end of the job are one commit: the effect happens exactly once in that database, even if
   * a process is killed. Then return; commit one of yours before. If the transaction is not committed when the handler
   * returns, the attempt has failed with `JOBS_ROLLED_BACK`.
   * A handler that throws afterwards ends as usual if you rolled back; if you had committed, the job stays completed and
   * `JOBS_LEASE_LOST` is reported.
   *
   * @param transaction - as for `enqueue`: its type depends on the backend
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no transactions; `JOBS_LEASE_LOST` when another
   * worker may have the job: roll back; `JOBS_CONFLICT` when this run has completed the job in this transaction, or in one that
   * is still open or was committed
   */
  completeIn(transaction: unknown, result?: unknown): Promise<void>;
  /** Fails the job for good: no further attempt. Never returns. */
  fail(error: unknown): never;
  /**
   * Takes one start under a limit shared by all workers: `max` starts in any `per` milliseconds. Over the limit, ends this run and delays the job until its
   * reservation, without using an attempt. The run that comes back at its reservation checks no limit again, so a job
   * should have one limit: a second one would not be counted then.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no rate limits
   */
  takeRateLimit(limit: {
    readonly key: string;
    readonly max: number;
    readonly per: number;
  }): Promise<void>;
  /**
   * Reads the jobs this one was waiting for: their results, typed by their definitions, and their errors.
   *
   * @example
   * const { total } = (await ctx.dependencies()).resultOf(chargeCard);
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no workflows
   */
  dependencies(): Promise<JobDependencies>;
  /**
   * Reads the same a page at a time, in order, where they are many.
   *
   * @param size - how many at a time: 1 to 1,000, 500 by default
   * @throws JobsError as {@link dependencies}
   */
  dependencyPages(size?: number): AsyncIterable<JobDependencies>;
  /**
   * Stores up to 10,001 jobs and waits for them: ends this run, gives its slot to others, and runs the job again when all of them
   * have ended, without using an attempt. Its handler then finds their results in {@link childResults}, so it asks for
   * those first. Never returns.
   *
   * @example
   * const pages = await ctx.childResults();
   * if (pages.size === 0) await ctx.addChildren(urls.map((url) => ({ job: fetchPage, payload: { url } })));
   *
   * @param options - `onFailure`: whether this job fails as soon as one of them does, or runs again in any case.
   * `'fail'` by default
   * @throws JobsError as `enqueueMany`; `JOBS_LEASE_LOST`; `JOBS_NOT_SUPPORTED` when the backend has no workflows
   */
  addChildren<TItemJobs extends readonly JobDefinition[]>(
    items: EnqueueItems<JobDefinitions, TItemJobs>,
    options?: { readonly onFailure?: DependencyFailure | undefined },
  ): Promise<never>;
  /**
   * Reads the results of the jobs this one added by {@link addChildren} and that completed, by id, in their order.
   *
   * @throws JobsError `JOBS_NOT_SUPPORTED` when the backend has no workflows
   */
  childResults(): Promise<ReadonlyMap<string, unknown>>;
}

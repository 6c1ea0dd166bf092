import {
  type Clock,
  type Codec,
  createQueues,
  type EnqueueOptions,
  type JobDefinition,
  type JobProgress,
  type Middleware,
} from '@philjs/jobs-core';
import {
  type ClaimedJob,
  deserializeError,
  invalidArgument,
  type JobRecord,
  type NewJob,
  type Outcome,
} from '@philjs/jobs-core/backend';
import { checkFunction, checkInteger, isDeclaration } from '@philjs/jobs-core/internal';
import { silentLogger } from '../suite/silent-logger.ts';
import { earlierSteps } from './earlier-steps.ts';
import { createInlineBackend } from './inline-backend.ts';

/** Says how {@link runJob} runs a job. */
export interface RunJobOptions
  extends Pick<EnqueueOptions, 'jobId' | 'metadata' | 'attempts' | 'priority'> {
  /** The number of the attempt, counted from 1. @default 1 */
  readonly attempt?: number | undefined;
  /** The progress that an earlier run reported, for `ctx.progress`. @default none */
  readonly progress?: JobProgress | undefined;
  /**
   * The results of the steps that earlier runs did, by their names, and the names of sleeps that are over, with any value.
   * @default none: all are done in this run
   */
  readonly steps?: Readonly<Record<string, unknown>> | undefined;
  /** The payloads of the signals that have come, by their names. @default none: a handler that waits for one is `snoozed` */
  readonly signals?: Readonly<Record<string, unknown>> | undefined;
  /** The clock of the handler's timeout. @default the system's clock */
  readonly clock?: Clock | undefined;
  /** Middleware outside the job's own. @default none */
  readonly middleware?: Middleware | readonly Middleware[] | undefined;
  /** Turns payload and result into JSON and back where the job itself has no codec. @default none */
  readonly codec?: Codec | undefined;
  /** The names of the other queues in `ctx.queues`: those the handler enqueues to. @default [] */
  readonly queues?: readonly string[] | undefined;
  /**
   * Makes the `tx` that `ctx.queue.transaction` gives its function. Nothing is atomic: a rollback takes nothing back.
   * @default none: it is refused with `JOBS_NOT_SUPPORTED`
   */
  readonly nonAtomicTransactions?: (() => unknown) | undefined;
}

/** Describes the end of a run. */
export interface RunJobResult<TResult> {
  /**
   * The outcome the queue would record: `completed`; `retrying`, another attempt follows at {@link runAt}; `snoozed`
   * until {@link runAt}; `failed` for good; `cancelled`.
   */
  readonly outcome: 'completed' | 'retrying' | 'snoozed' | 'failed' | 'cancelled';
  /** The handler's result, after its JSON round trip; only when `completed`. */
  readonly result: TResult | undefined;
  /** The error of the run, as `waitFor` would throw it. */
  readonly error: Error | undefined;
  /** The progress it reported, in order. */
  readonly progress: readonly JobProgress[];
  /** The lines it logged. */
  readonly logs: readonly string[];
  /** The jobs it enqueued. */
  readonly enqueued: readonly NewJob[];
  /** When the job would run again. */
  readonly runAt: Date | undefined;
}

/**
 * Runs one job once, in this process and immediately, without a store: the payload goes through validation, JSON and
 * migration as it would on a queue; middleware, hooks, timeout and the retry decision are core's own. Limits do not
 * apply, and the jobs that the handler enqueues are recorded and not run: also workflows, children, and those of a
 * transaction, which may be any object. Resolves also when the handler throws.
 *
 * @throws JobsError the errors of `enqueue`, such as `JOBS_INVALID_PAYLOAD`; `JOBS_INVALID_ARGUMENT` for a job that is
 * only declared
 *
 * @example
 * const { result, progress, logs } = await runJob(sendEmail, { to: 'ada@example.com' });
 * expect(result).toEqual({ sent: true });
 */
export async function runJob<TInput, TResult, TOutput>(
  job: JobDefinition<string, TInput, TResult, TOutput>,
  payload: NoInfer<TInput>,
  options: RunJobOptions = {},
): Promise<RunJobResult<TResult>> {
  if (typeof (job as Partial<typeof job> | null | undefined)?.handler !== 'function') {
    throw invalidArgument('job', 'a definition made by `defineJob`', job);
  }
  if (isDeclaration(job)) {
    const advice = 'Give what `.handle(…)` of it returns.';
    throw invalidArgument('job', 'a definition with a handler', `declareJob(${job.name})`, advice);
  }
  const { attempt = 1, progress, clock, middleware, codec, ...others } = options;
  const { queues = [], nonAtomicTransactions, steps, signals, ...enqueueOptions } = others;
  checkFunction('nonAtomicTransactions', nonAtomicTransactions);
  checkInteger('attempt', attempt, { min: 1, max: Number.MAX_SAFE_INTEGER });
  const decoder = job.codec ?? codec;
  const earlier = earlierSteps({ steps, signals }, decoder);
  const backend = createInlineBackend(nonAtomicTransactions, earlier);
  const name = job.options.queue ?? 'default';
  const parts = Object.fromEntries([name, ...queues].map((one) => [one, {}]));
  const shared = { clock, middleware, codec, logger: silentLogger };
  const queue = createQueues(parts, { ...shared, backend: () => backend }).get(name);
  const prepared = await queue.prepare(job, payload, enqueueOptions);
  await queue.process();
  const { params } = backend;
  if (params === undefined) throw new TypeError('The queue did not consume');
  // What earlier runs left is not read at the first start of a job.
  const starts = earlier.length === 0 ? attempt : attempt + 1;
  const record = activeRecord(prepared, { attempt, starts, now: queue.clock.now() });
  const claimed: ClaimedJob = { job: progress === undefined ? record : { ...record, progress } };
  const outcome = await params.execute(claimed);
  await claimed.run?.recorded(outcome);
  await queue.close();
  const { result = backend.result, ...described } = tell(outcome);
  return {
    ...described,
    result: (decoder && result !== undefined ? decoder.decode(result) : result) as
      | TResult
      | undefined,
    progress: backend.progress,
    logs: backend.lines.map((line) => line.message),
    enqueued: backend.added,
  };
}

function activeRecord(
  job: NewJob,
  { attempt, starts, now }: Readonly<Record<'attempt' | 'starts' | 'now', number>>,
): JobRecord {
  const { keepCompleted, keepFailed, keepCancelled, deduplication, ...facts } = job;
  return {
    ...facts,
    status: 'active',
    attemptsMade: attempt - 1,
    fencingToken: starts,
    stalledCount: 0,
    processedAt: now,
  };
}

const OUTCOMES = {
  complete: 'completed',
  retry: 'retrying',
  snooze: 'snoozed',
  fail: 'failed',
  cancel: 'cancelled',
  recorded: 'completed',
  unstarted: 'snoozed',
} as const;

function tell(outcome: Outcome): Pick<RunJobResult<never>, 'outcome' | 'error' | 'runAt'> & {
  result: Extract<Outcome, { type: 'complete' }>['result'];
} {
  return {
    outcome: OUTCOMES[outcome.type],
    result: outcome.type === 'complete' ? outcome.result : undefined,
    error: 'error' in outcome ? deserializeError(outcome.error) : undefined,
    runAt: 'runAt' in outcome ? new Date(outcome.runAt) : undefined,
  };
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import {
  checkDuration,
  checkInteger,
  checkOptions,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';
import type { DependencyFailure } from '../contract/workflow-store.ts';
import type { JobDefinitions } from '../queue/known-jobs.ts';
import type { EnqueueItems, IQueue } from '../queue/queue-interface.ts';
import { BatchGatherer, type BatchSettings } from './batch-gatherer.ts';
import { JOB_OPTION_NAMES, JOB_SYNONYMS } from './check-job-spec.ts';
import { defineJob, type InferredJobSpec } from './define-job.ts';
import type { JobContext } from './job-context.ts';
import type { JobDefinition } from './job-definition.ts';
import { concurrencyOfName } from './limits-of.ts';
import type {
  BatchResult,
  CarriedByJson,
  FittingBatchHooks,
  InputOf,
  OutputOf,
} from './payload-types.ts';

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ...JOB_SYNONYMS,
  ['batchsize', 'size'],
  ['maxwait', 'wait'],
]);

/**
 * Gives a handler of batches the facts and functions of one job's run. `fail`, `snooze`, `takeRateLimit` and
 * `addChildren` decide the outcome of this job alone, and return: the handler goes on with the others, and `ended` says
 * for which of them there is nothing left to do.
 */
export interface BatchContext<TPayload = unknown>
  extends Omit<
    JobContext<TPayload>,
    'fail' | 'snooze' | 'takeRateLimit' | 'addChildren' | 'sleepUntil' | 'waitFor'
  > {
  /** Fails this job for good: no further attempt, whatever the handler returns for it. */
  fail(error: unknown): void;
  /** Puts this job back for `ms` milliseconds without using an attempt, whatever the handler returns for it. */
  snooze(ms: number): void;
  /**
   * Takes one start under a limit shared by all workers. Over the limit, puts this job back until its reservation,
   * whatever the handler returns for it.
   */
  takeRateLimit(...limit: Parameters<JobContext['takeRateLimit']>): Promise<void>;
  /** Stores jobs for which this one waits, and puts it back until they have ended, whatever the handler returns for it. */
  addChildren<TItemJobs extends readonly JobDefinition[]>(
    items: EnqueueItems<JobDefinitions, TItemJobs>,
    options?: { readonly onFailure?: DependencyFailure | undefined },
  ): Promise<void>;
}

/**
 * Does the work of up to `size` jobs at once. It returns an array with the result of each, in the order of `payloads`; an
 * `Error` in it fails the attempt of that job alone. Without a return value all have completed; a throw fails the
 * attempt of all for which `ctx.fail` or `ctx.snooze` did not decide.
 */
export type BatchHandler<TPayload, TItem> = (
  payloads: readonly TPayload[],
  ctxs: readonly BatchContext<TPayload>[],
) => // biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
readonly TItem[] | void | Promise<readonly TItem[] | void>;

/** Describes a job to {@link defineBatchJob}: as to `defineJob`, with a handler of many. */
export interface BatchJobSpec<
  TName extends string,
  TSchema,
  TPayload,
  TItem,
  THookPayload = TPayload,
  THookResult = BatchResult<TItem>,
> extends Omit<
    InferredJobSpec<TName, TSchema, TPayload, unknown, THookPayload, THookResult>,
    'handler'
  > {
  /**
   * The largest number of jobs in one call of the handler: 1 to 10,000, and at most the job's own `concurrency`. The worker
   * needs that many slots.
   */
  readonly size: number;
  /** How long the first job of a batch waits for more, in milliseconds: less than a `timeout`. @default 100 */
  readonly wait?: number | undefined;
  /** Does the work of a batch. At least once: it must be safe to run again, in other batches. */
  readonly handler: BatchHandler<OutputOf<TSchema, TPayload>, TItem>;
}

/**
 * Defines a type of job whose handler takes many of them in one call, such as for one insert of 500 rows. Batches are
 * made where the jobs run: jobs are enqueued, stored, limited, retried, cancelled and counted one by one, and a worker
 * gathers those it holds.
 *
 * - A batch of n holds n slots, so `concurrency` of the queue should be at least `size`. A batch starts when it is
 *   full, when the worker has no slot for another job or stops, or after `wait`.
 * - A `rateLimit` counts jobs as they join a batch, and the handler gets all of a batch at once: of 2 jobs a second, 10 in
 *   one call after five seconds of `wait`.
 * - Each job has its own outcome, attempts, timeout (which includes the wait), signal and hooks; a job that is
 *   cancelled while it waits leaves the batch.
 * - Middleware and `onBefore` run around each job, not around the batch: `next()` answers with that job's own result.
 *
 * @example
 * const index = defineBatchJob({
 *   name: 'index',
 *   size: 500,
 *   wait: 1000,
 *   handler: async (pages: readonly { url: string }[]) => {
 *     const answers = await search.bulk(pages);
 *     return answers.map(({ error, id }) => (error ? new Error(error) : id));
 *   },
 * });
 * const queue = createQueue({ jobs: [index], concurrency: 1000 });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
 */
export function defineBatchJob<
  const TName extends string,
  TPayload,
  TItem = undefined,
  TSchema extends StandardSchemaV1 | undefined = undefined,
  THookPayload = TPayload,
  THookResult = BatchResult<TItem>,
>(
  spec: BatchJobSpec<TName, TSchema, TPayload, TItem, THookPayload, THookResult> &
    CarriedByJson<InputOf<TSchema, TPayload>, Exclude<TItem, Error>> &
    FittingBatchHooks<
      OutputOf<TSchema, TPayload>,
      Exclude<TItem, Error>,
      OutputOf<TSchema, THookPayload>,
      THookResult
    >,
): JobDefinition<
  TName,
  InputOf<TSchema, TPayload>,
  Exclude<TItem, Error>,
  OutputOf<TSchema, TPayload>
> {
  checkOptions('defineBatchJob', spec, ['size', 'wait', ...JOB_OPTION_NAMES], SYNONYMS);
  const {
    size,
    wait = 100,
    handler,
    ...rest
  } = spec as unknown as BatchJobSpec<string, undefined, unknown, unknown>;
  checkInteger('size', size, { min: 1, max: 10_000 });
  checkDuration('wait', wait, { min: 0, max: MAX_TIMEOUT_MS });
  if (size > 1 && rest.timeout !== undefined && rest.timeout <= wait) {
    const advice =
      'Each job waits in a batch as long, and would time out before the handler is called.';
    throw invalidArgument(
      'timeout',
      `more than \`wait\`, which is ${wait} ms`,
      rest.timeout,
      advice,
    );
  }
  if (typeof handler !== 'function') {
    throw invalidArgument('handler', 'a function `(payloads, ctxs) => results`', handler);
  }
  const settings: BatchSettings = { size, wait, handle: handler as BatchSettings['handle'] };
  const gatherers = new WeakMap<IQueue, BatchGatherer>();
  const join = (payload: unknown, ctx: JobContext): Promise<unknown> => {
    const gatherer = gatherers.get(ctx.queue) ?? new BatchGatherer(ctx.queue, settings);
    gatherers.set(ctx.queue, gatherer);
    return gatherer.join(payload, ctx);
  };
  const definition = defineJob({ ...rest, handler: join } as unknown as Parameters<
    typeof defineJob
  >[0]);
  const limit = concurrencyOfName(definition.options.concurrency) ?? size;
  if (limit < size) {
    const advice = 'Each job of a batch counts against that limit: none would ever be full.';
    throw invalidArgument('size', `at most ${limit}, the \`concurrency\` of the job`, size, advice);
  }
  return definition as unknown as JobDefinition<
    TName,
    InputOf<TSchema, TPayload>,
    Exclude<TItem, Error>,
    OutputOf<TSchema, TPayload>
  >;
}

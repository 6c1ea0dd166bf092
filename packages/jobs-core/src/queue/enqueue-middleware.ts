import { invalidArgument } from '../check/argument.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { runChain } from '../middleware/run-chain.ts';
import type { EnqueueOptions } from './enqueue-options.ts';
import type { Job } from './job.ts';

/** Gives a middleware around `enqueue` the job's facts, and the fields it may change. */
export interface EnqueueContext {
  /** The name of the job's definition. */
  readonly name: string;
  /** The queue. */
  readonly queueName: string;
  /** The options; a middleware may replace them, to add metadata or defaults. They are checked afterwards. */
  options: EnqueueOptions;
  /** The payload; a middleware may replace it. It is checked afterwards. */
  payload: unknown;
}

/**
 * Wraps `enqueue` as a {@link Middleware} wraps a run: for tracing, defaults, multi-tenancy. `next()` stores the job
 * (in a batch: together with the others) and returns it. A middleware that forgets to return it still results in that
 * job.
 *
 * @example
 * const tenant: EnqueueMiddleware = (payload, ctx, next) => {
 *   ctx.options = { ...ctx.options, metadata: { ...ctx.options.metadata, tenant: currentTenant() } };
 *   return next();
 * };
 */
export type EnqueueMiddleware = (
  payload: unknown,
  ctx: EnqueueContext,
  next: () => Promise<Job>,
) => Job | Promise<Job>;

/**
 * Runs middleware around the storing of one job.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when it neither stored nor returned a job
 */
export async function runEnqueueMiddleware(
  middleware: readonly EnqueueMiddleware[],
  ctx: EnqueueContext,
  store: () => Promise<Job>,
  onLate: (error: JobsError) => void,
): Promise<Job> {
  const job = await runChain<EnqueueMiddleware, Job | undefined>({
    steps: middleware,
    // It gets a job, or an error: what answers without one is refused below.
    call: (step, next) => step(ctx.payload, ctx, next as () => Promise<Job>),
    innermost: store,
    answersAlways: true,
    mayRepeat: () => false,
    describe: (index) => `enqueue middleware ${index} for job \`${ctx.name}\``,
    onLate,
  });
  if (job !== undefined && job !== null) return job;
  throw invalidArgument(
    'enqueueMiddleware',
    'functions that return a job: what `next()` returns, or one that exists',
    job,
    `No job \`${ctx.name}\` was stored.`,
  );
}

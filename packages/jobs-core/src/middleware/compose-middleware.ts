import { invalidArgument } from '../check/argument.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import type { JobContext } from '../job/job-context.ts';
import type { Middleware } from './middleware.ts';
import { allowRepeatedNext, mayRepeatNext } from './repeatable.ts';
import { runChain } from './run-chain.ts';

/**
 * Makes one middleware out of several: the first is the outermost.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_MIDDLEWARE_NEXT_TWICE` from `next()` when a middleware calls it again,
 * `JOBS_MIDDLEWARE_NEXT_LATE` when the middleware has ended
 */
export function composeMiddleware<TPayload>(
  ...middleware: readonly Middleware<TPayload>[]
): Middleware<TPayload> {
  for (const [index, item] of middleware.entries()) {
    if (typeof item === 'function') continue;
    throw invalidArgument(
      `middleware[${index}]`,
      'a function `(payload, ctx, next) => result`',
      item,
    );
  }
  if (middleware.length === 1 && middleware[0] !== undefined) return middleware[0];
  // Each middleware has its own check for repeated calls; a retry inside calls this `next` once per try.
  return allowRepeatedNext((payload, ctx, next) => runMiddleware(middleware, payload, ctx, next));
}

/** Runs middleware around `innermost`, each step in the order given. */
export function runMiddleware<TPayload>(
  middleware: readonly Middleware<TPayload>[],
  payload: TPayload,
  ctx: JobContext<TPayload>,
  innermost: () => unknown,
): Promise<unknown> {
  return runChain<Middleware<TPayload>, unknown>({
    steps: middleware,
    call: (step, next) => step(payload, ctx, next),
    innermost,
    mayRepeat: mayRepeatNext,
    describe: (index) => `middleware ${index} of job \`${ctx.name}\``,
    onLate: (error) => reportTo(ctx, error),
  });
}

function reportTo(
  { queue, jobId, name }: Pick<JobContext, 'queue' | 'jobId' | 'name'>,
  error: JobsError,
): void {
  const at = new Date(queue.clock.now());
  queue.emit({ type: 'error', queueName: queue.name, at, error, jobId, name });
}

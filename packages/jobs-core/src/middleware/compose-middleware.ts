import { JobsError } from '../errors/jobs-error.ts';
import type { JobContext } from '../job/job-context.ts';
import type { Middleware } from './middleware.ts';
import { allowRepeatedNext, mayRepeatNext } from './repeatable.ts';

/**
 * Makes one middleware out of several: the first is the outermost.
 *
 * @throws JobsError `JOBS_MIDDLEWARE_NEXT_TWICE` from `next()` when a middleware calls it again
 */
export function composeMiddleware<TPayload>(
  ...middleware: readonly Middleware<TPayload>[]
): Middleware<TPayload> {
  if (middleware.length === 1 && middleware[0] !== undefined) return middleware[0];
  // Each of them is held to its own calls; a retry inside calls this `next` once a try.
  return allowRepeatedNext((payload, ctx, next) => runMiddleware(middleware, payload, ctx, next));
}

/** Runs middleware around `innermost`, each step in the order given. */
export function runMiddleware<TPayload>(
  middleware: readonly Middleware<TPayload>[],
  payload: TPayload,
  ctx: JobContext<TPayload>,
  innermost: () => unknown,
): Promise<unknown> {
  return dispatch(0);

  async function dispatch(index: number): Promise<unknown> {
    const current = middleware[index];
    if (current === undefined) return innermost();
    let calls = 0;
    return current(payload, ctx, async () => {
      calls += 1;
      if (calls > 1 && !mayRepeatNext(current)) {
        throw new JobsError(
          'JOBS_MIDDLEWARE_NEXT_TWICE',
          `Expected middleware ${index} of job \`${ctx.name}\` to call \`next()\` once, got ${calls} calls. ` +
            'To try again, let the attempt fail, or use `createRetryMiddleware`.',
        );
      }
      return dispatch(index + 1);
    });
  }
}

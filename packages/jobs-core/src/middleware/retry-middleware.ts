import { checkDuration, checkInteger, invalidArgument, MAX_TIMEOUT_MS } from '../check/argument.ts';
import { refusePromise } from '../check/refuse-promise.ts';
import { abortableDelay } from '../clock/abortable-delay.ts';
import type { Middleware } from './middleware.ts';
import { allowRepeatedNext } from './repeatable.ts';

/**
 * Makes a middleware that tries the handler again within the same attempt, while the job keeps its worker: for errors
 * that pass within seconds. For longer delays use `attempts` and `backoff`.
 *
 * @param shouldRetry - returns whether to retry after an error
 * @param maxRetries - how often to try again. @default 3
 * @param delay - how long to wait before each, in milliseconds. @default 1000
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createRetryMiddleware(
  shouldRetry: (error: unknown) => boolean,
  maxRetries = 3,
  delay = 1000,
): Middleware {
  if (typeof shouldRetry !== 'function') {
    throw invalidArgument('shouldRetry', 'a function `(error) => boolean`', shouldRetry);
  }
  checkInteger('maxRetries', maxRetries, { min: 0, max: 1000 });
  checkDuration('delay', delay, { min: 0, max: MAX_TIMEOUT_MS });
  return allowRepeatedNext(async (_payload, ctx, next) => {
    for (let retries = 0; ; retries++) {
      try {
        return await next();
      } catch (error) {
        if (retries >= maxRetries || ctx.signal.aborted || ctx.ended) throw error;
        const isWorthIt: unknown = shouldRetry(error);
        refusePromise('shouldRetry', 'a boolean', isWorthIt);
        if (!isWorthIt) throw error;
        await abortableDelay(ctx.queue.clock, delay, ctx.signal);
      }
    }
  });
}

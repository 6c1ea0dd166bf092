import { checkInteger } from '../check/argument.ts';
import type { Middleware } from './middleware.ts';

const MINUTE_MS = 60_000;

/**
 * Makes a middleware that starts at most the given number of jobs in any minute, over all workers together. A job
 * over the limit makes a reservation and is delayed until then, once, without using an attempt.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; when it runs, `JOBS_NOT_SUPPORTED` on a backend without
 * rate limits
 */
export function createRateLimitMiddleware(maxPerMinute: number): Middleware {
  checkInteger('maxPerMinute', maxPerMinute, { min: 1, max: 100_000 });
  return async (_payload, ctx, next) => {
    await ctx.takeRateLimit({ key: `middleware:${ctx.name}`, max: maxPerMinute, per: MINUTE_MS });
    return next();
  };
}

import type { JobContext } from '../job/job-context.ts';

/**
 * Wraps each run of a job: it acts around `next()`, and returns (or replaces) the result. The run waits for a
 * `next()` that is neither returned nor awaited. Calling it twice is an error (`JOBS_MIDDLEWARE_NEXT_TWICE`), and so
 * is calling it after the middleware has ended (`JOBS_MIDDLEWARE_NEXT_LATE`).
 *
 * @example
 * const timed: Middleware = async (payload, ctx, next) => {
 *   const start = performance.now();
 *   try { return await next(); } finally { ctx.log(`took ${performance.now() - start} ms`); }
 * };
 */
// biome-ignore lint/suspicious/noExplicitAny: a middleware for any payload must fit every job
export type Middleware<TPayload = any> = (
  payload: TPayload,
  ctx: JobContext<TPayload>,
  next: () => Promise<unknown>,
) => unknown;

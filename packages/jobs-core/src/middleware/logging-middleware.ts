import { serializeError } from '../errors/serialize-error.ts';
import { escapeControls } from '../json/escape-controls.ts';
import type { Logger } from '../logger/logger.ts';
import { safeLogger } from '../logger/safe-logger.ts';
import { RunEnded } from '../run/run-control.ts';
import type { Middleware } from './middleware.ts';

/**
 * Makes a middleware that logs each attempt's start, end and failure with its duration. Payloads and
 * results are not logged, since they may hold secrets.
 *
 * @param logger - where to. @default the queue's logger
 */
export function createLoggingMiddleware(logger?: Pick<Logger, 'info' | 'error'>): Middleware {
  const own = logger && safeLogger(logger);
  return async (_payload, ctx, next) => {
    const to = own ?? ctx.queue.logger;
    const clock = ctx.queue.clock;
    const job = escapeControls(`${ctx.name} (${ctx.jobId})`);
    const startedAt = clock.now();
    to.info(`Job ${job} started, attempt ${ctx.attempt} of ${ctx.maxAttempts}`);
    try {
      const result = await next();
      to.info(`Job ${job} completed in ${clock.now() - startedAt} ms`);
      return result;
    } catch (error) {
      const took = `${clock.now() - startedAt} ms`;
      const wasPutBack = error instanceof RunEnded && error.decision === 'snooze';
      if (wasPutBack) to.info(`Job ${job} was put back after ${took}`);
      else to.error(`Job ${job} failed after ${took}: ${reasonOf(error)}`);
      throw error;
    }
  };
}

function reasonOf(error: unknown): string {
  const failure = error instanceof RunEnded ? error.cause : error;
  return escapeControls(serializeError(failure).message);
}

import { checkFlag, checkOptions, invalidArgument } from '../check/argument.ts';
import { serializeError } from '../errors/serialize-error.ts';
import type { AttemptEnd } from '../job/attempt-end.ts';
import type { JobContext } from '../job/job-context.ts';
import { escapeControls } from '../json/escape-controls.ts';
import type { Logger } from '../logger/logger.ts';
import { safeLogger } from '../logger/safe-logger.ts';
import type { Middleware } from './middleware.ts';

type Lines = Pick<Logger, 'info' | 'error'>;

/** Says what the lines of {@link createLoggingMiddleware} hold. */
export interface LoggingOptions {
  /**
   * Whether each line has an object after its message, for logs that machines read: `queue`, `name`, `jobId`,
   * `attempt`, `maxAttempts`, and at the end of an attempt `outcome`, `durationMs` and `error`: whole, with the fields that
   * its class adds, such as the headers of a request that failed. @default false
   */
  readonly fields?: boolean | undefined;
}

/**
 * Makes a middleware that logs each attempt's start, and its end as it is recorded, with its duration: completed,
 * failed (a timeout and a result that cannot be stored included), put back, cancelled, lost. Payloads and results are
 * not logged, since they may hold secrets.
 *
 * @example
 * const logger = fromPino(pino());
 * createQueue({ jobs, logger, middleware: createLoggingMiddleware(logger, { fields: true }) });
 *
 * @param logger - the logger to write to. @default the queue's logger
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createLoggingMiddleware(logger?: Lines, options: LoggingOptions = {}): Middleware {
  if (logger !== undefined && !isLines(logger)) {
    throw invalidArgument('logger', 'an object with the functions `info` and `error`', logger);
  }
  checkOptions('options', options, ['fields']);
  const { fields: hasFields = false } = options;
  checkFlag('fields', hasFields);
  const own = logger && safeLogger(logger);
  return (_payload, ctx, next) => {
    const to = own ?? ctx.queue.logger;
    const job = escapeControls(`${ctx.name} (${ctx.jobId})`);
    const fields = hasFields ? fieldsOf(ctx) : undefined;
    const started = `Job ${job} started, attempt ${ctx.attempt} of ${ctx.maxAttempts}`;
    to.info(started, ...(fields === undefined ? [] : [fields]));
    ctx.onEnd((end) => logEnd(fields === undefined ? to : withFields(to, fields, end), job, end));
    return next();
  };
}

function fieldsOf({ queueName: queue, name, jobId, attempt, maxAttempts }: JobContext): object {
  return { queue, name, jobId, attempt, maxAttempts };
}

/** Adds the end of an attempt to the fields of its lines. */
function withFields(to: Lines, fields: object, { outcome, durationMs, error }: AttemptEnd): Lines {
  const all = { ...fields, outcome, durationMs, ...(error === undefined ? {} : { error }) };
  return {
    info: (message) => to.info(message, all),
    error: (message) => to.error(message, all),
  };
}

function isLines(logger: Partial<Lines> | null): boolean {
  return typeof logger?.info === 'function' && typeof logger.error === 'function';
}

function logEnd(to: Lines, job: string, { outcome, error, durationMs }: AttemptEnd): void {
  const took = `${Math.round(durationMs)} ms`;
  switch (outcome) {
    case 'completed':
      to.info(`Job ${job} completed in ${took}`);
      break;
    case 'snoozed':
      to.info(`Job ${job} was put back after ${took}`);
      break;
    case 'cancelled':
      to.info(`Job ${job} was cancelled after ${took}`);
      break;
    case 'lost':
      to.error(`Job ${job} was lost after ${took}; another worker may run it`);
      break;
    default:
      to.error(`Job ${job} failed after ${took}: ${reasonOf(error)}`);
  }
}

function reasonOf(error: unknown): string {
  return escapeControls(serializeError(error).message);
}

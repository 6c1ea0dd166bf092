import { invalidArgument } from '../check/argument.ts';
import { isError } from '../errors/is-error.ts';
import { isPlainObject } from '../json/is-plain-object.ts';
import type { Logger } from './logger.ts';

/** Takes the fields of a line before its message, as the loggers of pino, bunyan and Fastify do. */
export interface FieldsLogger {
  /** Writes details for debugging. */
  debug(fields: object, message: string): void;
  /** Writes normal events. */
  info(fields: object, message: string): void;
  /** Writes warnings. */
  warn(fields: object, message: string): void;
  /** Writes errors. */
  error(fields: object, message: string): void;
}

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/**
 * Makes the `logger` of a queue from one of pino, bunyan or Fastify. These take fields before the message, and
 * drop what comes after it, such as the error of a line. An error becomes the field `err`, which they print with its
 * stack.
 *
 * @example
 * const queue = createQueue({ jobs: [sendEmail], logger: fromPino(pino()) });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function fromPino(log: FieldsLogger): Logger {
  if (
    !LEVELS.every(
      (level) => typeof (log as FieldsLogger | null | undefined)?.[level] === 'function',
    )
  ) {
    throw invalidArgument('log', 'a logger of pino, with `debug`, `info`, `warn` and `error`', log);
  }
  return {
    debug: (message, ...details) => log.debug(fieldsOf(details), message),
    info: (message, ...details) => log.info(fieldsOf(details), message),
    warn: (message, ...details) => log.warn(fieldsOf(details), message),
    error: (message, ...details) => log.error(fieldsOf(details), message),
  };
}

function fieldsOf(details: readonly unknown[]): object {
  const fields: Record<string, unknown> = {};
  const others: unknown[] = [];
  for (const detail of details) {
    if (isError(detail)) fields['err'] = detail;
    else if (isFields(detail)) Object.assign(fields, named(detail));
    else others.push(detail);
  }
  return others.length === 0 ? fields : { ...fields, details: others };
}

/** Gives an error the name under which these loggers look for one. */
function named(detail: object): object {
  const { error, ...rest } = detail as { readonly error?: unknown };
  return isError(error) ? { ...rest, err: error } : detail;
}

function isFields(detail: unknown): detail is object {
  return typeof detail === 'object' && detail !== null && isPlainObject(detail);
}

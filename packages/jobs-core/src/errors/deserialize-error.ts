import { ERROR_CODES, type ErrorCode } from './error-code.ts';
import { JobsError } from './jobs-error.ts';
import type { SerializedError } from './serialized-error.ts';

/**
 * Makes a throwable error from a stored one: a {@link JobsError} for our own codes, with its details, else an `Error`
 * (an `AggregateError` where parts are stored) with the stored name, message, code, stack, cause and fields.
 */
export function deserializeError(stored: SerializedError): Error {
  const cause = stored.cause === undefined ? undefined : deserializeError(stored.cause);
  if (isOwnCode(stored.code)) {
    const { details } = stored;
    return new JobsError(stored.code, stored.message, { cause, ...(details && { details }) });
  }
  const options = cause === undefined ? undefined : { cause };
  const error =
    stored.errors === undefined
      ? new Error(stored.message, options)
      : new AggregateError(stored.errors.map(deserializeError), stored.message, options);
  error.name = stored.name;
  if (stored.stack !== undefined) error.stack = stored.stack;
  if (stored.code !== undefined) Object.assign(error, { code: stored.code });
  for (const [field, value] of Object.entries(stored.details ?? {})) {
    // Nothing that every error has, such as `toString`, can be set from a store.
    if (!(field in error)) Object.assign(error, { [field]: value });
  }
  return error;
}

function isOwnCode(code: string | undefined): code is ErrorCode {
  return (ERROR_CODES as readonly (string | undefined)[]).includes(code);
}

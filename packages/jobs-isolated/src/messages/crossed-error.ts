import type { SerializedError } from '@philjs/jobs-core';
import { deserializeError, serializeError } from '@philjs/jobs-core/backend';

/** Makes of any thrown value what can cross: name, message, stack, code, cause, and fields that JSON carries. */
export const crossError: (thrown: unknown) => SerializedError = serializeError;

/** Makes of what crossed an error again, with the stack of where it was thrown. Our own codes give a `JobsError`. */
export function arrivedError(crossed: SerializedError): Error {
  const error = deserializeError(crossed);
  if (crossed.stack !== undefined) error.stack = crossed.stack;
  return error;
}

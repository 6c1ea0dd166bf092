import { serializeError } from './serialize-error.ts';

/** Makes an `Error` from any thrown value; a value that is not an error becomes the `cause` of one. Never throws. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that throws on every access; described below like any other value.
  }
  return new Error(serializeError(thrown).message, { cause: thrown });
}

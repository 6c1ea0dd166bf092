import { serializeError } from './serialize-error.ts';

/** Makes an `Error` out of whatever was thrown; one that is none becomes the `cause` of one. Never throws. */
export function toError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error) return thrown;
  } catch {
    // A proxy that cannot even be asked; described below like any other value.
  }
  return new Error(serializeError(thrown).message, { cause: thrown });
}

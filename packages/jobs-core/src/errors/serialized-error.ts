/**
 * Carries an error across processes as plain JSON. Whatever was thrown, {@link name} and
 * {@link message} are readable strings.
 */
export interface SerializedError {
  /** The error's name, such as `TypeError`. For a thrown value that is no error: `NonError`. */
  readonly name: string;
  /** What went wrong, cut to 10,000 characters. */
  readonly message: string;
  /** A `code` the error carried, our own (`JOBS_TIMEOUT`) or another's (`ECONNREFUSED`). */
  readonly code?: string;
  /** The stack, cut to 10,000 characters. */
  readonly stack?: string;
  /** The error's `cause`, at most five deep. */
  readonly cause?: SerializedError;
  /** The parts of an `AggregateError`, at most ten. */
  readonly errors?: readonly SerializedError[];
}

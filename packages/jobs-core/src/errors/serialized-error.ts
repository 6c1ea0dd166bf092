import type { JsonObject } from '../json/json-value.ts';

/**
 * Carries an error across processes as plain JSON. Whatever was thrown, {@link name} and {@link message} are readable
 * strings. All of it takes at most about 64 KiB of JSON, and UTF-8 can carry it.
 */
export interface SerializedError {
  /** The error's name, such as `TypeError`. For a thrown value that is no error: `NonError`. */
  readonly name: string;
  /** The message, cut to 10,000 characters. */
  readonly message: string;
  /** The error's `code`, our own (`JOBS_TIMEOUT`) or another's (`ECONNREFUSED`). */
  readonly code?: string;
  /**
   * The details of a {@link JobsError}, such as `{ field, issues }`, at most 16 KiB of JSON; of other errors their
   * additional fields, such as `{ status: 503 }`, at most 20 of 1 KiB each.
   */
  readonly details?: JsonObject;
  /** The stack, cut to 10,000 characters. */
  readonly stack?: string;
  /** The error's `cause`, at most five deep. */
  readonly cause?: SerializedError;
  /** The parts of an `AggregateError`, at most ten. */
  readonly errors?: readonly SerializedError[];
}

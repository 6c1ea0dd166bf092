import type { SerializedError } from '../errors/serialize-error.ts';

/** Describes one attempt that failed. */
export interface AttemptFailure {
  /** The number of the attempt, counted from 1. */
  readonly attempt: number;
  /** When it started, in epoch milliseconds. */
  readonly startedAt: number;
  /** When it failed, in epoch milliseconds. */
  readonly failedAt: number;
  /** The error it failed with; each stack in it is cut to 2,000 characters. */
  readonly error: SerializedError;
  /** The process that ran it: machine and process id, as `web-1:4711`. */
  readonly worker?: string;
}

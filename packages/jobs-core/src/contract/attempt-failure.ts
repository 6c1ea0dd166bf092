import type { SerializedError } from '../errors/serialized-error.ts';

/** Tells of one attempt that failed. */
export interface AttemptFailure {
  /** Which attempt it was, counted from 1. */
  readonly attempt: number;
  /** When it started, in epoch milliseconds. */
  readonly startedAt: number;
  /** When it failed, in epoch milliseconds. */
  readonly failedAt: number;
  /** What it failed with; each stack in it is cut to 2,000 characters. */
  readonly error: SerializedError;
  /** Which process ran it: machine and process id, as `web-1:4711`. */
  readonly worker?: string;
}

import type { ErrorCode } from './error-code.ts';

const brand: symbol = Symbol.for('@philjs/jobs-error');

/** Holds what a {@link JobsError} may carry besides its code and message. */
export interface JobsErrorOptions {
  /** The error that led to this one. */
  readonly cause?: unknown;
  /** Facts for programs, such as `{ field, index, issues }`. Never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Reports every failure this system itself detects. Tell failures apart by {@link JobsError.code},
 * which is stable under semantic versioning; messages are for people and may change.
 *
 * @example
 * try { await queue.enqueue('send-email', {}) }
 * catch (error) { if (isJobsError(error, 'JOBS_INVALID_PAYLOAD')) … }
 */
export class JobsError extends Error {
  /** The stable code of the failure. */
  readonly code: ErrorCode;
  /** Facts for programs, such as `{ field, index, issues }`. */
  readonly details: Readonly<Record<string, unknown>> | undefined;

  /** Makes an error; `message` says what was expected, what came, and what to do. */
  constructor(code: ErrorCode, message: string, options: JobsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'JobsError';
    this.code = code;
    this.details = options.details;
    Object.defineProperty(this, brand, { value: true });
  }
}

/**
 * Returns whether a value is a {@link JobsError}, optionally one with the given code. Works where
 * `instanceof` does not: with two copies of this package in one process.
 */
export function isJobsError(error: unknown, code?: ErrorCode): error is JobsError {
  try {
    if (typeof error !== 'object' || error === null || !(brand in error)) return false;
    return code === undefined || (error as JobsError).code === code;
  } catch {
    // A proxy may throw on any access.
    return false;
  }
}

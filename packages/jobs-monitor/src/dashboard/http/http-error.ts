import { type ErrorCode, isJobsError } from '@philjs/jobs-core';

/** Refuses a request with a status and a message. */
export class HttpError extends Error {
  /** The status of the answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
}

/** Refuses a request because a function of the host application did not do its part; the log tells them. */
export class DoorError extends HttpError {
  /** The line of the log. */
  readonly line: string;

  constructor(status: number, message: string, line: string, cause?: unknown) {
    super(status, message);
    this.name = 'DoorError';
    this.line = line;
    this.cause = cause;
  }
}

const STATUSES: { readonly [code in ErrorCode]?: number } = {
  JOBS_INVALID_ARGUMENT: 400,
  JOBS_INVALID_PAYLOAD: 400,
  JOBS_PAYLOAD_NOT_SERIALIZABLE: 400,
  JOBS_PAYLOAD_TOO_LARGE: 413,
  JOBS_NOT_FOUND: 404,
  JOBS_CONFLICT: 409,
  JOBS_MIGRATION_FAILED: 409,
  JOBS_UNKNOWN_JOB: 409,
  JOBS_NOT_SUPPORTED: 501,
  JOBS_BACKEND_UNAVAILABLE: 503,
  JOBS_SCHEMA_OUTDATED: 503,
  JOBS_QUEUE_CLOSED: 503,
};

/** Describes an error to the client: a status, a code and a message, without details of unexpected errors. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Returns the description of an error for the client. */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof HttpError) {
    return { status: error.status, code: 'HTTP', message: error.message };
  }
  const status = isJobsError(error) ? STATUSES[error.code] : undefined;
  if (isJobsError(error) && status !== undefined) {
    // A driver's message may contain the address of the store.
    const message = status === 503 ? 'The store does not answer.' : error.message;
    return { status, code: error.code, message };
  }
  return { status: 500, code: 'INTERNAL', message: 'Something went wrong; the log says what.' };
}

import { ERROR_CODES, type ErrorCode, isJobsError, JobsError } from '@philjs/jobs-core/producer';

/** Describes an error in an answer, by RFC 9457 (Problem Details for HTTP APIs), with our code and details. */
export interface Problem {
  /** Is `about:blank`: {@link code} says more. */
  readonly type: 'about:blank';
  /** The HTTP status. */
  readonly status: number;
  /** The code of the error. */
  readonly title: string;
  /** The message. */
  readonly detail: string;
  /** The code of the error. */
  readonly code: ErrorCode;
  /** The facts of the error. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** The media type of a {@link Problem}. */
export const PROBLEM_TYPE = 'application/problem+json';

const STATUS: { readonly [code in ErrorCode]?: number } = {
  JOBS_INVALID_ARGUMENT: 400,
  JOBS_UNAUTHENTICATED: 401,
  JOBS_FORBIDDEN: 403,
  JOBS_UNKNOWN_JOB: 404,
  JOBS_NOT_FOUND: 404,
  JOBS_CONFLICT: 409,
  JOBS_LEASE_LOST: 409,
  JOBS_TOO_LARGE: 413,
  JOBS_PAYLOAD_TOO_LARGE: 413,
  JOBS_RESULT_TOO_LARGE: 413,
  JOBS_INVALID_PAYLOAD: 422,
  JOBS_PAYLOAD_NOT_SERIALIZABLE: 422,
  JOBS_TOO_MANY_REQUESTS: 429,
  JOBS_NOT_SUPPORTED: 501,
  JOBS_BACKEND_UNAVAILABLE: 503,
  JOBS_QUEUE_CLOSED: 503,
  JOBS_TIMEOUT: 504,
};

/** Describes an error. One that is not ours says nothing of the server: its message may hold a secret. */
export function problemOf(error: unknown): Problem {
  if (!isJobsError(error)) {
    const message = 'The server failed. Its log says why.';
    return problemOf(new JobsError('JOBS_BACKEND_UNAVAILABLE', message));
  }
  const { code, message, details } = error;
  const status = STATUS[code] ?? 500;
  const problem = { type: 'about:blank', status, title: code, detail: message, code } as const;
  return details === undefined ? problem : { ...problem, details };
}

/** Reads the error that a problem describes; `undefined` when it is no problem of ours. */
export function errorOf(problem: unknown): JobsError | undefined {
  const { code, detail, details } = (problem ?? {}) as Partial<Problem>;
  if (!ERROR_CODES.some((known) => known === code) || typeof detail !== 'string') return undefined;
  const hasDetails = typeof details === 'object' && details !== null;
  return new JobsError(code as ErrorCode, detail, hasDetails ? { details } : {});
}

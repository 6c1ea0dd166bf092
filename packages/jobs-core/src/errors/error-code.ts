/**
 * Lists every code a {@link JobsError} can carry. Codes are stable under semantic versioning;
 * messages are not.
 */
export const ERROR_CODES = [
  /** An argument or option is missing, of the wrong kind, out of range or unknown. */
  'JOBS_INVALID_ARGUMENT',
  /** A payload does not satisfy the schema or the validator of its job. */
  'JOBS_INVALID_PAYLOAD',
  /** A payload, metadata or progress holds a value JSON cannot carry. */
  'JOBS_PAYLOAD_NOT_SERIALIZABLE',
  /** A payload is larger than `maxPayloadBytes`, or metadata larger than 64 KiB. */
  'JOBS_PAYLOAD_TOO_LARGE',
  /** A handler returned a value JSON cannot carry. */
  'JOBS_RESULT_NOT_SERIALIZABLE',
  /** A handler returned, or reported as progress, more than `maxResultBytes`. */
  'JOBS_RESULT_TOO_LARGE',
  /** The queue has no definition of the named job. */
  'JOBS_UNKNOWN_JOB',
  /** No stored job has the given id. */
  'JOBS_NOT_FOUND',
  /** The operation does not fit the state the job is in. */
  'JOBS_CONFLICT',
  /** The queue was closed. */
  'JOBS_QUEUE_CLOSED',
  /** The backend lacks an optional part the operation needs. */
  'JOBS_NOT_SUPPORTED',
  /** A handler, a transaction, or a caller waiting for a job, ran out of time. */
  'JOBS_TIMEOUT',
  /** The job was cancelled. */
  'JOBS_CANCELLED',
  /** The caller's `AbortSignal` ended the wait. */
  'JOBS_ABORTED',
  /** A job that it waited for failed, was cancelled or was removed. */
  'JOBS_DEPENDENCY_FAILED',
  /** The job waited longer than its `expiresIn` before its first start. */
  'JOBS_EXPIRED',
  /** The job killed or lost its worker more often than `maxStalledCount` allows. */
  'JOBS_STALLED',
  /** The worker no longer holds the job; its reports change nothing. */
  'JOBS_LEASE_LOST',
  /** The steps of a job are more, or larger in all, than may be stored with it. */
  'JOBS_STEPS_FULL',
  /** The signal that a job waited for did not come in time. */
  'JOBS_SIGNAL_TIMEOUT',
  /** The thread or process of an isolated handler ended before the handler did. */
  'JOBS_HANDLER_EXITED',
  /** A transaction was not committed: that in which a handler completed its job, or one of `queue.transaction`. */
  'JOBS_ROLLED_BACK',
  /** The worker is stopping and gives the job back unfinished. */
  'JOBS_WORKER_STOPPED',
  /** A stored payload could not be migrated to the version this worker knows. */
  'JOBS_MIGRATION_FAILED',
  /** `next()` was called twice by one middleware. */
  'JOBS_MIDDLEWARE_NEXT_TWICE',
  /** `next()` was called after its middleware had ended; the handler does not run. */
  'JOBS_MIDDLEWARE_NEXT_LATE',
  /** The server does not know the token of the call, or it has none. */
  'JOBS_UNAUTHENTICATED',
  /** The token of the call does not allow it. */
  'JOBS_FORBIDDEN',
  /** The body of the call is larger than the server takes. */
  'JOBS_TOO_LARGE',
  /** The client calls the server more often than its limits allow. */
  'JOBS_TOO_MANY_REQUESTS',
  /** The store cannot be reached, or did not answer in time. */
  'JOBS_BACKEND_UNAVAILABLE',
  /** The tables of the store are those of a version before the first release, which no later version reads. */
  'JOBS_SCHEMA_OUTDATED',
  /** The store refused every outcome of the job's run, however small: the job ended as failed. */
  'JOBS_OUTCOME_REFUSED',
  /** The backend broke the contract: it threw something unexpected or returned an invalid value. */
  'JOBS_BACKEND_CONTRACT',
] as const;

/** Names one of {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

import type { JobStatus } from '../contract/job-status.ts';

/** Says how `retryJob`, `promoteJob`, `removeJob` and `cancelJob` answer when they change nothing. */
export interface ActOptions {
  /**
   * `true`: with an error, `JOBS_NOT_FOUND` when there is no such job and `JOBS_CONFLICT` when its state does not
   * allow it. `false`: without one; `cancelJob` answers `'not-found'`, `'finished'` or `'other-status'`, the others `false`.
   * @default true for `retryJob` and `promoteJob`; false for `cancelJob`, and for `removeJob` but where the state of the job
   * does not allow it
   */
  readonly strict?: boolean | undefined;
}

/** Says how to act on a job that may have changed since it was read. */
export interface StatusOptions extends ActOptions {
  /** Acts on the job only while it is in this state, or one of these; compared and changed in one step. @default any */
  readonly status?: JobStatus | readonly JobStatus[] | undefined;
}

/** Says how to cancel a job. */
export interface CancelOptions extends StatusOptions {
  /** The reason; the job's error and its signal carry it. */
  readonly reason?: string | undefined;
  /** Ends an active job immediately, without waiting for its handler, or for a worker that is dead. @default false */
  readonly force?: boolean | undefined;
}

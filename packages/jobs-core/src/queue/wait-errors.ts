import { JobsError } from '../errors/jobs-error.ts';

/** Makes the error of a caller that waits for a job no longer, since its signal aborted. */
export function waitAbortedError(jobId: string, signal: AbortSignal | undefined): JobsError {
  const message = `Waiting for job \`${jobId}\` was given up`;
  return new JobsError('JOBS_ABORTED', message, { cause: signal?.reason });
}

/** Makes the error of a caller that has waited long enough for a job. */
export function waitTimeoutError(jobId: string, timeoutMs: number | undefined): JobsError {
  const message = `Job \`${jobId}\` did not finish within ${timeoutMs} ms; it goes on. \`explain(id)\` says why it takes so long.`;
  return new JobsError('JOBS_TIMEOUT', message);
}

import { JobsError } from './jobs-error.ts';

/** Makes the error a cancelled job ends with, and its signal aborts with. */
export function cancelledError(jobId: string, reason: string | undefined): JobsError {
  return new JobsError(
    'JOBS_CANCELLED',
    reason === undefined ? 'The job was cancelled' : `The job was cancelled: ${reason}`,
    { details: { jobId, reason } },
  );
}

import { invalidArgument } from '../check/argument.ts';
import { JOB_STATUSES, type JobStatus } from '../contract/job-status.ts';

/**
 * Checks one status or a list of them, and returns a list.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkStatuses(status: JobStatus | readonly JobStatus[]): readonly JobStatus[] {
  const statuses: readonly JobStatus[] = Array.isArray(status) ? status : [status];
  for (const item of statuses) {
    if (!JOB_STATUSES.includes(item)) {
      throw invalidArgument('status', `one of ${JOB_STATUSES.join(', ')}`, item);
    }
  }
  return [...new Set(statuses)];
}

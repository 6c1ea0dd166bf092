import type { JobStatus } from '../contract/job-status.ts';

/**
 * Groups the ids of jobs by the states in which they were read, for calls of a backend that are to change only jobs which are
 * still in them.
 */
export function idsByStatus(
  jobs: Iterable<{ readonly id: string; readonly status: JobStatus }>,
): ReadonlyMap<JobStatus, readonly string[]> {
  const groups = new Map<JobStatus, string[]>();
  for (const { id, status } of jobs) {
    const known = groups.get(status);
    if (known === undefined) groups.set(status, [id]);
    else known.push(id);
  }
  return groups;
}

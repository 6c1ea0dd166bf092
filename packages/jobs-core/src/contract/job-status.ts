/**
 * Lists the states a stored job can be in. A job is in exactly one of them: `delayed → waiting → active → completed |
 * failed | cancelled`, or `blocked` while it is waiting for other jobs. A retry or a snooze goes back to `delayed`
 * (to `waiting` when its time has come). A `cancelled` job was ended on request, started or not, and carries an error
 * with the code `JOBS_CANCELLED`; it does not count as a failure.
 */
export const JOB_STATUSES = [
  'waiting',
  'delayed',
  'active',
  'completed',
  'failed',
  'cancelled',
  'blocked',
] as const;

/** Names one of {@link JOB_STATUSES}. */
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Lists the states of jobs that a user can remove: all but `active`. */
export const INACTIVE_STATUSES: readonly JobStatus[] = JOB_STATUSES.filter(
  (status) => status !== 'active',
);

/** Lists the states of jobs that have ended. */
export const ENDED_STATUSES: readonly JobStatus[] = ['completed', 'failed', 'cancelled'];

/** Lists the states of jobs that a user can put back to run again. */
export const RETRIABLE_STATUSES: readonly JobStatus[] = ['failed', 'cancelled'];

/** Counts the jobs in each state; always equal to what the lists hold. */
export type JobCounts = { readonly [status in JobStatus]: number };

/** Makes {@link JobCounts} of the states that have jobs, each with its count: the others have none. */
export function toJobCounts(
  counted: Iterable<readonly [status: string, jobs: unknown]>,
): JobCounts {
  const none = JOB_STATUSES.map((status) => [status, 0] as const);
  return Object.fromEntries([...none, ...counted]) as JobCounts;
}

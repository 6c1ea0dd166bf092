import { JOB_STATUSES, type JobStatus } from '../contract/job-status.ts';

/**
 * Lists the states whose jobs can be removed, in the order in which that is done. Jobs that wait for others go first: they
 * would fail for those that are removed before them.
 */
export const REMOVED_IN_ORDER: readonly JobStatus[] = [
  'blocked',
  ...JOB_STATUSES.filter((status) => status !== 'active' && status !== 'blocked'),
];

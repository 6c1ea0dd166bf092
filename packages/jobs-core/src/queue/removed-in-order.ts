import type { JobStatus } from '../contract/job-status.ts';
import { PASSING_ORDER } from './passing-order.ts';

/**
 * Lists the states whose jobs can be removed, in the order in which that is done: so one that becomes ready meanwhile is not
 * passed over. Jobs that wait for others go first: they would fail for those that are removed before them.
 */
export const REMOVED_IN_ORDER: readonly JobStatus[] = PASSING_ORDER.filter(
  (status) => status !== 'active',
);

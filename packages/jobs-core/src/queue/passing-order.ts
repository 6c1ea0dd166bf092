import type { JobStatus } from '../contract/job-status.ts';

/**
 * Lists the states in the order in which a job passes through them. A caller that reads them one after the other sees a
 * job that moves on meanwhile twice rather than never.
 */
export const PASSING_ORDER: readonly JobStatus[] = [
  'blocked',
  'delayed',
  'waiting',
  'active',
  'completed',
  'failed',
  'cancelled',
];

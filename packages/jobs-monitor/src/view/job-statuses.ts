import type { JobStatus } from '@philjs/jobs-core';

/** The states in the order in which a job goes through them; defined here so that pages load without core. */
export const JOB_STATUSES: readonly JobStatus[] = [
  'blocked',
  'delayed',
  'waiting',
  'active',
  'failed',
  'cancelled',
  'completed',
];

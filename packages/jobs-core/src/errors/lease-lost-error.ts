import type { Lease } from '../contract/consumer.ts';
import { JobsError } from './jobs-error.ts';

/** Makes the error for an action or outcome of a run that no longer holds its job. */
export function leaseLostError({ id, fencingToken }: Lease): JobsError {
  return new JobsError(
    'JOBS_LEASE_LOST',
    `Start ${fencingToken} of job \`${id}\` no longer holds it: its lease was lost, and another worker may run it, or this run has ended. ` +
      'Keep the event loop free, or raise `lockDuration`; await what a handler calls, and stop when `ctx.signal` aborts.',
    { details: { jobId: id, fencingToken } },
  );
}

import type { Backend } from '../contract/backend.ts';
import type { JobStatus } from '../contract/job-status.ts';

/** The states of the jobs that a retry puts back. */
const RETRIED: readonly JobStatus[] = ['failed', 'cancelled'];

/** Removes what the steps of jobs stored that are to be retried, of those that are in one of the states. */
export async function forgetSteps(
  backend: Pick<Backend, 'get' | 'steps'>,
  ids: readonly string[],
  statuses: readonly JobStatus[] = RETRIED,
): Promise<void> {
  const { steps } = backend;
  if (steps === undefined) return;
  for (const id of ids) {
    const status = (await backend.get({ id }))?.status;
    const isRetried = status !== undefined && RETRIED.includes(status) && statuses.includes(status);
    if (isRetried) await steps.clear({ id });
  }
}

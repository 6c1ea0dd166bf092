import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { DependencyRecord } from '../contract/workflow-store.ts';
import { dependencyFailedError } from '../errors/error-factories.ts';
import type { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { dependencyPages } from '../queue/dependency-pages.ts';
import type { RunServices } from './run-services.ts';

/** The number of dependencies read in one call. */
const PAGE = 100;

/**
 * Makes the outcome of a job that fails for one it waited for. If that one was retried meanwhile, or cannot be read,
 * the job is given back, to be looked at again. Never rejects.
 */
export async function refuseDoomed(
  services: RunServices,
  job: JobRecord,
): Promise<{ outcome: Outcome; error?: JobsError }> {
  try {
    const failed = await findFailed(services, job.id);
    if (failed === undefined) return { outcome: { type: 'unstarted' } };
    const error = dependencyFailedError(failed);
    const { failures = [] } = job;
    const outcome = { type: 'fail', error: serializeError(error), failures, attemptUsed: false };
    return { outcome: outcome as Outcome, error };
  } catch (error) {
    services.reportError(error, { jobId: job.id, name: job.name });
    return { outcome: { type: 'unstarted' } };
  }
}

/** Finds the job for which one fails: none whose failure did not keep it from running. */
async function findFailed(
  { backend, queue }: RunServices,
  id: string,
): Promise<DependencyRecord | undefined> {
  const job = { queueName: queue.name, id };
  for await (const page of dependencyPages(backend, { job, unmet: true, limit: PAGE })) {
    const failed = page.find(({ status, isTolerated }) => hasFailed(status) && !isTolerated);
    if (failed !== undefined) return failed;
  }
  return undefined;
}

function hasFailed(status: DependencyRecord['status']): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'removed';
}

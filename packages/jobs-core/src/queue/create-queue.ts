import type { JobDefinitions } from './known-jobs.ts';
import { Queue } from './queue.ts';
import type { BackendQueueOptions } from './queue-options.ts';

/**
 * Makes a queue over a backend. `@philjs/jobs-memory` and `@philjs/jobs-redis` export a
 * `createQueue` of their own with the backend filled in; swapping them is one import.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: BackendQueueOptions<TJobs>,
): Queue<TJobs> {
  return new Queue(options);
}

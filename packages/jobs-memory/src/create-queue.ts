import type { JobDefinitions } from '@philjs/jobs-core';
import { InMemoryQueue, type InMemoryQueueOptions } from './in-memory-queue.ts';

/**
 * Makes a queue that keeps its jobs in this process's memory. Queues of one name in one process share their jobs. For
 * production import `createQueue` from `@philjs/jobs-redis` instead; nothing else changes.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queue = createQueue({ jobs: [sendEmail] });
 * await queue.process();
 * const job = await queue.enqueue(sendEmail, { to: 'ada@example.com' });
 * console.log(await queue.waitFor(job));
 * await queue.close();
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: InMemoryQueueOptions<TJobs> = {},
): InMemoryQueue<TJobs> {
  return new InMemoryQueue(options);
}

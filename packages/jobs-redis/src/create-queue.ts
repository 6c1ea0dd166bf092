import type { JobDefinitions } from '@philjs/jobs-core';
import { RedisQueue, type RedisQueueOptions } from './redis-queue.ts';

/**
 * Makes a queue that keeps its jobs on Redis, for any number of processes and machines. Queues of one
 * name and prefix share their jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queue = createQueue({ jobs: [sendEmail], redis: process.env.REDIS_URL });
 * await queue.process();
 * const job = await queue.enqueue(sendEmail, { to: 'ada@example.com' });
 * console.log(await queue.waitFor(job));
 * await queue.close();
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: RedisQueueOptions<TJobs> = {},
): RedisQueue<TJobs> {
  return new RedisQueue(options);
}

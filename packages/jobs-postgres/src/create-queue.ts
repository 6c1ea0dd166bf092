import type { JobDefinitions } from '@philjs/jobs-core';
import { PostgresQueue, type PostgresQueueOptions } from './postgres-queue.ts';

/**
 * Makes a queue that keeps its jobs on PostgreSQL, for any number of processes and machines. Queues of one name
 * and schema share their jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queue = createQueue({ jobs: [sendEmail], postgres: process.env.DATABASE_URL });
 * await queue.process();
 * const job = await queue.enqueue(sendEmail, { to: 'ada@example.com' });
 * console.log(await queue.waitFor(job));
 * await queue.close();
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: PostgresQueueOptions<TJobs> = {},
): PostgresQueue<TJobs> {
  return new PostgresQueue(options);
}

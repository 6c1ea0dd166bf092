import type { JobDefinitions } from '@philjs/jobs-core';
import { SqliteQueue, type SqliteQueueOptions } from './sqlite-queue.ts';

/**
 * Makes a queue that keeps its jobs in a SQLite file, for all processes of one machine. Queues of one name
 * and file share their jobs.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queue = createQueue({ jobs: [sendEmail], path: './jobs.sqlite' });
 * await queue.process();
 * const job = await queue.enqueue(sendEmail, { to: 'ada@example.com' });
 * console.log(await queue.waitFor(job));
 * await queue.close();
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: SqliteQueueOptions<TJobs> = {},
): SqliteQueue<TJobs> {
  return new SqliteQueue(options);
}

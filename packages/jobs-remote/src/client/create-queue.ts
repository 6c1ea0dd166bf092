import type { JobDefinitions } from '@philjs/jobs-core';
import { RemoteQueue, type RemoteQueueOptions } from './remote-queue.ts';

/**
 * Makes a queue that keeps its jobs on a server, over HTTP. It is used as every other queue.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queue = createQueue({ url: 'https://jobs.example.com', token: process.env.PHILJS_JOBS_TOKEN, jobs: [sendEmail] });
 * const job = await queue.enqueue(sendEmail, { to: 'ada@example.com' });
 * console.log(await queue.waitFor(job));
 * await queue.close();
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: RemoteQueueOptions<TJobs>,
): RemoteQueue<TJobs> {
  return new RemoteQueue(options);
}

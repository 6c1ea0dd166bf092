import { type IQueue, invalidArgument, type JobDefinitions } from '@philjs/jobs-core';

/**
 * Checks that something is a queue.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkQueue<TJobs extends JobDefinitions>(queue: IQueue<TJobs>): IQueue<TJobs> {
  const { prepare, backend } = (queue ?? {}) as Partial<IQueue<TJobs>>;
  if (typeof prepare === 'function' && typeof backend === 'object') return queue;
  throw invalidArgument('queue', 'a queue', queue, 'Make one with `createQueue`.');
}

import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  type QueueParts,
  refuseBackend,
} from '@philjs/jobs-core/backend';
import { redisBackend } from './redis-backend.ts';
import type { RedisQueueOptions } from './redis-queue.ts';

/**
 * Makes many queues, used as one, that keep their jobs on one Redis, over shared connections: each job goes to the queue of its
 * definition.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share, and where their jobs are
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queues = createQueues({ emails: { concurrency: 20 }, reports: {} }, { jobs: [sendEmail, buildReport], redis: process.env.REDIS_URL });
 * await queues.process();
 * await queues.enqueue(sendEmail, { to: 'ada@example.com' });
 * await queues.close();
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: Omit<RedisQueueOptions<TShared>, 'name'> = {},
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  refuseBackend(options);
  const { redis, prefix, hashTag, enqueueTimeout, maxEvents, ...shared } = options;
  return createQueuesOver(parts, {
    ...shared,
    backend: redisBackend({ redis, prefix, hashTag, enqueueTimeout, maxEvents }),
  });
}

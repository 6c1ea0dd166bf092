import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  Queue,
  type QueueOptions,
  type QueueParts,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import type { RedisBackendOptions } from './connection/redis-options.ts';
import { REDIS_OPTION_NAMES, redisBackend } from './redis-backend.ts';

/** The options of a queue on Redis: those of every queue, and where the server is. */
export interface RedisQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    RedisBackendOptions {}

/** A queue whose jobs are on Redis. */
export class RedisQueue<TJobs extends JobDefinitions = JobDefinitions> extends Queue<TJobs> {
  /**
   * Makes a queue; connects when it is first used.
   *
   * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
   */
  constructor(options: RedisQueueOptions<TJobs> = {}) {
    super(onRedis(options, { many: false }));
  }
}

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
  return createQueuesOver(parts, onRedis(options, { many: true }));
}

/** Replaces the options of the backend by the backend. */
function onRedis<TOptions extends RedisBackendOptions>(options: TOptions, how: { many: boolean }) {
  refuseBackend(options, { own: REDIS_OPTION_NAMES, ...how });
  const { redis, prefix, hashTag, enqueueTimeout, maxEvents, ...rest } = options;
  const backend = redisBackend({ redis, prefix, hashTag, enqueueTimeout, maxEvents });
  return { ...rest, backend };
}

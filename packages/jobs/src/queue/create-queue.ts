import {
  type JobDefinitions,
  Queue,
  type QueueOptions,
  refuseBackend,
} from '@philjs/jobs-core/backend';
import { chooseBackend } from './choose-backend.ts';

/** The options of a queue that chooses its backend: those of every queue, and where Redis is. */
export interface AutoQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs> {
  /**
   * Where Redis is: a URL, ioredis options, or an ioredis client or Cluster. Needs
   * `@philjs/jobs-redis`. @default `REDIS_URL`; without it the jobs are kept in memory
   */
  readonly redis?: string | object | undefined;
  /** What all keys in Redis start with; see `@philjs/jobs-redis`. Means nothing in memory. */
  readonly prefix?: string | undefined;
}

/**
 * Makes a queue, on Redis when `redis` or the environment's `REDIS_URL` is given, in memory otherwise,
 * and logs which and why.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when Redis is asked for but
 * `@philjs/jobs-redis` is not installed
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: AutoQueueOptions<TJobs> = {},
): Queue<TJobs> {
  refuseBackend(options);
  const { redis, prefix, ...rest } = options;
  const { backend, why } = chooseBackend({ redis, prefix });
  const queue = new Queue({ ...rest, backend });
  queue.logger.info(why);
  return queue;
}

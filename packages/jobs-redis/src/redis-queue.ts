import {
  type JobDefinitions,
  Queue,
  type QueueOptions,
  refuseBackend,
} from '@philjs/jobs-core/backend';
import type { RedisBackendOptions } from './connection/redis-options.ts';
import { redisBackend } from './redis-backend.ts';

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
    refuseBackend(options);
    const { redis, prefix, hashTag, enqueueTimeout, maxEvents, ...rest } = options;
    super({
      ...rest,
      backend: redisBackend({ redis, prefix, hashTag, enqueueTimeout, maxEvents }),
    });
  }
}

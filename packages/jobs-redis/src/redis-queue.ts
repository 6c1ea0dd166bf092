import { invalidArgument, type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
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
    if ((options as { backend?: unknown }).backend !== undefined) {
      throw invalidArgument(
        'backend',
        'absent: this queue brings its own',
        (options as { backend?: unknown }).backend,
        "For another one import `createQueue` from '@philjs/jobs-core'.",
      );
    }
    const { redis, prefix, hashTag, enqueueTimeout, maxEvents, ...rest } = options;
    super({
      ...rest,
      backend: redisBackend({ redis, prefix, hashTag, enqueueTimeout, maxEvents }),
    });
  }
}

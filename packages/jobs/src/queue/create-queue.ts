import {
  type JobDefinitions,
  Queue,
  type QueueOptions,
  refuseBackend,
} from '@philjs/jobs-core/backend';
import { chooseBackend, type StoreOptions } from './choose-backend.ts';

/** The options of a queue that chooses its backend: those of every queue, and where its jobs are kept. */
export interface AutoQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    StoreOptions {}

/**
 * Makes a queue where its options `redis`, `postgres` or `path` say; without one of them on Redis when the
 * environment has a `REDIS_URL`, on PostgreSQL or in a SQLite file when `DATABASE_URL` is a `postgres:` or
 * `sqlite:` address, and in memory otherwise. Logs which and why.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when the package of the store asked for is
 * not installed
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: AutoQueueOptions<TJobs> = {},
): Queue<TJobs> {
  refuseBackend(options);
  const { redis, prefix, postgres, schema, migrate, listen, path, synchronous, ...rest } = options;
  const store = { redis, prefix, postgres, schema, migrate, listen, path, synchronous };
  const { backend, why } = chooseBackend(store);
  const queue = new Queue({ ...rest, backend });
  queue.logger.info(why);
  return queue;
}

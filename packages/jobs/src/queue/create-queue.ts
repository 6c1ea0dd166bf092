import { type JobDefinitions, Queue, type QueueOptions } from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import {
  chooseBackend,
  STORE_OPTION_HINTS,
  STORE_OPTION_NAMES,
  type StoreOptions,
} from './choose-backend.ts';
import { noteStoreOption } from './store-option.ts';
import { tellChoice } from './tell-choice.ts';

/** The options of a queue that chooses its backend: those of every queue, and those of its store. */
export interface AutoQueueOptions<TJobs extends JobDefinitions = JobDefinitions>
  extends QueueOptions<TJobs>,
    StoreOptions {}

/**
 * Makes a queue in the store of its option `redis`, `postgres` or `path`. Without one of them it uses Redis when
 * the environment has a `REDIS_URL`, PostgreSQL or a SQLite file when `DATABASE_URL` is a `postgres:` or
 * `sqlite:` address, and memory otherwise. Logs the choice and its reason, once to a logger.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when the package of the chosen store is
 * not installed, `JOBS_BACKEND_UNAVAILABLE` when it cannot be loaded
 */
export function createQueue<const TJobs extends JobDefinitions = JobDefinitions>(
  options: AutoQueueOptions<TJobs> = {},
): Queue<TJobs> {
  refuseBackend(options, { own: STORE_OPTION_NAMES, hints: STORE_OPTION_HINTS });
  const { redis, prefix, postgres, schema, migrate, listen, path, synchronous, ...rest } = options;
  const store = { redis, prefix, postgres, schema, migrate, listen, path, synchronous };
  const { backend, why } = chooseBackend(store);
  const queue = new Queue({ ...rest, backend });
  noteStoreOption([queue], store);
  tellChoice(queue, why, options.logger);
  return queue;
}

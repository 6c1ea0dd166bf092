import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  type QueueParts,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { chooseBackend, STORE_OPTION_HINTS, STORE_OPTION_NAMES } from './choose-backend.ts';
import type { AutoQueueOptions } from './create-queue.ts';
import { noteStoreOption } from './store-option.ts';
import { tellChoice } from './tell-choice.ts';

/**
 * Makes many queues, used as one, in one store, which it chooses as `createQueue` does: each job goes to the queue of
 * its definition. Logs the choice and its reason once.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share, and where their jobs are
 * @throws JobsError `JOBS_INVALID_ARGUMENT`; `JOBS_NOT_SUPPORTED` when the package of the chosen store is
 * not installed, `JOBS_BACKEND_UNAVAILABLE` when it cannot be loaded
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: Omit<AutoQueueOptions<TShared>, 'name'> = {},
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  refuseBackend(options, { own: STORE_OPTION_NAMES, hints: STORE_OPTION_HINTS, many: true });
  const { redis, prefix, postgres, schema, migrate, listen, path, synchronous, ...shared } =
    options;
  const store = { redis, prefix, postgres, schema, migrate, listen, path, synchronous };
  const { backend, why } = chooseBackend(store);
  const queues = createQueuesOver(parts, { ...shared, backend });
  noteStoreOption(queues.all, store);
  tellChoice(queues.all[0], why, options.logger);
  return queues;
}

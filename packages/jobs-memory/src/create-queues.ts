import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  type QueueParts,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import type { InMemoryQueueOptions } from './in-memory-queue.ts';
import { MEMORY_OPTION_NAMES, memoryBackend } from './memory-backend.ts';

/**
 * Makes many queues, used as one, that keep their jobs in this process's memory: each job goes to the queue of its
 * definition.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share, and where their jobs are
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queues = createQueues({ emails: { concurrency: 20 }, reports: {} }, { jobs: [sendEmail, buildReport] });
 * await queues.process();
 * await queues.enqueue(sendEmail, { to: 'ada@example.com' });
 * await queues.close();
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: Omit<InMemoryQueueOptions<TShared>, 'name'> = {},
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  refuseBackend(options, { own: MEMORY_OPTION_NAMES, many: true });
  const { store, nonAtomicTransactions, ...shared } = options;
  const backend = memoryBackend({ store, nonAtomicTransactions });
  return createQueuesOver(parts, { ...shared, backend });
}

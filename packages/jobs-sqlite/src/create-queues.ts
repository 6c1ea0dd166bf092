import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  type QueueParts,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { sqliteBackend } from './sqlite-backend.ts';
import { SQLITE_OPTION_NAMES } from './sqlite-options.ts';
import type { SqliteQueueOptions } from './sqlite-queue.ts';

/**
 * Makes many queues, used as one, that keep their jobs in one SQLite file: each job goes to the queue of its
 * definition.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share, and where their jobs are
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queues = createQueues({ emails: { concurrency: 20 }, reports: {} }, { jobs: [sendEmail, buildReport], path: './jobs.sqlite' });
 * await queues.process();
 * await queues.enqueue(sendEmail, { to: 'ada@example.com' });
 * await queues.close();
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: Omit<SqliteQueueOptions<TShared>, 'name'> = {},
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  refuseBackend(options, { own: SQLITE_OPTION_NAMES, many: true });
  const { path, synchronous, driver, ...shared } = options;
  const backend = sqliteBackend({ path, synchronous, driver });
  return createQueuesOver(parts, { ...shared, backend });
}

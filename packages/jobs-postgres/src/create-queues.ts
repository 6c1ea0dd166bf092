import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  type QueueParts,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { postgresBackend } from './postgres-backend.ts';
import { POSTGRES_OPTION_NAMES } from './postgres-options.ts';
import type { PostgresQueueOptions } from './postgres-queue.ts';

/**
 * Makes many queues, used as one, that keep their jobs on one PostgreSQL, over one pool: each job goes to the queue of its
 * definition.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share, and where their jobs are
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 * @example
 * const queues = createQueues({ emails: { concurrency: 20 }, reports: {} }, { jobs: [sendEmail, buildReport], postgres: process.env.DATABASE_URL });
 * await queues.process();
 * await queues.enqueue(sendEmail, { to: 'ada@example.com' });
 * await queues.close();
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: Omit<PostgresQueueOptions<TShared>, 'name'> = {},
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  refuseBackend(options, { own: POSTGRES_OPTION_NAMES, many: true });
  const { postgres, schema, migrate, listen, ...shared } = options;
  return createQueuesOver(parts, {
    ...shared,
    backend: postgresBackend({ postgres, schema, migrate, listen }),
  });
}

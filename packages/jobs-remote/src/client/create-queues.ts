import {
  createQueues as createQueuesOver,
  type IQueues,
  type JobDefinitions,
  type JobsByQueue,
  type JobsOfParts,
  type QueueParts,
} from '@philjs/jobs-core';
import { refuseBackend } from '@philjs/jobs-core/internal';
import { remoteBackend } from './remote-backend.ts';
import { REMOTE_OPTION_NAMES } from './remote-options.ts';
import type { RemoteQueueOptions } from './remote-queue.ts';

/**
 * Makes many queues, used as one, that keep their jobs on one server: each job goes to the queue of its definition.
 *
 * @param parts - the options of each queue, by its name
 * @param options - what they share, and where the server is
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function createQueues<
  const TParts extends QueueParts,
  const TShared extends JobDefinitions = readonly [],
>(
  parts: TParts,
  options: Omit<RemoteQueueOptions<TShared>, 'name'>,
): IQueues<keyof TParts & string, JobsOfParts<TParts, TShared>, JobsByQueue<TParts>> {
  refuseBackend(options, { own: REMOTE_OPTION_NAMES, many: true });
  const { url, token, fetch, capabilities, ...shared } = options;
  const backend = remoteBackend({ url, token, fetch, capabilities });
  return createQueuesOver(parts, { ...shared, backend });
}

import { JobsError } from '@philjs/jobs-core';
import { isCluster } from '../connection/client.ts';
import type { QueueStore } from '../store/queue-store.ts';

/**
 * Ensures that one script can reach all queues of the prefix: on a Cluster they have to be in one hash slot.
 *
 * @throws JobsError `JOBS_NOT_SUPPORTED`
 */
export function refuseManySlots({ link, key }: QueueStore): void {
  if (!isCluster(link.client) || /\{[^{}]+\}.*:[^:]*:$/.test(key(''))) return;
  throw new JobsError(
    'JOBS_NOT_SUPPORTED',
    'Jobs that wait for others need all queues of a prefix on one node of a Cluster. Leave `hashTag` on, or give a `prefix` with a part in braces.',
    { details: { backend: 'redis', capability: 'workflows' } },
  );
}

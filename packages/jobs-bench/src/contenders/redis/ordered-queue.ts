import { createQueue, defineJob, type EnqueueItem } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { fill } from '../memory/fill.ts';
import type { OrderedSetup } from '../memory/ordered-queue.ts';

interface Work {
  readonly tenant: string;
}

/** Says what the queue holds, where it is, and what to do with each start. */
export interface RedisOrderedSetup extends OrderedSetup {
  readonly port: number;
  readonly onStart: () => void;
}

/** Drives a queue of many keys on Redis, one of which has most of the jobs. */
export interface RedisOrderedQueue {
  /** Enqueues the jobs of the large key, then those of the others. */
  fill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Sets up our queue on Redis with an order, at concurrency 50; the definition is the same in each. */
export async function orderedQueue(setup: RedisOrderedSetup): Promise<RedisOrderedQueue> {
  const { order, keys, backlog, jobsPerKey, port, onStart } = setup;
  const work = defineJob({
    name: 'work',
    fairKey: ({ tenant }: Work) => tenant,
    handler: async (_work: Work) => onStart(),
  });
  const backend = redisBackend({ redis: { host: '127.0.0.1', port } });
  const queue = createQueue({ jobs: [work], concurrency: 50, order, backend });
  const itemOf = (tenant: string): EnqueueItem => ({ job: work, payload: { tenant } });
  return {
    fill: async () => {
      await fill(queue as never, backlog, () => itemOf('large'));
      const small = (keys - 1) * jobsPerKey;
      await fill(queue as never, small, (index) => itemOf(`tenant-${index % (keys - 1)}`));
    },
    start: () => queue.process(),
    close: () => queue.close({ timeout: 0 }),
  };
}

import type { OrderPolicy } from '@philjs/jobs-core';
import { createQueue, defineJob, type EnqueueItem } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { tally } from '../tally.ts';
import { fill } from './fill.ts';

interface Work {
  readonly tenant: string;
}

/** Drives a queue of many keys, one of which has most of the jobs. */
export interface OrderedRun {
  /** Enqueues the jobs of the large key, then those of the others. */
  fill(): Promise<void>;
  /** Runs all of them. */
  run(): Promise<unknown>;
  /** Releases everything. */
  close(): Promise<void>;
}

/** Says how many keys and jobs there are. */
export interface OrderedSetup {
  readonly order: OrderPolicy;
  readonly keys: number;
  /** How many jobs one of the keys has. */
  readonly backlog: number;
  /** How many jobs each of the others has. */
  readonly jobsPerKey: number;
}

/** Sets up our queue with an order; the definition is the same in each. */
export async function orderedQueue(setup: OrderedSetup): Promise<OrderedRun> {
  const { order, keys, backlog, jobsPerKey } = setup;
  const work = defineJob({
    name: 'work',
    fairKey: ({ tenant }: Work) => tenant,
    handler: async (_work: Work) => undefined,
  });
  const queue = createQueue({ jobs: [work], concurrency: 16, order, backend: memoryBackend() });
  const all = tally();
  queue.on('completed', all.count);
  queue.on('error', ({ error }) => all.fail(error));
  const small = (keys - 1) * jobsPerKey;
  const itemOf = (tenant: string): EnqueueItem => ({ job: work, payload: { tenant } });
  return {
    fill: async () => {
      await fill(queue as never, backlog, () => itemOf('large'));
      await fill(queue as never, small, (index) => itemOf(`tenant-${index % (keys - 1)}`));
    },
    run: async () => {
      await queue.process();
      await all.reached(backlog + small);
    },
    close: () => queue.close(),
  };
}

import { setTimeout } from 'node:timers/promises';
import { createQueue, defineJob, type JobContext, type JobDefinition } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { fill } from '../memory/fill.ts';
import { type MailPayload, mailPayload } from '../memory/memory-contender.ts';

/** Names the kind of limit of the limited jobs. */
export type Limit = 'none' | 'rate' | 'concurrency';

/** Drives a queue with one limited type of jobs and one unlimited type. */
export interface LimitedQueue {
  /** Enqueues jobs of the limited type. */
  addLimited(count: number): Promise<void>;
  /** Enqueues jobs of the other type. */
  addOthers(count: number): Promise<void>;
  start(): Promise<void>;
  /** Returns how many jobs are not finished. */
  unfinished(): Promise<number>;
  /** Returns how many jobs are ready to run, as reported by the queue. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

/** The options of the limit and of the jobs. */
export interface LimitedSetup {
  readonly port: number;
  readonly limit: Limit;
  /** The limit: starts a second, or jobs at once. */
  readonly most: number;
  /** How long a limited job runs, in milliseconds. */
  readonly limitedMs: number;
  readonly onStart: () => void;
}

/** Sets up our queue on Redis with both types of jobs, at concurrency 16. */
export async function limitedQueue(setup: LimitedSetup): Promise<LimitedQueue> {
  const { port, onStart } = setup;
  const other = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => onStart(),
  });
  const limited = limitedJob(setup);
  const backend = redisBackend({ redis: { host: '127.0.0.1', port } });
  const queue = createQueue({ jobs: [other, limited], concurrency: 16, backend });
  const add = (job: JobDefinition, count: number): Promise<void> =>
    fill(queue, count, (index) => ({ job, payload: mailPayload(index) }));
  return {
    addLimited: (count) => add(limited, count),
    addOthers: (count) => add(other, count),
    start: () => queue.process(),
    unfinished: async () => {
      const { waiting, delayed, active } = await queue.getStats();
      return waiting + delayed + active;
    },
    waiting: async () => (await queue.getStats()).waiting,
    close: () => queue.close({ timeout: 0 }),
  };
}

function limitedJob({ limit, most, limitedMs }: LimitedSetup): JobDefinition {
  const handler = async (_payload: MailPayload, { signal }: JobContext): Promise<void> => {
    if (limitedMs > 0) await setTimeout(limitedMs, undefined, { signal });
  };
  const name = 'call-partner';
  switch (limit) {
    case 'none':
      return defineJob({ name, handler });
    case 'rate':
      return defineJob({ name, handler, rateLimit: { max: most, per: 1000 } });
    case 'concurrency':
      return defineJob({ name, handler, concurrency: most });
  }
}

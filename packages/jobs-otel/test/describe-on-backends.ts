import type { JobDefinitions, Queue, QueueOptions } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { createQueue as createMemoryQueue } from '@philjs/jobs-memory';
import { createQueue as createRedisQueue } from '@philjs/jobs-redis';
import { afterAll, beforeAll, describe } from 'vitest';

/** Makes a queue. */
export type CreateQueue = <const TJobs extends JobDefinitions>(
  options: QueueOptions<TJobs>,
) => Queue<TJobs>;

let server: RedisServer | undefined;

const backends: readonly { readonly name: string; readonly createQueue: CreateQueue }[] = [
  { name: 'memory', createQueue: createMemoryQueue },
  {
    name: 'Redis',
    createQueue: (options) => createRedisQueue({ ...options, redis: server?.url }),
  },
];

/** Writes tests that run with jobs in memory, and on a Redis of their own. */
export function describeOnBackends(title: string, tests: (createQueue: CreateQueue) => void): void {
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server?.stop());
  describe.each(backends)(`${title}, with jobs in $name`, ({ createQueue }) => tests(createQueue));
}

import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Redis, type RedisOptions } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createQueue } from '../src/redis-queue.ts';

/** How answers are mapped has a type of its own in each constructor. */
type Options = Omit<RedisOptions, 'replyMapping'>;

const job = defineJob({ name: 'work', handler: async (n: number) => n });

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** Enqueues, runs and lists jobs over connections with some options; returns the errors that the queue reported. */
async function errorsWith(options: Options, isClient: boolean): Promise<unknown[]> {
  const all = { host: '127.0.0.1', port: server.port, ...options, lazyConnect: true };
  const redis = isClient ? new Redis(all) : all;
  const queue = createQueue({
    redis,
    name: `options-${Object.keys(options).join('-')}-${isClient}`,
    jobs: [job],
  });
  const errors: unknown[] = [];
  queue.on('error', (error) => errors.push(error));
  try {
    await queue.process();
    const jobs = await Promise.all([1, 2, 3].map((n) => queue.enqueue(job, n)));
    expect(await Promise.all(jobs.map((one) => queue.waitFor(one)))).toEqual([1, 2, 3]);
    const { jobs: listed } = await queue.getJobs({ status: ['waiting', 'completed'] });
    expect(listed).toHaveLength(3);
    await sleep(2 * (options.socketTimeout ?? 0));
  } finally {
    await queue.close();
  }
  return errors;
}

test.each([
  { stringNumbers: true },
  { enableAutoPipelining: true },
  { protocol: 3 },
  // Longer than any command takes, and shorter than a read waits for a job.
  { commandTimeout: 4500, socketTimeout: 4500 },
] satisfies Options[])('works with the options %j, in a client or alone', async (options) => {
  expect(await errorsWith(options, false)).toEqual([]);
  expect(await errorsWith(options, true)).toEqual([]);
});

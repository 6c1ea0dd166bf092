import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

// Jobs of limited names wait in no set that BullMQ knows.
const once = defineJob({
  name: 'once',
  rateLimit: { max: 1, per: 3_600_000 },
  handler: async (_payload: { who: string }) => undefined,
});
const each = defineJob({
  name: 'each',
  concurrency: { max: 1, key: ({ who }: { who: string }) => who },
  handler: async () => undefined,
});

let server: RedisServer;
let client: Redis;
let queue: RedisQueue;
let bull: BullQueue;
let number = 0;
beforeAll(async () => {
  server = await RedisServer.start();
  client = openClient(server);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(async () => {
  const name = `parked-${++number}`;
  queue = createQueue({ redis: server.url, name, prefix: 'bull', hashTag: false });
  queue.register(once, each);
  bull = new BullQueue(name, { connection: client });
  await queue.process();
  await queue.stop();
  for (const jobId of ['a', 'b', 'c']) {
    await queue.enqueue(once, { who: jobId }, { jobId: `once-${jobId}` });
    await queue.enqueue(each, { who: jobId }, { jobId: `each-${jobId}` });
  }
});
afterEach(async () => {
  await queue.close();
  await bull.close();
});

async function waiting(): Promise<{ ids: string[]; counted: number }> {
  const { jobs } = await queue.getJobs({ status: 'waiting', limit: 100 });
  return { ids: jobs.map(({ id }) => id).sort(), counted: (await queue.getStats()).waiting };
}

test('counts what it lists after BullMQ has removed a parked job', async () => {
  await bull.remove('once-b');
  await bull.remove('each-b');
  const ids = ['each-a', 'each-c', 'once-a', 'once-c'];
  expect(await waiting()).toEqual({ ids, counted: 4 });
  await queue.setLimits('once', { rateLimit: null });
  await queue.process();
  await until(async () => (await queue.getStats()).completed === 4);
  expect(await waiting()).toEqual({ ids: [], counted: 0 });
});

test('counts without a list what is left after BullMQ has removed parked jobs', async () => {
  const counted = async (): Promise<number> => (await queue.getStats()).waiting;
  await bull.remove('once-b');
  await bull.remove('each-b');
  expect(await counted()).toBe(4);
  await queue.setOrder('fair');
  await bull.remove('once-a');
  expect(await counted()).toBe(3);
  expect(await waiting()).toEqual({ ids: ['each-a', 'each-c', 'once-c'], counted: 3 });
});

test('keeps parked jobs, and their limits, when BullMQ obliterates the queue', async () => {
  await bull.obliterate({ force: true });
  const ids = ['each-a', 'each-b', 'each-c', 'once-a', 'once-b', 'once-c'];
  expect(await waiting()).toEqual({ ids, counted: 6 });
  expect(await queue.getJob('once-b')).toMatchObject({ status: 'waiting' });
  expect(await queue.removeJob('each-b')).toBe(true);
  await queue.process();
  await until(async () => (await queue.getStats()).completed === 3);
  expect(await waiting()).toEqual({ ids: ['once-b', 'once-c'], counted: 2 });
  expect((await queue.explain('once-b')).reasons).toMatchObject([{ reason: 'rate-limited' }]);
});

test('takes up the limits of an obliterated queue without anyone reading a job', async () => {
  await bull.obliterate({ force: true });
  await queue.process();
  await until(async () => (await queue.getStats()).completed === 4);
  expect(await waiting()).toEqual({ ids: ['once-b', 'once-c'], counted: 2 });
});

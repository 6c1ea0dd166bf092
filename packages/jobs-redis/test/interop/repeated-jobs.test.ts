import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';

const HOUR_MS = 3_600_000;
const tick = defineJob({ name: 'tick', handler: async ({ n }: { n: number }) => n + 1 });

let server: RedisServer;
let queue: RedisQueue;
let bull: BullQueue;
let id: string;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  const name = `repeated-${Date.now()}`;
  queue = createQueue({ redis: server.url, name, prefix: 'bull', hashTag: false, jobs: [tick] });
  bull = new BullQueue(name, { connection: { port: server.port } });
  const startDate = new Date(Date.now() + HOUR_MS);
  const job = await bull.upsertJobScheduler(
    'hourly',
    { every: HOUR_MS, startDate },
    { name: 'tick', data: { n: 1 } },
  );
  id = job?.id ?? '';
});
afterEach(async () => {
  await queue.close();
  await bull.close();
});

test('reads, lists and explains a job that a scheduler of BullMQ added', async () => {
  expect(id).toMatch(/^repeat:hourly:\d+$/);
  expect(await queue.getJob(id)).toMatchObject({ id, status: 'delayed', payload: { n: 1 } });
  expect((await queue.getJobs({ status: 'delayed' })).jobs).toMatchObject([{ id }]);
  expect(await queue.explain(id)).toMatchObject({ status: 'delayed' });
});

test('promotes it, runs it, and has its scheduler add the next one', async () => {
  expect(await queue.promoteJob(id)).toBe(true);
  expect((await queue.explain(id)).status).toBe('waiting');
  await queue.process();
  expect(await queue.waitFor(id)).toBe(2);
  const { jobs } = await queue.getJobs({ status: 'delayed' });
  expect(jobs).toHaveLength(1);
  expect(jobs[0]?.id).toMatch(/^repeat:hourly:\d+$/);
  expect(jobs[0]?.id).not.toBe(id);
});

test('removes and cancels it by its id', async () => {
  expect(await queue.cancelJob(id)).toBe('cancelled');
  expect(await queue.getJob(id)).toMatchObject({ status: 'failed' });
  expect(await queue.removeJob(id)).toBe(true);
  expect(await queue.getJob(id)).toBeUndefined();
});

test.each([
  ['removed', () => queue.removeJob(id)],
  ['cancelled', () => queue.cancelJob(id)],
])('has the scheduler of a %s job go on with the next one', async (_, end) => {
  await end();
  const { jobs } = await queue.getJobs({ status: 'delayed' });
  expect(jobs).toHaveLength(1);
  expect(jobs[0]?.id).toMatch(/^repeat:hourly:\d+$/);
  expect(jobs[0]?.id).not.toBe(id);
});

test('removes and cancels the last job of a scheduler', async () => {
  const every = { every: HOUR_MS, limit: 1 };
  const [removed, cancelled] = await Promise.all(
    ['first', 'second'].map((name) => bull.upsertJobScheduler(name, every, { name: 'tick' })),
  );
  expect(await queue.removeJob(removed?.id ?? '')).toBe(true);
  expect(await queue.cancelJob(cancelled?.id ?? '')).toBe('cancelled');
});

import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue, FlowProducer } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';
import { until } from '../server/until.ts';

const work = defineJob({ name: 'work', handler: async () => 'done' });

let server: RedisServer;
let flows: FlowProducer;
let bull: BullQueue;
let queue: RedisQueue;
let queues = 0;
beforeAll(async () => {
  server = await RedisServer.start();
  flows = new FlowProducer({ connection: { port: server.port } });
});
afterAll(async () => {
  await flows.close();
  await server.stop();
});
beforeEach(() => {
  const name = `flows-${++queues}`;
  queue = createQueue({ redis: server.url, name, prefix: 'bull', hashTag: false, jobs: [work] });
  bull = new BullQueue(name, { connection: { port: server.port } });
});
afterEach(async () => {
  await queue.close();
  await bull.close();
});

async function addFlow(opts: { failParentOnFailure?: boolean; delay?: number } = {}) {
  const child = { name: 'work', queueName: queue.name, opts: { ...opts, jobId: 'child' } };
  const parent = { name: 'work', queueName: queue.name, opts: { jobId: 'parent' } };
  await flows.add({ ...parent, children: [child] });
}

test.each([{}, { delay: 60_000 }])('lets the parent of a removed child %j go on', async (opts) => {
  await addFlow(opts);
  expect(await queue.removeJob('child')).toBe(true);
  expect(await queue.getJob('child')).toBeUndefined();
  expect(await bull.getJobState('parent')).toBe('waiting');
  await queue.process();
  expect(await queue.waitFor('parent')).toBe('done');
});

test('lets the parent of a cleared child go on, which is in another queue', async () => {
  const parents = new BullQueue(`${queue.name}-parents`, { connection: { port: server.port } });
  const children = [{ name: 'work', queueName: queue.name }];
  const { job } = await flows.add({ name: 'parent', queueName: parents.name, children });
  expect(await queue.clear()).toBe(1);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
  expect(await job.getState()).toBe('waiting');
  await parents.close();
});

test('removes a child together with its parent', async () => {
  await addFlow();
  expect(await queue.removeJobs({ ids: ['child', 'parent'] })).toBe(2);
  expect(await queue.getStats()).toMatchObject({ total: 0 });
});

test('removes a child whose parent is gone', async () => {
  await addFlow();
  expect(await queue.removeJob('parent')).toBe(true);
  expect(await queue.removeJob('child')).toBe(true);
  expect(await queue.getJob('child')).toBeUndefined();
});

test.each([{}, { delay: 60_000 }])(
  'fails the parent that a cancelled child %j is to fail',
  async (opts) => {
    await addFlow({ ...opts, failParentOnFailure: true });
    expect(await queue.cancelJob('child')).toBe('requested');
    await queue.process();
    await until(async () => (await bull.getJobState('parent')) === 'failed');
    expect(await queue.getJob('child')).toMatchObject({
      status: 'failed',
      error: { code: 'JOBS_CANCELLED' },
    });
  },
);

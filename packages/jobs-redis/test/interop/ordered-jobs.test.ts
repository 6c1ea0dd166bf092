import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Link } from '../../src/connection/link.ts';
import { storeOrderScript } from '../../src/parts/redis-order-store.ts';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';
import { Channels } from '../../src/store/channels.ts';
import { QueueStore } from '../../src/store/queue-store.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

interface Work {
  readonly tenant: string;
}

let started: string[] = [];
const work = defineJob({
  name: 'work',
  fairKey: ({ tenant }: Work) => tenant,
  handler: (_payload: Work, { jobId }) => {
    started.push(jobId);
  },
});
const once = defineJob({
  name: 'once',
  concurrency: 1,
  fairKey: ({ tenant }: Work) => tenant,
  handler: (_payload: Work, { jobId }) => {
    started.push(jobId);
  },
});

let server: RedisServer;
let client: Redis;
let queue: RedisQueue;
let bull: BullQueue;
let name: string;
let number = 0;
beforeAll(async () => {
  server = await RedisServer.start();
  client = openClient(server);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(() => {
  started = [];
  name = `ordered-${++number}`;
  queue = createQueue({ redis: server.url, name, prefix: 'bull', hashTag: false, concurrency: 1 });
  queue.register(work, once);
  bull = new BullQueue(name, { connection: client });
});
afterEach(async () => {
  await queue.close();
  await bull.close();
});

async function add(...ids: string[]): Promise<void> {
  for (const jobId of ids) await queue.enqueue(work, { tenant: jobId[0] ?? '' }, { jobId });
}

async function run(count: number): Promise<string[]> {
  await queue.process();
  await until(() => started.length >= count);
  await queue.stop();
  return started;
}

async function waiting(): Promise<{ ids: string[]; counted: number }> {
  const { jobs } = await queue.getJobs({ status: 'waiting', limit: 100 });
  return { ids: jobs.map(({ id }) => id).sort(), counted: (await queue.getStats()).waiting };
}

/** Stores an order as a process does that ends before it has moved any job. */
async function storeOnly(policy: string): Promise<void> {
  const link = new Link(client, 30_000);
  const channels = new Channels(() => client, 30_000);
  const store = new QueueStore({ link, channels }, 'bull', name);
  await store.run(storeOrderScript, { policy, age: '', adopts: '0' });
}

test('shows BullMQ none of the jobs that stand in an order, in counts and lists alike', async () => {
  await queue.setOrder('fair');
  await add('a1', 'a2', 'b1');
  const counts = await bull.getJobCounts();
  expect(counts).toMatchObject({ waiting: 0, prioritized: 0, delayed: 0, active: 0 });
  expect(await bull.getJobs(['wait', 'prioritized'])).toEqual([]);
  expect(await waiting()).toEqual({ ids: ['a1', 'a2', 'b1'], counted: 3 });
});

test('lets BullMQ find a job that stands in an order by its id, in no state it knows', async () => {
  await queue.setOrder('fair');
  await add('a1');
  const job = await bull.getJob('a1');
  expect(job).toMatchObject({ name: 'work', data: { tenant: 'a' } });
  expect(await job?.getState()).toBe('unknown');
  await bull.drain(true);
  expect(await waiting()).toEqual({ ids: ['a1'], counted: 1 });
});

test('puts a job into its order that BullMQ retries or promotes', async () => {
  await queue.setOrder('fair');
  const fails = defineJob({
    name: 'fails',
    attempts: 1,
    fairKey: ({ tenant }: Work) => tenant,
    handler: (_payload: Work, { jobId }) => {
      started.push(jobId);
      if (started.length === 1) throw new Error('as it must');
    },
  });
  queue.register(fails);
  await queue.enqueue(fails, { tenant: 'f' }, { jobId: 'f1' });
  await run(1);
  await queue.enqueue(work, { tenant: 'd' }, { jobId: 'd1', delay: 3_600_000 });
  await add('a1', 'a2');
  await (await bull.getJob('f1'))?.retry();
  await (await bull.getJob('d1'))?.promote();
  expect((await waiting()).ids).toEqual(['a1', 'a2', 'd1', 'f1']);
  expect((await run(5)).slice(1).sort()).toEqual(['a1', 'a2', 'd1', 'f1']);
  expect(started.at(-1)).toBe('a2');
});

test('starts no job of an ordered queue in a raw worker', async () => {
  await queue.setOrder('fair');
  await add('a1', 'a2');
  const seen: unknown[] = [];
  const worker = new BullWorker(name, async (job) => seen.push(job.id), {
    connection: { port: server.port },
  });
  await bull.add('raw', {});
  await until(() => seen.length === 1);
  await worker.close();
  expect(await waiting()).toEqual({ ids: ['a1', 'a2'], counted: 2 });
  expect(await run(2)).toEqual(['a1', 'a2']);
});

test('gives jobs that BullMQ added turns like any others', async () => {
  queue.register(
    defineJob({ name: 'raw', handler: (_payload, { jobId }) => void started.push(jobId) }),
  );
  await queue.setOrder('fair');
  await add('a1', 'a2', 'a3');
  await bull.add('raw', {}, { jobId: 'raw-1' });
  await bull.add('raw', {}, { jobId: 'raw-2', priority: 1_048_576 });
  expect(await run(5)).toEqual(['a1', 'raw-2', 'a2', 'raw-1', 'a3']);
});

test('explains a job that BullMQ added and no worker has put into the order yet', async () => {
  await queue.setOrder('deadline');
  await bull.add('work', {}, { jobId: 'raw-1' });
  await bull.add('work', {}, { jobId: 'raw-2' });
  await bull.add('work', {}, { jobId: 'raw-3', priority: 1 });
  for (const [id, ahead] of [
    ['raw-1', 0],
    ['raw-2', 1],
    ['raw-3', 0],
  ] as const) {
    expect((await queue.explain(id)).place).toMatchObject({ ahead });
  }
});

test('counts what it lists after BullMQ has removed an ordered job', async () => {
  await queue.setOrder('fair');
  await add('a1', 'a2', 'b1');
  await bull.remove('a1');
  expect(await waiting()).toEqual({ ids: ['a2', 'b1'], counted: 2 });
  expect(await run(2)).toEqual(['a2', 'b1']);
});

test('keeps ordered jobs, and the order, when BullMQ obliterates the queue', async () => {
  await queue.setOrder('fair');
  await add('a1', 'a2', 'b1');
  await bull.obliterate({ force: true });
  expect(await queue.getJob('a1')).toMatchObject({ status: 'waiting' });
  expect(await waiting()).toEqual({ ids: ['a1', 'a2', 'b1'], counted: 3 });
  expect(await run(3)).toEqual(['a1', 'b1', 'a2']);
});

test('moves waiting jobs, limited ones too, into an order and out of it again', async () => {
  await queue.setLimits('once', { concurrency: 1 });
  await add('a1', 'a2', 'b1');
  await queue.enqueue(once, { tenant: 'c' }, { jobId: 'c1' });
  const ids = ['a1', 'a2', 'b1', 'c1'];
  await queue.setOrder('fair');
  expect(await waiting()).toEqual({ ids, counted: 4 });
  expect(await bull.getPrioritizedCount()).toBe(0);
  await queue.setOrder('fifo');
  expect(await waiting()).toEqual({ ids, counted: 4 });
  const listed = await bull.getPrioritized();
  expect(listed.map(({ id }) => id)).toEqual(ids);
  expect(await run(4)).toEqual(ids);
});

test('leaves no key of an order behind when its jobs have run', async () => {
  await queue.setOrder('fair');
  await queue.setLimits('once', { concurrency: 1 });
  await add('a1', 'a2', 'b1');
  await queue.enqueue(once, { tenant: 'c' }, { jobId: 'c1' });
  await queue.setOrder('ageing');
  await run(4);
  const left = (await client.keys(`bull:${name}:pj:o*`)).map((key) => key.split(':pj:')[1]);
  expect(left.sort()).toEqual(['order', 'order-revision']);
});

test('lets workers move the jobs into an order when the process that set it is gone', async () => {
  await add('a1', 'a2', 'b1');
  await storeOnly('fair');
  expect(await run(3)).toEqual(['a1', 'b1', 'a2']);
});

test('lets workers move the jobs out of an order when the process that set it is gone', async () => {
  await queue.setOrder('fair');
  await add('a1', 'a2', 'b1');
  await storeOnly('fifo');
  await add('c1');
  expect(await waiting()).toEqual({ ids: ['a1', 'a2', 'b1', 'c1'], counted: 4 });
  expect(await run(4)).toEqual(['a1', 'b1', 'a2', 'c1']);
  expect(await client.exists(`bull:${name}:pj:lineup`)).toBe(0);
});

test('gives a retry by hand a new arrival in an ageing order', async () => {
  await queue.setOrder('ageing');
  const delay = 3_600_000;
  await queue.enqueue(work, { tenant: 'a' }, { jobId: 'late', delay });
  await queue.enqueue(work, { tenant: 'a' }, { jobId: 'now' });
  await queue.promoteJob('late');
  expect(await run(2)).toEqual(['now', 'late']);
});

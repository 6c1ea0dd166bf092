import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { Queue as BullQueue, Worker as BullWorker, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { RedisQueue } from '../../src/redis-queue.ts';
import { createQueue } from '../../src/redis-queue.ts';
import { openClient } from '../server/open-client.ts';
import { until } from '../server/until.ts';

const greet = defineJob({
  name: 'greet',
  attempts: 2,
  backoff: { type: 'fixed', delay: 10 },
  handler: async (payload: { name: string }, ctx) => {
    if (payload.name === 'nobody') throw new Error('there is nobody');
    await ctx.updateProgress(50);
    return `Hello ${payload.name}`;
  },
});

const chatty = defineJob({
  name: 'chatty',
  handler: async ({ length }: { length: number }, ctx) => {
    ctx.log(`makes ${length}`);
    return 'x'.repeat(length);
  },
});

let server: RedisServer;
let client: Redis;
let queue: RedisQueue;
let bull: BullQueue;
let ours = 0;
beforeAll(async () => {
  server = await RedisServer.start();
  client = openClient(server);
});
afterAll(async () => {
  client.disconnect();
  await server.stop();
});
beforeEach(() => {
  const name = `interop-${++ours}`;
  const jobs = [greet, chatty] as const;
  queue = createQueue({ redis: server.url, name, prefix: 'bull', hashTag: false, jobs });
  bull = new BullQueue(name, { connection: client });
});
afterEach(async () => {
  await queue.close();
  await bull.close();
});

test('runs a job that plain BullMQ added', async () => {
  await queue.process();
  const added = await bull.add('greet', { name: 'Ada' });
  expect(await queue.waitFor(added.id ?? '')).toBe('Hello Ada');
  const job = await bull.getJob(added.id ?? '');
  expect(job).toMatchObject({ returnvalue: 'Hello Ada', attemptsMade: 1, progress: 50 });
  expect(await queue.getJob(added.id ?? '')).toMatchObject({
    name: 'greet',
    payload: { name: 'Ada' },
    status: 'completed',
    priority: 0,
    version: 1,
  });
});

test('keeps the attempts, the delay and the id plain BullMQ gave a job', async () => {
  await queue.process();
  const options = { attempts: 2, delay: 200, jobId: 'from-bull', priority: 5 };
  await bull.add('greet', { name: 'nobody' }, options);
  await until(async () => (await queue.getJob('from-bull'))?.status === 'failed');
  const job = await queue.getJob('from-bull');
  expect(job).toMatchObject({
    attemptsMade: 2,
    maxAttempts: 2,
    error: { message: 'there is nobody' },
  });
  expect(Number(job?.processedAt) - Number(job?.createdAt)).toBeGreaterThanOrEqual(200);
  expect(await bull.getJob('from-bull')).toMatchObject({ failedReason: 'there is nobody' });
});

test('keeps to the limit BullMQ set for the queue as a whole', async () => {
  await bull.setGlobalConcurrency(1);
  let running = 0;
  let most = 0;
  const step = defineJob({
    name: 'step',
    handler: async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    },
  });
  queue.register(step);
  const jobs = await queue.enqueueMany(
    Array.from({ length: 10 }, () => ({ job: step, payload: undefined as never })),
  );
  await queue.process();
  for (const { id } of jobs) await queue.waitFor(id);
  expect(most).toBe(1);
});

test('has its jobs run by a plain BullMQ worker', async () => {
  const seen: unknown[] = [];
  const worker = new BullWorker(
    bull.name,
    async (job) => {
      seen.push([job.name, job.data]);
      if (job.data.name === 'nobody') throw new Error('not here');
      return { length: job.data.name.length };
    },
    { connection: client.duplicate() },
  );
  const well = await queue.enqueue(greet, { name: 'Grace' });
  const ill = await queue.enqueue(greet, { name: 'nobody' });
  expect(await queue.waitFor(well)).toEqual({ length: 5 });
  await expect(queue.waitFor(ill)).rejects.toThrow('not here');
  await worker.close();
  expect(seen).toContainEqual(['greet', { name: 'Grace' }]);
  expect(await queue.getJob(ill.id)).toMatchObject({
    status: 'failed',
    error: { name: 'Error', message: 'not here' },
    attemptsMade: 2,
  });
});

test('shows its jobs to plain BullMQ in the states they are in', async () => {
  await queue.enqueue(greet, { name: 'later' }, { delay: 60_000, jobId: 'later' });
  await queue.enqueue(greet, { name: 'now' }, { jobId: 'now', priority: 3 });
  expect(await bull.getJobCounts('delayed', 'prioritized')).toEqual({ delayed: 1, prioritized: 1 });
  expect(await bull.getJob('later')).toMatchObject({ name: 'greet', data: { name: 'later' } });
  expect(await (await bull.getJob('now'))?.getState()).toBe('prioritized');
});

test('lets plain BullMQ pause, promote, retry and remove', async () => {
  await bull.pause();
  expect(await queue.isPaused()).toBe(true);
  await bull.resume();
  await queue.enqueue(greet, { name: 'a' }, { delay: 60_000, jobId: 'a' });
  await queue.enqueue(greet, { name: 'b' }, { delay: 60_000, jobId: 'b' });
  await (await bull.getJob('a'))?.promote();
  await (await bull.getJob('b'))?.remove();
  expect(await queue.getStats()).toMatchObject({ waiting: 1, delayed: 0, total: 1 });
  await queue.process();
  expect(await queue.waitFor('a')).toBe('Hello a');
  const ill = await queue.enqueue(greet, { name: 'nobody' }, { attempts: 1 });
  await until(async () => (await queue.getJob(ill.id))?.status === 'failed');
  await queue.stop();
  await (await bull.getJob(ill.id))?.retry();
  expect((await queue.getJob(ill.id))?.status).toBe('waiting');
});

test('keeps apart a job of its own and one BullMQ numbered alike', async () => {
  const own = await queue.enqueue(greet, { name: 'own' }, { jobId: '1' });
  const foreign = await bull.add('greet', { name: 'foreign' });
  expect([own.id, foreign.id]).toEqual(['1', '1']);
  expect((await queue.getStats()).total).toBe(2);
  expect((await queue.getJob('1'))?.payload).toEqual({ name: 'own' });
  expect((await bull.getJob('1'))?.data).toEqual({ name: 'foreign' });
});

test('is heard by plain BullMQ listeners', async () => {
  const events = new QueueEvents(bull.name, { connection: client.duplicate() });
  await events.waitUntilReady();
  const heard: unknown[] = [];
  events.on('added', ({ jobId, name }) => heard.push(['added', jobId, name]));
  events.on('completed', ({ jobId, returnvalue }) => heard.push(['completed', jobId, returnvalue]));
  await queue.process();
  const job = await queue.enqueue(greet, { name: 'Ada' });
  await until(() => heard.length === 2);
  await events.close();
  expect(heard).toEqual([
    ['added', job.id, 'greet'],
    ['completed', job.id, 'Hello Ada'],
  ]);
});

test('tells of jobs that were not stored for their key, as BullMQ does', async () => {
  const events = new QueueEvents(bull.name, { connection: client.duplicate() });
  await events.waitUntilReady();
  const [heard, ours]: unknown[][] = [[], []];
  events.on('deduplicated', ({ jobId, deduplicationId, deduplicatedJobId }) =>
    heard?.push([jobId, deduplicationId, deduplicatedJobId]),
  );
  queue.on('deduplicated', ({ jobId, name, key, deduplicatedJobId }) =>
    ours?.push([jobId, name, key, deduplicatedJobId]),
  );
  await queue.getStats(); // which waits until it listens
  const first = await queue.enqueue(greet, { name: 'Ada' }, { deduplicate: 'ada' });
  await queue.enqueue(greet, { name: 'Ada' }, { deduplicate: 'ada', jobId: 'again' });
  const options = { deduplication: { id: '5:ada' } };
  const theirs = await bull.add('greet', { name: 'Ada' }, options);
  await bull.add('greet', { name: 'Ada' }, { ...options, jobId: 'theirs' });
  await until(() => heard?.length === 2 && ours?.length === 2);
  await events.close();
  expect(heard).toEqual([
    [first.id, '5:greet:ada', 'again'],
    [theirs.id, '5:ada', 'theirs'],
  ]);
  expect(ours).toEqual([
    [first.id, 'greet', 'ada', 'again'],
    [`${theirs.id}`, 'greet', '5:ada', 'theirs'],
  ]);
});

test('fails a job that a plain BullMQ worker gave up as stalled', async () => {
  const added = await bull.add('greet', { name: 'Ada' });
  await client.hset(
    `bull:${bull.name}:${added.id}`,
    'defa',
    'job stalled more than allowable limit',
  );
  await queue.process();
  await until(async () => (await queue.getJob(added.id ?? ''))?.status === 'failed');
  expect(await queue.getJob(added.id ?? '')).toMatchObject({
    error: { code: 'JOBS_STALLED' },
    attemptsMade: 0,
  });
});

test('ends a wait of plain BullMQ for a job that is cancelled, waiting or running', async () => {
  const patient = defineJob({
    name: 'patient',
    handler: (_payload: undefined, ctx) =>
      new Promise<void>((resolve) => ctx.signal.addEventListener('abort', () => resolve())),
  });
  queue.register(patient);
  const events = new QueueEvents(bull.name, { connection: client.duplicate() });
  await events.waitUntilReady();
  for (const state of ['waiting', 'active'] as const) {
    const { id } = await queue.enqueue(patient, undefined, { deduplicate: state });
    if (state === 'active') {
      await queue.process();
      await until(async () => (await queue.getJob(id))?.status === 'active');
    }
    const waiting = (await bull.getJob(id))?.waitUntilFinished(events);
    const failed = expect(waiting).rejects.toThrow('no longer needed');
    await queue.cancelJob(id, 'no longer needed');
    await failed;
    await until(async () => (await queue.getJob(id))?.status === 'cancelled');
    // Its key is free again.
    expect(
      (await queue.enqueue(patient, undefined, { deduplicate: state, delay: 60_000 })).id,
    ).not.toBe(id);
  }
  expect(await bull.getJobCounts('failed', 'active')).toEqual({ failed: 0, active: 0 });
  expect(await queue.getStats()).toMatchObject({ cancelled: 2, failed: 0, active: 0 });
  await events.close();
});

test('ends in BullMQ’s failed what BullMQ added and a user cancelled', async () => {
  const waits = await bull.add('greet', { name: 'Ada' }, { delay: 60_000 });
  const id = waits.id ?? '';
  expect(await queue.cancelJob(id, 'changed my mind')).toBe('cancelled');
  expect(await queue.getJob(id)).toMatchObject({
    status: 'failed',
    error: { code: 'JOBS_CANCELLED' },
  });
  expect(await (await bull.getJob(id))?.getState()).toBe('failed');
  expect(await queue.getStats()).toMatchObject({ failed: 1, cancelled: 0 });
});

test('loses no cancelled job over text in its metadata that the server cannot decode', async () => {
  const job = await queue.enqueue(
    greet,
    { name: 'Ada' },
    { metadata: { title: 'nice \ud83d' }, removeOnCancel: 5, delay: 60_000 },
  );
  expect(await queue.cancelJob(job.id)).toBe('cancelled');
  expect(await queue.getJob(job.id)).toMatchObject({ status: 'cancelled' });
  await queue.retryJob(job.id);
  expect(await queue.getStats()).toMatchObject({ waiting: 1, cancelled: 0 });
});

test('keeps the log of a job that BullMQ numbered where both find it', async () => {
  await queue.process();
  const { id = '' } = await bull.add('chatty', { length: 3 });
  expect(await queue.waitFor(id)).toBe('xxx');
  await until(async () => (await queue.getLogs(id)).total === 1);
  expect((await queue.getLogs(id)).lines).toMatchObject([{ message: 'makes 3', attempt: 1 }]);
  expect((await bull.getJobLogs(id)).logs).toEqual([expect.stringContaining('makes 3')]);
});

test('keeps large results out of the event stream, and delivers them whole', async () => {
  const results: unknown[] = [];
  queue.on('completed', ({ result }) => results.push(result));
  await queue.getStats();
  const job = await queue.enqueue(chatty, { length: 50_000 });
  await queue.process();
  expect(await queue.waitFor(job)).toBe('x'.repeat(50_000));
  await until(() => results.length === 1);
  expect(results).toEqual(['x'.repeat(50_000)]);
  const entries = await client.xrange(`bull:${queue.name}:events`, '-', '+');
  const sizes = entries.map(([, fields]) => fields.join('').length);
  expect(Math.max(...sizes)).toBeLessThan(1000);
  expect(entries.flatMap(([, fields]) => fields)).toContain('completed');
});

import { defineJob, type JsonValue } from '@philjs/jobs-core';
import { createQueue, createQueues } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createWebhooks } from '../src/index.ts';
import { ALLOW, SECRET } from './receiver.ts';
import { quiet, receiver, sending, until, untilIdle, work } from './sending.ts';

test('tells of what completed and what failed, signed', async () => {
  const { url, received, refused } = await receiver();
  const include = ['result', 'payload', 'metadata'] as const;
  const { queue, start, webhooks } = sending(url, { include });
  await start();
  const done = await queue.enqueue(work, 4, { metadata: { tenant: 'a' } });
  const failed = await queue.enqueue(work, -1);
  await until(() => received.length === 2);
  const of = (id: string) => received.find(({ message }) => message.data['jobId'] === id)?.message;
  expect(of(done.id)).toMatchObject({
    type: 'job.completed',
    data: { name: 'work', attempts: 1, payload: 4, metadata: { tenant: 'a' } },
  });
  expect(of(done.id)?.data['result']).toEqual({ doubled: 8 });
  expect(of(failed.id)).toMatchObject({
    type: 'job.failed',
    data: { error: { name: 'RangeError', message: 'below zero' } },
  });
  expect(JSON.stringify(of(failed.id))).not.toContain('stack');
  expect(refused).toEqual([]);
  await untilIdle(queue);
  const { deliveries } = await webhooks.deliveries({ url, status: 'completed' });
  expect(deliveries.map(({ id }) => id).toSorted()).toEqual(
    received.map(({ id }) => id).toSorted(),
  );
  expect(deliveries[0]).toMatchObject({ url, tries: 1, status: 'completed' });
});

test('tells only of the events and jobs that a receiver asks for', async () => {
  const { url, received } = await receiver();
  const other = defineJob({ name: 'other', handler: () => 'done' });
  const { queue, start } = sending(url, { events: ['completed'], jobs: ['other'] });
  queue.register(other);
  await start();
  await queue.enqueue(work, 1);
  await queue.enqueue(work, -1);
  const { id } = await queue.enqueue(other);
  await until(() => received.length > 0);
  await untilIdle(queue);
  expect(received.map(({ message }) => message.data['jobId'])).toEqual([id]);
});

test('tells of a failure only once it is final', async () => {
  let runs = 0;
  const flaky = defineJob({
    name: 'flaky',
    attempts: 3,
    backoff: { type: 'fixed', delay: 1 },
    handler: () => {
      runs += 1;
      if (runs < 3) throw new Error('not yet');
      return runs;
    },
  });
  const { url, received } = await receiver();
  const { queue, start } = sending(url);
  queue.register(flaky);
  await start();
  await queue.enqueue(flaky);
  await until(() => received.length > 0);
  await untilIdle(queue);
  expect(received.map(({ message }) => [message.type, message.data['attempts']])).toEqual([
    ['job.completed', 3],
  ]);
});

test('sends what ended without a run, and while no process listened', async () => {
  const { url, received } = await receiver();
  const { queue, start } = sending(url);
  const { id } = await queue.enqueue(work, 1, { delay: 60_000 });
  await queue.cancelJob(id, 'not needed');
  await start();
  await until(() => received.length === 1);
  expect(received[0]?.message).toMatchObject({ type: 'job.cancelled', data: { jobId: id } });
});

test('tells of each cancellation of a job that is cancelled, retried and cancelled again before it starts', async () => {
  const { url, received } = await receiver();
  const { queue, webhooks } = sending(url);
  const { id } = await queue.enqueue(work, 1);
  await queue.cancelJob(id, 'once');
  await webhooks.start();
  await webhooks.stop();
  const { finishedAt } = (await queue.getJob(id)) ?? {};
  await until(() => queue.clock.now() > Number(finishedAt));
  await queue.retryJob(id);
  await queue.cancelJob(id, 'twice');
  await webhooks.start();
  await queue.process();
  await untilIdle(queue);
  expect(received.map(({ message }) => message.type)).toEqual(['job.cancelled', 'job.cancelled']);
  expect(new Set(received.map((one) => one.id)).size).toBe(2);
});

test('looks for nothing any more once it is stopped, also while it starts', async () => {
  const clock = createTestClock();
  const queue = createQueue({ jobs: [work], clock, logger: quiet });
  const webhooks = createWebhooks(queue, {
    endpoints: [{ url: 'https://example.com/', secret: SECRET, events: ['failed'] }],
  });
  const read = vi.spyOn(queue, 'getJobs');
  const starting = webhooks.start();
  const stopping = webhooks.stop();
  await clock.settle();
  await Promise.all([starting, stopping]);
  read.mockClear();
  await clock.advance(60_000);
  expect(read).not.toHaveBeenCalled();
  await queue.close({ timeout: 0 });
});

test('looks for nothing in queues that are closed, and reports none of them', async () => {
  const clock = createTestClock();
  const jobs = [work] as const;
  const queues = createQueues({ a: { jobs }, b: {}, hooks: {} }, { clock, logger: quiet });
  const webhooks = createWebhooks(queues, {
    endpoints: [{ url: 'https://example.com/', secret: SECRET, events: ['failed'] }],
    deliverIn: 'hooks',
  });
  const told: string[] = [];
  for (const queue of queues) queue.on('error', ({ error }) => told.push(error.message));
  await webhooks.start();
  const [b, hooks] = [
    vi.spyOn(queues.get('b'), 'getJobs'),
    vi.spyOn(queues.get('hooks'), 'getJob'),
  ];
  await queues.get('a').close({ timeout: 0 });
  await clock.advance(10_000);
  expect(b).toHaveBeenCalled();
  const closing = queues.close({ timeout: 0 });
  await clock.advance(10_000);
  await closing;
  hooks.mockClear();
  await clock.advance(60_000);
  expect(told).toEqual([]);
  expect(hooks).not.toHaveBeenCalled();
  await webhooks.stop();
});

test('tells nothing of its own jobs', async () => {
  const { url, received } = await receiver();
  const gone = { url: `${url}/gone`, secret: SECRET, events: ['completed'] as const };
  const told = { url, secret: SECRET, events: ['completed', 'cancelled'] as const };
  const { queue, start, webhooks } = sending(url, {}, { endpoints: [told, gone] });
  await webhooks.disable(gone.url);
  const [mark] = (await queue.getJobs()).jobs;
  await queue.cancelJob(mark?.id ?? '');
  await start();
  const { id } = await queue.enqueue(work, 1);
  await until(() => received.length > 0);
  await untilIdle(queue);
  expect(received.map(({ message }) => message.data['jobId'])).toEqual([id]);
});

test('leaves out what is too large', async () => {
  const big = defineJob({ name: 'big', handler: () => 'x'.repeat(5000) });
  const { url, received } = await receiver();
  const { queue, start } = sending(url, {}, { maxBodyBytes: 1024 });
  queue.register(big);
  await start();
  await queue.enqueue(big);
  await until(() => received.length === 1);
  expect(received[0]?.message.data).toMatchObject({ name: 'big', truncated: true });
  expect(received[0]?.message.data).not.toHaveProperty('result');
});

test('says so where a result is left out that JSON cannot carry', async () => {
  const tally = defineJob({
    name: 'tally',
    codec: {
      encode: (value: unknown) => (value instanceof Set ? [...value] : value) as JsonValue,
      decode: (value: unknown) => value,
    },
    handler: (_: { of: number }) => new Set([1]),
  });
  const { url, received } = await receiver();
  const { queue, start } = sending(url, { include: ['result', 'payload'] });
  queue.register(tally);
  await start();
  await queue.enqueue(tally, { of: 1 });
  await until(() => received.length === 1);
  const { data } = received[0]?.message ?? {};
  expect(data).toMatchObject({ payload: { of: 1 }, truncated: true });
  expect(data).not.toHaveProperty('result');
});

const large = defineJob({ name: 'large', handler: (length: number) => 'x'.repeat(length) });
const loud = defineJob({
  name: 'loud',
  attempts: 1,
  handler: (_: undefined) => {
    throw Object.assign(new Error('x'.repeat(5000)), { name: 'N'.repeat(5000) });
  },
});

test('tells of a failure whatever was thrown', async () => {
  const odd = [undefined, 'text', Symbol('s'), Object.create(null), { message: 5 }];
  const throws = defineJob({
    name: 'throws',
    attempts: 1,
    handler: (n: number) => {
      throw odd[n];
    },
  });
  const { url, received } = await receiver();
  const { queue, start } = sending(url);
  queue.register(throws);
  await start();
  for (const n of odd.keys()) await queue.enqueue(throws, n);
  await until(() => received.length === odd.length);
  for (const { message } of received) {
    const job = await queue.getJob(String(message.data['jobId']));
    expect(message.data['error']).toMatchObject({
      name: job?.error?.name,
      message: job?.error?.message,
    });
  }
});

test('leaves out what the queue that sends cannot store, and changes no outcome for that', async () => {
  const one = await receiver();
  const queue = createQueue({
    name: 'small',
    jobs: [large, loud],
    maxPayloadBytes: 2000,
    logger: quiet,
  });
  const webhooks = createWebhooks(queue, {
    endpoints: [{ url: one.url, secret: SECRET, events: ['completed', 'failed'] }],
    allow: ALLOW,
  });
  onTestFinished(async () => {
    await webhooks.stop();
    await queue.close({ timeout: 0 });
  });
  await webhooks.start();
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(large, 5000))).toHaveLength(5000);
  const error = await queue.waitFor(await queue.enqueue(loud, undefined)).catch((thrown) => thrown);
  expect(error.message).toHaveLength(5000);
  await until(() => one.received.length === 2);
  const told = Object.fromEntries(one.received.map(({ message }) => [message.type, message.data]));
  expect(told['job.completed']).toMatchObject({ name: 'large', truncated: true });
  expect(told['job.failed']).toMatchObject({ error: { message: 'x'.repeat(1000) } });
  expect(String((told['job.failed'] as { error: { name: string } }).error.name)).toHaveLength(200);
});

test('leaves out what is too large of the one message that it makes too large', async () => {
  const { url, received } = await receiver();
  const name = `small-${Math.random()}`;
  const queue = createQueue({ name, jobs: [large], maxPayloadBytes: 2000, logger: quiet });
  const of = { secret: SECRET, events: ['completed'] as const };
  const webhooks = createWebhooks(queue, {
    endpoints: [
      { ...of, url: `${url}/result` },
      { ...of, url: `${url}/metadata`, include: ['metadata'] },
      { ...of, url: `${url}/facts`, include: [] },
    ],
    allow: ALLOW,
  });
  onTestFinished(async () => {
    await webhooks.stop();
    await queue.close({ timeout: 0 });
  });
  await webhooks.start();
  await queue.process();
  await queue.enqueue(large, 5000, { metadata: { tenant: 'a' } });
  await until(() => received.length === 3);
  const told = received.map(({ message }) => [message.data['truncated'], message.data['metadata']]);
  expect(told).toEqual(
    expect.arrayContaining([
      [true, undefined],
      [undefined, { tenant: 'a' }],
      [undefined, undefined],
    ]),
  );
});

test('tells of no completion where a handler returns after its job has failed', async () => {
  let comeBack: () => void = () => undefined;
  const back = new Promise<void>((resolve) => {
    comeBack = resolve;
  });
  let returned = false;
  const slow = defineJob({
    name: 'slow',
    attempts: 1,
    timeout: 20,
    removeOnFail: true,
    handler: async () => {
      await back;
      returned = true;
    },
  });
  const { url, received } = await receiver();
  const { queue, start } = sending(url);
  queue.register(slow);
  await start();
  await queue.enqueue(slow);
  await until(() => received.length === 1);
  await untilIdle(queue);
  comeBack();
  await until(() => returned);
  const { id } = await queue.enqueue(work, 1);
  await until(() => received.length === 2);
  await queue.promoteJobs();
  await untilIdle(queue);
  expect(received.map(({ message }) => message.type)).toEqual(['job.failed', 'job.completed']);
  expect(received[1]?.message.data['jobId']).toBe(id);
});

test('cuts a long error between characters', async () => {
  const long = defineJob({
    name: 'long',
    attempts: 1,
    handler: () => {
      throw new Error(`${'x'.repeat(999)}😀`);
    },
  });
  const { url, received } = await receiver();
  const { queue, start } = sending(url);
  queue.register(long);
  await start();
  await queue.enqueue(long);
  await until(() => received.length === 1);
  // Half of a character is refused by strict parsers of JSON.
  expect(received[0]?.message.data['error']).toMatchObject({ message: 'x'.repeat(999) });
});

test('tells of many queues by the one that is for it', async () => {
  const { url, received } = await receiver();
  const jobs = [work] as const;
  const queues = createQueues({ shop: { jobs }, hooks: { concurrency: 5 } }, { logger: quiet });
  const webhooks = createWebhooks(queues, {
    endpoints: [{ url, secret: SECRET, events: ['completed'] }],
    deliverIn: 'hooks',
    allow: ALLOW,
  });
  await webhooks.start();
  await queues.process();
  const { id } = await queues.enqueue(work, 1);
  await until(() => received.length === 1);
  expect(received[0]?.message.data).toMatchObject({ jobId: id, queue: 'shop' });
  await until(async () => (await queues.getStats()).hooks.completed === 1);
  await webhooks.stop();
  await queues.enqueue(work, 2);
  await until(async () => (await queues.getStats()).shop.completed === 2);
  expect((await queues.getStats()).hooks.total).toBe(1);
  await queues.close();
});

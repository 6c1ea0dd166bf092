import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { MarkerWait } from '../../src/lease/marker-wait.ts';
import { createQueue, type RedisQueue } from '../../src/redis-queue.ts';
import { until } from '../server/until.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

test('a worker without a free slot leaves the next job to others, though it held some ahead', async () => {
  const ran: number[] = [];
  const quick = defineJob({ name: 'quick', handler: async (n: number) => void ran.push(n) });
  const releases: (() => void)[] = [];
  const hold = defineJob({
    name: 'hold',
    handler: () => new Promise<void>((resolve) => releases.push(resolve)),
  });
  // The producer has connections of its own, as in a process of its own.
  const open = (concurrency: number, enqueueTimeout: number): RedisQueue => {
    const queue = createQueue({
      redis: server.url,
      jobs: [quick, hold],
      concurrency,
      enqueueTimeout,
    });
    onTestFinished(() => queue.close());
    return queue;
  };
  const [full, idle, producer] = [open(4, 30_000), open(1, 30_000), open(1, 31_000)];
  const many = Array.from({ length: 3000 }, (_, payload) => ({ job: quick, payload }));
  await full.enqueueMany(many);
  await full.enqueueMany(Array.from({ length: 4 }, () => ({ job: hold, payload: undefined })));
  await full.process();
  onTestFinished(() => {
    for (const release of releases) release();
  });
  await until(() => releases.length === 4);
  const take = vi.spyOn(MarkerWait.prototype, 'take');
  await idle.process();
  for (let n = 10_000; n < 10_005; n++) {
    await producer.enqueue(quick, n);
    await until(() => ran.includes(n));
  }
  expect(new Set(take.mock.contexts).size).toBe(1);
});

test.each([
  ['no hooks', undefined],
  ['hooks', () => undefined],
])('a worker with jobs that last gets each next job at once: %s', async (title, onComplete) => {
  let ran = 0;
  const quick = defineJob({
    name: 'quick',
    handler: async () => {
      ran += 1;
    },
    ...(onComplete && { onComplete }),
  });
  const releases: (() => void)[] = [];
  const hold = defineJob({
    name: 'hold',
    handler: () => new Promise<void>((resolve) => releases.push(resolve)),
  });
  const open = (enqueueTimeout: number): RedisQueue => {
    const jobs = [quick, hold];
    const options = { name: title, redis: server.url, jobs, concurrency: 8, enqueueTimeout };
    const queue = createQueue(options);
    onTestFinished(() => queue.close());
    return queue;
  };
  // The producer has connections of its own, as in a process of its own.
  const [worker, producer] = [open(30_000), open(31_000)];
  onTestFinished(() => {
    for (const release of releases) release();
  });
  await worker.process();
  await worker.enqueueMany(Array.from({ length: 4 }, () => ({ job: hold, payload: undefined })));
  await until(() => releases.length === 4);
  let mostLooks = 0;
  for (let count = 40; count <= 100; count++) {
    const before = ran;
    const items = Array.from({ length: count }, () => ({ job: quick, payload: undefined }));
    await producer.enqueueMany(items);
    await until(() => ran === before + count);
    // Meanwhile the worker asks for more, and finds none.
    await producer.getStats();
    await producer.enqueue(quick, undefined);
    // Looks are counted, not time: there are few while this process or the server stands still.
    let looks = 0;
    await until(async () => {
      looks += 1;
      return (await producer.isPaused()) || ran === before + count + 1;
    });
    mostLooks = Math.max(mostLooks, looks);
  }
  // A worker that is not woken looks after eight seconds, and the test every ten milliseconds.
  expect(mostLooks).toBeLessThan(400);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createFaultProxy, PostgresServer } from '@philjs/jobs-faults';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createQueue } from '../../src/index.ts';

const LEASE_MS = 2000;
const JOBS = 900;

let server: PostgresServer;
let starts: Map<string, number>;
beforeEach(async () => {
  // A commit whose caller does not wait for the disk is lost in a crash, unless the writer has come by.
  server = await PostgresServer.start({ config: { wal_writer_delay: '10s' } });
  starts = new Map();
});
afterEach(() => server.stop());

const work = defineJob({
  name: 'work',
  handler: async (ms: number, ctx) => {
    starts.set(ctx.jobId, (starts.get(ctx.jobId) ?? 0) + 1);
    await sleep(ms);
  },
});

function open(address: string): IQueue {
  const how = { lockDuration: LEASE_MS, concurrency: 20 };
  const queue = createQueue({ postgres: address, jobs: [work], ...how });
  queue.on('error', () => undefined);
  onTestFinished(() => queue.close());
  return queue;
}

async function untilDone(queue: IQueue): Promise<void> {
  const until = performance.now() + 15 * LEASE_MS;
  for (;;) {
    const { waiting, delayed, active } = await queue.getStats();
    if (waiting + delayed + active === 0 || performance.now() > until) return;
    await sleep(50);
  }
}

test('leaves no job active, though its worker lives whose answers are cut', async () => {
  const proxy = await createFaultProxy({ target: { port: server.port } });
  onTestFinished(() => proxy.close());
  const [producer, queue] = [
    open(server.url),
    open(server.url.replace(`:${server.port}/`, `:${proxy.port}/`)),
  ];
  const long = await producer.enqueue(work, 4 * LEASE_MS);
  await producer.enqueueMany(Array.from({ length: JOBS }, () => ({ job: work, payload: 20 })));
  await queue.process();
  for (let cut = 0; cut < 10; cut++) {
    await sleep(50);
    proxy.mute();
    await sleep(20);
    proxy.reset();
    proxy.heal();
  }
  await untilDone(producer);
  expect(await producer.getStats()).toMatchObject({ completed: JOBS + 1, active: 0, failed: 0 });
  expect(starts.get(long.id)).toBe(1);
});

test('leaves no job active that a crash of the server made so again, though its worker lives', async () => {
  const producer = open(server.url);
  const queue = open(`${server.url}?options=${encodeURIComponent('-c synchronous_commit=off')}`);
  await queue.process();
  const { id } = await producer.enqueue(work, 500);
  await expect.poll(async () => (await producer.getJob(id))?.status).toBe('active');
  // What came before is on the disk then.
  await producer.enqueue(work, 0, { delay: 3_600_000 });
  expect(await queue.waitFor(id)).toBeUndefined();
  await server.kill();
  await server.run();
  const read = async () => (await producer.getJob(id).catch(() => undefined))?.status;
  await expect.poll(read, { timeout: 20_000 }).toBe('active');
  await sleep(2 * LEASE_MS);
  const next = await producer.enqueue(work, 0);
  await producer.waitFor(next.id);
  await expect.poll(read, { timeout: 5 * LEASE_MS }).toBe('completed');
  expect(starts.get(id)).toBe(2);
});

import { defineJob } from '@philjs/jobs-core';
import { RedisServer } from '@philjs/jobs-faults';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: RedisServer;

beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());
afterEach(() => {
  vi.restoreAllMocks();
});

it('tries again after the length of time, by a worker whose clock is an hour ahead', async () => {
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  let runs = 0;
  const work = defineJob({
    name: 'work',
    attempts: 2,
    backoff: { type: 'fixed', delay: 10 },
    handler: (_payload: undefined, ctx) => {
      runs += 1;
      if (runs === 1) throw new Error('no');
      if (runs === 2) ctx.snooze(10);
      return runs;
    },
  });
  const queue = createQueue({ redis: server.url, jobs: [work] });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(work))).toBe(3);
  await queue.close();
});

it('keeps cancelled jobs for their time, whatever the clock of the process says that cancels others', async () => {
  const work = defineJob({ name: 'work', handler: () => undefined });
  const queue = createQueue({ redis: server.url, name: 'cancelled', jobs: [work] });
  const first = await queue.enqueue(work);
  const second = await queue.enqueue(work);
  await queue.cancelJob(first.id);
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 400 * 86_400_000);
  await queue.cancelJob(second.id);
  vi.restoreAllMocks();
  expect(await queue.getJob(first.id)).toMatchObject({ status: 'cancelled' });
  await queue.close();
});

it('lets a promoted job arrive now, whatever the clock of the process says that promotes it', async () => {
  const ran: string[] = [];
  const work = defineJob({ name: 'work', handler: (name: string) => void ran.push(name) });
  const queue = createQueue({ redis: server.url, name: 'promoted', jobs: [work] });
  await queue.setOrder('ageing');
  const first = await queue.enqueue(work, 'first', { delay: 60_000 });
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  await queue.promoteJob(first.id);
  vi.restoreAllMocks();
  const second = await queue.enqueue(work, 'second');
  await queue.process({ concurrency: 1 });
  await Promise.all([queue.waitFor(first), queue.waitFor(second)]);
  expect(ran).toEqual(['first', 'second']);
  await queue.close();
});

it('delays a job that is changed by a length of time, by a process whose clock is an hour ahead', async () => {
  const work = defineJob({ name: 'work', handler: () => 'ran' });
  const queue = createQueue({ redis: server.url, name: 'changed', jobs: [work] });
  const job = await queue.enqueue(work, undefined, { delay: 60_000 });
  const real = Date.now;
  vi.spyOn(Date, 'now').mockImplementation(() => real() + 3_600_000);
  await queue.updateJob(job.id, { delay: 100 });
  vi.restoreAllMocks();
  const { runAt } = (await queue.getJob(job.id)) ?? {};
  expect(Number(runAt)).toBeLessThan(Date.now() + 60_000);
  await queue.process();
  expect(await queue.waitFor(job)).toBe('ran');
  await queue.close();
});

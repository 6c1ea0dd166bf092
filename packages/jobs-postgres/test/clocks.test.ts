import { defineJob } from '@philjs/jobs-core';
import { PostgresServer } from '@philjs/jobs-testkit';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createQueue } from '../src/index.ts';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
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
  const queue = createQueue({ postgres: server.url, jobs: [work] });
  await queue.process();
  expect(await queue.waitFor(await queue.enqueue(work))).toBe(3);
  await queue.close();
});

it('delays a job that is changed by a length of time, by a process whose clock is an hour ahead', async () => {
  const work = defineJob({ name: 'work', handler: () => 'ran' });
  const queue = createQueue({ postgres: server.url, name: 'changed', jobs: [work] });
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

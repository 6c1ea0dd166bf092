import { defineJob } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import { data, get } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

test('every attempt is listed with its error and log, also one that logged nothing', async () => {
  const { clock, queue } = virtualSystem();
  const moody = defineJob({
    name: 'moody',
    attempts: 3,
    backoff: { type: 'fixed', delay: 1000 },
    handler: (_: null, ctx) => {
      if (ctx.attempt !== 2) ctx.log(`try ${ctx.attempt}`);
      throw new Error(`broken for the ${ctx.attempt}. time`);
    },
  });
  const monitor = new Monitor(queue);
  const dashboard = createDashboard(monitor, { auth: 'none' });
  const { id } = await queue.enqueue(moody, null);
  await queue.process();
  await clock.advance(5000);
  const path = `/-/job?queue=emails&id=${id}`;
  const { attempts } = await data<JobData>(dashboard, path);
  expect(attempts).toMatchObject([
    { attempt: 3, lines: [{ message: 'try 3' }], error: { message: 'broken for the 3. time' } },
    { attempt: 2, lines: [], error: { message: 'broken for the 2. time' }, ranMs: 0 },
    { attempt: 1, lines: [{ message: 'try 1' }], error: { message: 'broken for the 1. time' } },
  ]);
  expect((attempts[1]?.failedAt ?? 0) - (attempts[2]?.failedAt ?? 0)).toBe(1000);
  const page = await (await get(dashboard, path)).text();
  for (const attempt of [1, 2, 3]) expect(page).toContain(`broken for the ${attempt}. time`);
  expect(page).not.toContain('was repeated');
  expect((await monitor.getJobDetails(id))?.failures).toMatchObject([
    { attempt: 1, error: { message: 'broken for the 1. time' } },
    { attempt: 2 },
    { attempt: 3 },
  ]);
});

test('of a job with very many attempts the latest are listed, the last ten with their errors', async () => {
  const { clock, queue } = virtualSystem();
  const stubborn = defineJob({
    name: 'stubborn',
    attempts: 50,
    backoff: { type: 'fixed', delay: 1 },
    handler: (_: null): string => {
      throw new Error('no');
    },
  });
  const { id } = await queue.enqueue(stubborn, null);
  await queue.process();
  await clock.advance(10_000);
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const { attempts } = await data<JobData>(dashboard, `/-/job?queue=emails&id=${id}`);
  expect(attempts.map(({ attempt }) => attempt)).toEqual(
    Array.from({ length: 20 }, (_, index) => 50 - index),
  );
  expect(attempts.map(({ error }) => error !== undefined)).toEqual(
    Array.from({ length: 20 }, (_, index) => index < 10),
  );
  expect(attempts.map(({ wasRepeated = false }) => wasRepeated)).toEqual(
    Array.from({ length: 20 }, (_, index) => index >= 10),
  );
});

test('errors of earlier attempts that are too long for a page are left out, the earliest first', async () => {
  const { clock, queue } = virtualSystem();
  const wordy = defineJob({
    name: 'wordy',
    attempts: 10,
    backoff: { type: 'fixed', delay: 1 },
    handler: (_: null): string => {
      throw new Error('x'.repeat(10_000));
    },
  });
  const { id } = await queue.enqueue(wordy, null);
  await queue.process();
  await clock.advance(10_000);
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const { attempts } = await data<JobData>(dashboard, `/-/job?queue=emails&id=${id}`);
  const shown = attempts.filter(({ error }) => error !== undefined).map(({ attempt }) => attempt);
  expect(shown).toEqual([10, 9, 8, 7, 6]);
});

test('a job that is cancelled between two attempts keeps the error of the first apart', async () => {
  const { clock, queue } = virtualSystem();
  const moody = defineJob({
    name: 'moody',
    backoff: { type: 'fixed', delay: 60_000 },
    handler: (_: null): string => {
      throw new Error('own');
    },
  });
  const { id } = await queue.enqueue(moody, null);
  await queue.process();
  await clock.advance(1000);
  await queue.cancelJob(id);
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const { attempts } = await data<JobData>(dashboard, `/-/job?queue=emails&id=${id}`);
  expect(attempts).toMatchObject([
    { attempt: 2, error: { code: 'JOBS_CANCELLED' } },
    { attempt: 1, error: { message: 'own' } },
  ]);
});

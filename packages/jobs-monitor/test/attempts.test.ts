import { defineJob } from '@philjs/jobs-core';
import { expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import { data, get } from './support/request.ts';
import { virtualSystem } from './support/system.ts';

test('every attempt is listed, also one that logged nothing; the latest with its error', async () => {
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
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  const { id } = await queue.enqueue(moody, null);
  await queue.process();
  await clock.advance(5000);
  const path = `/-/job?queue=emails&id=${id}`;
  const { attempts } = await data<JobData>(dashboard, path);
  expect(attempts).toMatchObject([
    { attempt: 3, lines: [{ message: 'try 3' }], error: { message: 'broken for the 3. time' } },
    { attempt: 2, lines: [], wasRepeated: true },
    { attempt: 1, lines: [{ message: 'try 1' }], wasRepeated: true },
  ]);
  expect(attempts[0]).not.toHaveProperty('wasRepeated');
  const page = await (await get(dashboard, path)).text();
  expect(page.match(/Failed, and was repeated/g)).toHaveLength(2);
});

test('of a job with very many attempts the latest are listed', async () => {
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
});

import type { OrderPolicy } from '@philjs/jobs-core';
import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { JobData } from '../src/pages/job/job-data.ts';
import type { JobsData } from '../src/pages/jobs/jobs-data.ts';
import { data, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

const render = defineJob({
  name: 'render',
  fairKey: ({ tenant }) => tenant,
  handler: (_: { readonly tenant: string }) => undefined,
});

function queueOf(name: string, order: OrderPolicy): IQueue {
  const queue = createQueue({ name, order, jobs: [render], logger: keptLogger() });
  onTestFinished(() => queue.close({ timeout: 0 }));
  return queue;
}

async function fill(queue: IQueue): Promise<void> {
  for (const jobId of ['big-1', 'big-2', 'small-1']) {
    await queue.enqueue(render, { tenant: jobId.slice(0, 3) }, { jobId });
  }
  await queue.enqueue(render, { tenant: 'big' }, { jobId: 'later', delay: 60_000 });
}

function dashboardOf(...queues: [IQueue, ...IQueue[]]): Dashboard {
  const dashboard = createDashboard(new Monitor(queues), { auth: 'none' });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

async function placesIn(dashboard: Dashboard, query = ''): Promise<object> {
  const { jobs } = await data<JobsData>(dashboard, `/-/jobs${query}`);
  return Object.fromEntries(jobs.map(({ queue, id, place }) => [`${queue} ${id}`, place]));
}

test('the list of a queue with an order says where each waiting job stands', async () => {
  const fair = queueOf('fair', 'fair');
  await fill(fair);
  const dashboard = dashboardOf(fair);
  expect(await placesIn(dashboard)).toEqual({
    'fair big-1': 'number 1 of its key, 1 other key',
    'fair big-2': 'number 2 of its key, 1 other key',
    'fair small-1': 'number 1 of its key, 1 other key',
    'fair later': undefined,
  });
  const html = await (await get(dashboard, '/-/jobs?q=status%3Awaiting')).text();
  expect(html).toContain('data-label="In line">number 2 of its key, 1 other key</td>');
});

test('the list of several queues says it only of those that are not first in, first out', async () => {
  const [plain, dated] = [queueOf('plain', 'fifo'), queueOf('dated', 'deadline')];
  await fill(plain);
  await dated.enqueue(render, { tenant: 'a' }, { jobId: 'second', deadline: new Date(2e12) });
  await dated.enqueue(render, { tenant: 'a' }, { jobId: 'first', deadline: new Date(1e12) });
  expect(await placesIn(dashboardOf(plain, dated), '?q=status%3Awaiting')).toMatchObject({
    'plain big-1': undefined,
    'dated second': 'number 2',
    'dated first': 'number 1',
  });
  const html = await (await get(dashboardOf(plain), '/-/jobs')).text();
  expect(html).not.toContain('In line');
});

test('the page of a job says it also while something else holds the job up', async () => {
  const fair = queueOf('fair', 'fair');
  await fill(fair);
  await fair.pause();
  const dashboard = dashboardOf(fair);
  const job = await data<JobData>(dashboard, '/-/job?queue=fair&id=big-2');
  expect(job.reasons.map(({ reason }) => reason)).toContain('paused');
  expect(job.place).toBe('number 2 of its key, 1 other key');
  const html = await (await get(dashboard, '/-/job?queue=fair&id=big-2')).text();
  expect(html).toContain('<dt>In line</dt><dd>number 2 of its key, 1 other key</dd>');
  expect(await data<JobData>(dashboard, '/-/job?queue=fair&id=later')).not.toHaveProperty('place');
});

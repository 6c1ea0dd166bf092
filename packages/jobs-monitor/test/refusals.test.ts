import { defineJob, type IQueue, type Job } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

/** In fields that only the options of the dashboard call secret. */
const SECRET = 'correct-horse-battery-staple';

interface Bank {
  readonly queue: IQueue;
  readonly dashboard: Dashboard;
  readonly job: Job;
  /** Lets the schema refuse everything from here on, in words that quote the value, as those of some libraries do. */
  readonly refuse: () => void;
}

async function bank(): Promise<Bank> {
  let refuses = false;
  const validate = (value: unknown) =>
    refuses
      ? { issues: [{ message: `was ${JSON.stringify(value)}`, path: ['account'] }] }
      : { value };
  const pay = defineJob({
    name: 'pay',
    schema: {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate,
        types: undefined as { input: unknown; output: unknown } | undefined,
      },
    },
    handler: () => 'paid',
  });
  const store = createMemoryStore();
  const queue = createQueue({ name: 'bank', jobs: [pay], store, logger: keptLogger() });
  onTestFinished(() => queue.close({ timeout: 0 }));
  const job = await queue.enqueue(pay, { account: SECRET, customer: { nick: SECRET }, sum: 5 });
  const scheduler = {
    getAllScheduledJobs: () => [],
    getJobHistory: () => [],
    trigger: (id: string) => queue.enqueue(pay, { account: SECRET, id }),
  };
  const dashboard = createDashboard(new Monitor(queue, scheduler), {
    auth: 'none',
    permissions: PERMISSIONS.filter((permission) => permission !== 'reveal'),
    redact: ['account', 'payload.customer.nick'],
  });
  const refuse = (): void => {
    refuses = true;
  };
  return { queue, dashboard, job, refuse };
}

test('what a schema says of a stored payload shows no field that is hidden', async () => {
  const { dashboard, job, refuse } = await bank();
  const opened = await get(dashboard, `/-/payload?queue=bank&id=${job.id}`);
  const { text } = (await opened.json()) as { text: string };
  refuse();
  const [one, all] = [
    { queue: 'bank', id: job.id },
    { queue: 'bank', ids: [job.id] },
  ];
  for (const [action, body] of [
    ['edit', { ...one, payload: text.replace('5', '-5') }],
    ['duplicate', all],
    ['trigger', one],
  ] as const) {
    const response = await act(dashboard, action, body);
    const said = await response.text();
    expect([action, response.status, said]).toEqual([
      action,
      400,
      expect.stringContaining('account'),
    ]);
    expect(said).not.toContain(SECRET);
  }
});

test('a change of a waiting job that its schema refuses shows no field that is hidden', async () => {
  const { dashboard, job, refuse } = await bank();
  refuse();
  const opened = await get(dashboard, `/-/payload?queue=bank&id=${job.id}`);
  const { text } = (await opened.json()) as { text: string };
  const body = { queue: 'bank', id: job.id, payload: text };
  const said = await (await act(dashboard, 'update', body)).text();
  expect(said).toContain('account');
  expect(said).not.toContain(SECRET);
});

test('a payload that holds a mask is not enqueued', async () => {
  const { queue, dashboard } = await bank();
  for (const mask of ['[redacted]', '[redacted /payload/account]', 'now [redacted] twice']) {
    const payload = JSON.stringify({ account: mask });
    const response = await act(dashboard, 'enqueue', { queue: 'bank', name: 'pay', payload });
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining('mask'),
    ]);
  }
  expect((await queue.getStats()).total).toBe(1);
});

import { defineJob } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { DeadLettersData } from '../src/pages/dead-letters/dead-letters-data.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { act, data, get } from './support/request.ts';
import { keptLogger, START } from './support/system.ts';

interface Bank {
  isUp: boolean;
  readonly clock: TestClock;
  readonly dashboard: Dashboard;
  readonly audited: AuditEvent[];
}

/** Seven letters of one cause, in a queue of their own. */
async function failed(): Promise<Bank> {
  const clock = createTestClock(START);
  const charge = defineJob({
    name: 'charge',
    queue: 'payments',
    attempts: 1,
    deadLetter: 'dead',
    handler: ({ order }: { order: number; pin: string }) => {
      if (!bank.isUp) throw Object.assign(new Error(`order ${order}: no bank`), { code: 'EBANK' });
      return order;
    },
  });
  const queues = createQueues(
    { payments: { concurrency: 10 }, dead: {} },
    { jobs: [charge], logger: keptLogger(), clock },
  );
  const items = Array.from({ length: 7 }, (_, order) => ({
    job: charge,
    payload: { order, pin: 'open sesame' },
  }));
  const audited: AuditEvent[] = [];
  const dashboard = createDashboard(new Monitor([queues.get('payments'), queues.get('dead')]), {
    auth: 'none',
    permissions: PERMISSIONS,
    audit: (event) => void audited.push(event),
  });
  const bank: Bank = { isUp: false, clock, dashboard, audited };
  onTestFinished(async () => {
    dashboard.close();
    const closed = queues.close({ timeout: 0 });
    await clock.advance(10_000);
    await closed;
  });
  await queues.enqueueMany(items);
  await queues.process({ queues: ['payments'] });
  await clock.advance(1000);
  return bank;
}

async function found(dashboard: Dashboard, search: string): Promise<readonly number[]> {
  const page = await data<DeadLettersData>(
    dashboard,
    `/-/dead-letters?q=${encodeURIComponent(search)}`,
  );
  expect(page.search).toBe(search);
  return page.groups.map(({ count }) => count);
}

test('a field that is masked is said to be', async () => {
  const { dashboard } = await failed();
  const page = await data<DeadLettersData>(dashboard, '/-/dead-letters?q=payload.pin%3Aopen');
  expect(page).toMatchObject({
    groups: [],
    note: expect.stringContaining('payload.pin is masked'),
  });
});

test.each([
  ['', [7]],
  ['payload.order:3 OR payload.order:5', [2]],
  ['queue:payments code:EBANK', [7]],
  ['queue:dead', []],
  ['status:failed since:1h', [7]],
  ['open sesame', []],
  ['payload.pin:"open sesame"', []],
])('the page of dead letters searched for "%s" counts %j', async (search, counts) => {
  const { dashboard } = await failed();
  expect(await found(dashboard, search)).toEqual(counts);
});

test('a mistake in a search is shown, and nothing is searched', async () => {
  const { dashboard } = await failed();
  const page = await data<DeadLettersData>(dashboard, '/-/dead-letters?q=colour%3Ared');
  expect(page).toMatchObject({ groups: [], mistake: expect.stringContaining('colour') });
  const html = await (await get(dashboard, '/-/dead-letters?q=colour%3Ared')).text();
  expect(html).toContain('Nothing was searched');
});

test('a redrive from a page that was searched puts back only what it shows', async () => {
  const bank = await failed();
  const { dashboard, clock, audited } = bank;
  const search = 'payload.order:3 OR payload.order:5';
  const page = await data<DeadLettersData>(
    dashboard,
    `/-/dead-letters?q=${encodeURIComponent(search)}`,
  );
  const body = { queue: 'dead', id: page.groups[0]?.fingerprint, search };
  const counted = await act(dashboard, 'redrive', { ...body, dryRun: true });
  expect(await counted.json()).toMatchObject({ matched: 2 });
  const wrong = await act(dashboard, 'redrive', { ...body, search: 'colour:red' });
  expect(wrong.status).toBe(400);
  bank.isUp = true;
  const redriving = act(dashboard, 'redrive', body);
  await clock.advance(5000);
  expect(await (await redriving).json()).toMatchObject({ redriven: 2, completed: 2, left: 0 });
  expect(await found(dashboard, '')).toEqual([5]);
  expect(audited.at(-1)).toMatchObject({ action: 'redrive', search });
});

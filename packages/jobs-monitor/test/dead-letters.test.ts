import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { redrive } from '../client/redrive-command.ts';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { DeadLettersData } from '../src/pages/dead-letters/dead-letters-data.ts';
import { serveDashboard } from '../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { expectAccessible, launchBrowser, openPage } from './support/browser.ts';
import { act, data, get } from './support/request.ts';
import { keptLogger, START } from './support/system.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface Bank {
  isUp: boolean;
  readonly payments: IQueue;
  readonly dead: IQueue;
}

/** Two queues, of which one keeps the letters of the jobs that failed in the other; it is still worked on. */
async function failed(count: number, clock?: TestClock): Promise<Bank> {
  const charge = defineJob({
    name: 'charge',
    queue: 'payments',
    attempts: 1,
    deadLetter: 'dead',
    handler: ({ order }: { order: number }) => {
      if (order < 0) throw new Error('no such order, token=abcdef123456');
      if (!bank.isUp) throw Object.assign(new Error(`order ${order}: no bank`), { code: 'EBANK' });
      return order;
    },
  });
  const queues = createQueues(
    { payments: { concurrency: 1 }, dead: {} },
    { jobs: [charge], logger: keptLogger(), ...(clock && { clock }) },
  );
  onTestFinished(async () => {
    const closed = queues.close({ timeout: 0 });
    await clock?.advance(10_000);
    await closed;
  });
  const [payments, dead] = [queues.get('payments'), queues.get('dead')];
  const bank: Bank = { isUp: false, payments, dead };
  const orders = [...Array.from({ length: count }, (_, index) => index), -1];
  await queues.enqueueMany(orders.map((order) => ({ job: charge, payload: { order } })));
  await queues.process({ queues: ['payments'] });
  const letters = async (): Promise<number> => (await dead.getStats()).delayed;
  if (clock !== undefined) await clock.advance(1000);
  await vi.waitFor(async () => expect(await letters()).toBe(count + 1), 120_000);
  return bank;
}

test('the page of dead letters groups them by cause, in the queues that keep some', async () => {
  const clock = createTestClock(START);
  const { payments, dead } = await failed(7, clock);
  const dashboard = createDashboard(new Monitor([payments, dead]), { auth: 'none' });
  const page = await data<DeadLettersData>(dashboard, '/-/dead-letters');
  expect(page.groups).toMatchObject([
    { queue: 'dead', name: 'charge', count: 7, error: expect.stringMatching(/^EBANK: order \d/) },
    { queue: 'dead', name: 'charge', count: 1 },
  ]);
  const html = await (await get(dashboard, '/-/dead-letters')).text();
  expect(html).toContain('Error: no such order');
  expect(html).not.toContain('abcdef123456');
  expect((await data<DeadLettersData>(dashboard, '/-/dead-letters?queue=payments')).groups).toEqual(
    [],
  );
  dashboard.close();
});

test('the page reads the letters of thousands of causes some at a time', async () => {
  const clock = createTestClock(START);
  const { payments, dead } = await failed(0, clock);
  const names = Array.from({ length: 300 }, (_, index) => `job-${index}`);
  const fails = () => {
    throw new Error('no');
  };
  for (const name of names) {
    payments.register(defineJob({ name, attempts: 1, deadLetter: 'dead', handler: fails }));
  }
  await payments.enqueueMany(names.map((job) => ({ job })) as never);
  while ((await dead.getStats()).delayed <= names.length) await clock.advance(100);
  const read = dead.getJob.bind(dead);
  let [now, most] = [0, 0];
  vi.spyOn(dead, 'getJob').mockImplementation(async (id) => {
    now += 1;
    most = Math.max(most, now);
    await Promise.resolve();
    now -= 1;
    return read(id);
  });
  const dashboard = createDashboard(new Monitor([payments, dead]), { auth: 'none' });
  const { groups } = await data<DeadLettersData>(dashboard, '/-/dead-letters');
  expect(groups).toHaveLength(301);
  expect(most).toBeLessThanOrEqual(100);
  dashboard.close();
});

/** Sends an action while the virtual clock goes on. */
async function acting(clock: TestClock, dashboard: Dashboard, body: object): Promise<unknown> {
  let answer: unknown;
  void act(dashboard, 'redrive', body).then(async (response) => {
    answer = await response.json();
  });
  for (let step = 0; answer === undefined && step < 300; step += 1) await clock.advance(200);
  return answer;
}

test('the letters of a cause are redriven with their permission, a few first, and audited', async () => {
  const clock = createTestClock(START);
  const bank = await failed(7, clock);
  const events: AuditEvent[] = [];
  const dashboard = createDashboard(new Monitor([bank.payments, bank.dead]), {
    auth: 'none',
    permissions: ['read', 'retry'],
    audit: (event) => events.push(event),
  });
  const { groups } = await data<DeadLettersData>(dashboard, '/-/dead-letters');
  const id = groups[0]?.fingerprint;
  const body = { queue: 'dead', id, canary: 2 };
  expect(await acting(clock, dashboard, { ...body, dryRun: true })).toEqual({
    changed: 0,
    matched: 7,
  });
  expect(await acting(clock, dashboard, body)).toMatchObject({ stopped: 'failures', left: 5 });
  bank.isUp = true;
  expect(await acting(clock, dashboard, body)).toMatchObject({ changed: 7, failed: 0, left: 0 });
  expect((await bank.dead.getStats()).delayed).toBe(1);
  expect(events).toMatchObject([
    { action: 'redrive', queue: 'dead', ids: [id], changed: 2, outcome: 'done' },
    { action: 'redrive', queue: 'dead', ids: [id], changed: 7, outcome: 'done' },
  ]);
  dashboard.close();
});

test('a slow redrive ends its request within 25 seconds, and says how many letters are left', async () => {
  const clock = createTestClock(START);
  const bank = await failed(50, clock);
  bank.isUp = true;
  const monitor = new Monitor([bank.payments, bank.dead]);
  const dashboard = createDashboard(monitor, { auth: 'none', permissions: ['read', 'retry'] });
  const { groups } = await data<DeadLettersData>(dashboard, '/-/dead-letters');
  const body = { queue: 'dead', id: groups[0]?.fingerprint, canary: 5, perMinute: 60 };
  const before = clock.now();
  const answer = await acting(clock, dashboard, body);
  expect(answer).toMatchObject({ stopped: 'aborted', failed: 0 });
  expect(clock.now() - before).toBeLessThan(30_000);
  const { changed, left } = answer as { changed: number; left: number };
  expect(changed).toBeGreaterThan(20);
  expect(left).toBe(50 - changed);
  dashboard.close();
});

test.each([2, 8])(
  'the page keeps to two jobs a minute after the first %i, over all requests',
  async (canary) => {
    const clock = createTestClock(START);
    const bank = await failed(20, clock);
    const { dead, payments } = bank;
    bank.isUp = true;
    const monitor = new Monitor([payments, dead]);
    const dashboard = createDashboard(monitor, { auth: 'none', permissions: ['read', 'retry'] });
    const { groups } = await data<DeadLettersData>(dashboard, '/-/dead-letters');
    vi.stubGlobal('setTimeout', (callback: () => void, ms: number) =>
      clock.setTimeout(callback, ms),
    );
    vi.spyOn(performance, 'now').mockImplementation(() => clock.now());
    onTestFinished(() => {
      vi.unstubAllGlobals();
      vi.restoreAllMocks();
      dashboard.close();
    });
    const opened: unknown[] = [];
    const desk = {
      attempt: (task: () => Promise<void>) => task(),
      server: {
        do: async (action: string, body: object) => (await act(dashboard, action, body)).json(),
      },
      app: {
        open: (dialog: { kind: string; onSubmit?: (values: object) => void }) => {
          opened.push(dialog);
          dialog.onSubmit?.({ canary: String(canary), perMinute: '2' });
        },
      },
    };
    const { fingerprint: id, name } = groups.find(({ count }) => count === 20) ?? {};
    void redrive(desk as never, { do: 'redrive', queue: 'dead', id, name } as never);
    const began = clock.now();
    const left = async (): Promise<number> => (await dead.getStats()).delayed - 1;
    for (let minute = 1; minute <= 5; minute += 1) {
      while (clock.now() < began + minute * 60_000) await clock.advance(1000);
      expect(20 - (await left())).toBeLessThanOrEqual(canary + 2 * minute);
    }
    expect(20 - (await left())).toBeGreaterThanOrEqual(canary + 6);
    expect(opened.at(-1)).toMatchObject({ kind: 'progress', running: true });
    for (const dialog of opened.slice(1)) {
      expect(dialog).toMatchObject({ text: expect.not.stringContaining('Stopped') });
    }
  },
);

test('the page redrives a cause after a dialog, shows how it went, and leaves nothing to do', async () => {
  const bank = await failed(6);
  const dashboard = await serveDashboard(new Monitor([bank.payments, bank.dead]), {
    auth: 'none',
    permissions: PERMISSIONS,
  });
  onTestFinished(() => dashboard.close());
  const { page, troubles } = await openPage(browser, `${dashboard.url}-/dead-letters`);
  await expectAccessible(page);
  const button = page.getByRole('button', { name: 'Redrive 6 letters of charge with this cause' });
  await button.click();
  await page.getByLabel('How many go first').fill('2');
  await page.getByRole('button', { name: 'Redrive', exact: true }).click();
  await page.getByText('Stopped: too many failed again. 2 went back').waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  bank.isUp = true;
  await button.click();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Redrive', exact: true }).click();
  await page.getByText('6 went back, 0 of them failed again.').waitFor();
  expect((await bank.dead.getStats()).delayed).toBe(1);
  expect(troubles).toEqual([]);
});

import { batch, defineJob, type IQueue, type IQueues, step } from '@philjs/jobs-core';
import { createQueues } from '@philjs/jobs-memory';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import type { DashboardOptions } from '../src/dashboard/dashboard-options.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { WorkflowData } from '../src/pages/workflow/workflow-data.ts';
import { serveDashboard } from '../src/serve/serve-dashboard.ts';
import { PERMISSIONS } from '../src/view/permission.ts';
import { expectAccessible, launchBrowser, openPage, tabTo } from './support/browser.ts';
import { act, data, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const bank = { isUp: false };
const stock = defineJob({ name: 'reserve-stock', queue: 'orders', handler: () => 'shelf' });
const money = defineJob({
  name: 'charge-card',
  queue: 'payments',
  attempts: 1,
  handler: ({ password }: { readonly password: string }) => {
    if (!bank.isUp) throw new Error(`card of ${password} was declined`);
    return 'paid';
  },
});
const ship = defineJob({ name: 'ship', queue: 'orders', handler: () => 'shipped' });
const measure = defineJob({ name: 'measure', queue: 'orders', handler: (_: number) => 1 });
const report = defineJob({ name: 'report', queue: 'orders', handler: () => 'sum' });

interface Flow {
  readonly queues: IQueues;
  readonly orders: IQueue;
  readonly monitor: Monitor;
}

function openFlow(): Flow {
  bank.isUp = false;
  const queues = createQueues(
    { orders: { concurrency: 50 }, payments: {} },
    { jobs: [stock, money, ship, measure, report], logger: keptLogger() },
  );
  onTestFinished(() => queues.close({ timeout: 0 }));
  const orders = queues.get('orders');
  return { queues, orders, monitor: new Monitor([orders, queues.get('payments')]) };
}

/** An order of which the card is declined: stock and money, then the parcel. */
async function order({ queues }: Flow): Promise<void> {
  const first = await queues.enqueue(stock, undefined, { jobId: 'stock' });
  const second = await queues.enqueue(money, { password: 'hunter2000' }, { jobId: 'money' });
  const dependsOn = [first, { queue: 'payments', id: second.id }];
  await queues.enqueue(ship, undefined, { jobId: 'parcel', dependsOn });
}

/** A report over some measurements. */
async function measured({ orders }: Flow, count: number): Promise<void> {
  const items = Array.from({ length: count }, (_, index) => ({
    job: measure,
    payload: index,
    options: { jobId: `m-${index}` },
  }));
  const last = step(report, undefined, { jobId: 'report' });
  // biome-ignore lint/suspicious/noThenProperty: the option's name
  await orders.enqueueMany(batch(items, { then: last, onFailure: 'continue' }));
}

interface Member {
  readonly job: typeof measure;
  readonly payload: number;
  readonly options: { readonly jobId: string; readonly dependsOn: readonly Member[] };
}

/** Five hundred jobs, none of which is like another: each waits for one or two of those before it. */
async function tangled({ orders }: Flow): Promise<void> {
  const items: Member[] = [];
  for (let index = 0; index < 499; index += 1) {
    const before = index === 0 ? [] : [items[(index * 7) % index], items[Math.floor(index / 2)]];
    const dependsOn = [...new Set(before)].filter((item) => item !== undefined);
    items.push({ job: measure, payload: index, options: { jobId: `t-${index}`, dependsOn } });
  }
  const awaited = new Set(items.flatMap(({ options }) => options.dependsOn));
  const dependsOn = items.filter((item) => !awaited.has(item));
  const last = { job: report, payload: undefined, options: { jobId: 'report', dependsOn } };
  await orders.enqueueMany([...items, last]);
}

function dashboardOf({ monitor }: Flow, options: Partial<DashboardOptions> = {}): Dashboard {
  const dashboard = createDashboard(monitor, { auth: 'none', ...options });
  onTestFinished(() => dashboard.close());
  return dashboard;
}

async function served({ monitor }: Flow, options: Partial<DashboardOptions> = {}): Promise<string> {
  const all = { permissions: PERMISSIONS, refreshInterval: 250, ...options };
  const dashboard = await serveDashboard(monitor, { auth: 'none', ...all });
  onTestFinished(() => dashboard.close());
  return dashboard.url;
}

const PARCEL = '-/workflow?queue=orders&id=parcel';
const REPORT = '-/workflow?queue=orders&id=report';

describe('the data of a workflow', () => {
  test('has its jobs, their states, progress, critical path and a drawing', async () => {
    const flow = openFlow();
    await order(flow);
    await flow.queues.process();
    await flow.orders.waitFor('parcel').catch(() => undefined);
    await flow.orders.waitFor('stock');
    const found = await data<WorkflowData>(dashboardOf(flow), `/${PARCEL}`);
    expect(found).toMatchObject({
      name: 'ship',
      status: 'failed',
      total: 3,
      ended: 3,
      byStatus: { failed: 2, completed: 1 },
      failedItself: 1,
      criticalTotal: 2,
      isCut: false,
      canUnfold: false,
      matched: 3,
    });
    expect(found.drawing.boxes).toHaveLength(3);
    expect(found.drawing.lines).toHaveLength(2);
    expect(found.rows.map(({ queue, id }) => `${queue} ${id}`).sort()).toEqual([
      'orders parcel',
      'orders stock',
      'payments money',
    ]);
  });

  test('masks in an error what is secret in the payload of its job', async () => {
    const flow = openFlow();
    await order(flow);
    await flow.queues.process();
    await flow.orders.waitFor('parcel').catch(() => undefined);
    const text = await (await get(dashboardOf(flow), `/${PARCEL}`)).text();
    expect(text).toContain('card of [redacted] was declined');
    expect(text).toContain('Failed for money');
    expect(text).not.toContain('hunter2000');
  });

  test('folds a batch of 10,000 into a few boxes, and lists it by pages', async () => {
    const flow = openFlow();
    await measured(flow, 10_000);
    const dashboard = dashboardOf(flow);
    const found = await data<WorkflowData>(dashboard, `/${REPORT}`);
    expect(found).toMatchObject({ total: 10_001, matched: 10_001, canUnfold: false });
    expect(found.drawing.boxes).toHaveLength(4);
    expect(found.drawing.boxes).toContainEqual(
      expect.objectContaining({
        alike: { name: 'measure', count: 9998, byStatus: { waiting: 9998 }, isRest: true },
      }),
    );
    expect(found.rows).toHaveLength(50);
    const last = await data<WorkflowData>(dashboard, `/${REPORT}&name=measure&from=9990`);
    expect(last).toMatchObject({ matched: 10_000, before: 9990 });
    expect(last.rows).toHaveLength(10);
    const html = await (await get(dashboard, `/${REPORT}`)).text();
    expect(html).toContain('9,998 more measure');
    expect(html.length).toBeLessThan(100_000);
  });

  test('draws 500 of more jobs that are not alike, and says so', async () => {
    const flow = openFlow();
    const items = Array.from({ length: 700 }, (_, index) => `s-${index}`);
    for (const [index, jobId] of items.entries()) {
      const before = items[index - 1];
      const dependsOn = before === undefined ? [] : [before];
      await flow.orders.enqueue(measure, index, { jobId, dependsOn });
    }
    const found = await data<WorkflowData>(dashboardOf(flow), '/-/workflow?queue=orders&id=s-699');
    expect(found.drawing.boxes).toHaveLength(500);
    expect(found.drawing.left).toBe(200);
    expect(found.criticalTotal).toBe(700);
    expect(found.critical).toHaveLength(12);
    const html = await (await get(dashboardOf(flow), '/-/workflow?queue=orders&id=s-699')).text();
    expect(html).toContain('the 500 of 700 jobs that are next to the last one');
  });

  test('refuses what it does not know', async () => {
    const flow = openFlow();
    const dashboard = dashboardOf(flow);
    const codeOf = async (path: string): Promise<number> => (await get(dashboard, path)).status;
    expect(await codeOf('/-/workflow?queue=orders&id=nobody')).toBe(404);
    expect(await codeOf('/-/workflow?queue=orders')).toBe(404);
    await order(flow);
    expect(await codeOf(`/${PARCEL}&fold=yes`)).toBe(400);
    expect(await codeOf(`/${PARCEL}&size=huge`)).toBe(400);
    expect(await codeOf(`/${PARCEL}&from=many`)).toBe(400);
    expect(await codeOf(`/${PARCEL}&from=100&status=lost&name=nobody`)).toBe(200);
  });
});

describe('the actions of a workflow', () => {
  test('cancel and retry the whole of it, with their permissions, and are audited', async () => {
    const flow = openFlow();
    await order(flow);
    const events: AuditEvent[] = [];
    const audit = (event: AuditEvent): void => void events.push(event);
    const reading = dashboardOf(flow, { permissions: ['read'], audit });
    const body = { queue: 'orders', id: 'parcel' };
    expect((await act(reading, 'cancel-workflow', body)).status).toBe(403);
    expect((await act(reading, 'retry-workflow', body)).status).toBe(403);
    const dashboard = dashboardOf(flow, { permissions: ['read', 'cancel', 'retry'], audit });
    const cancelled = await act(dashboard, 'cancel-workflow', { ...body, reason: 'not wanted' });
    expect(await cancelled.json()).toEqual({ changed: 3 });
    expect((await flow.orders.getJob('parcel'))?.error?.message).toContain('not wanted');
    const retried = await act(dashboard, 'retry-workflow', body);
    expect(await retried.json()).toEqual({ changed: 3 });
    expect((await flow.orders.getJob('parcel'))?.status).toBe('blocked');
    expect(events.map(({ action, outcome, changed }) => [action, outcome, changed])).toEqual([
      ['cancel-workflow', '403', 0],
      ['retry-workflow', '403', 0],
      ['cancel-workflow', 'done', 3],
      ['retry-workflow', 'done', 3],
    ]);
  });
});

const SIZES = [
  [
    '1 job',
    '',
    async (flow: Flow) => void (await flow.orders.enqueue(report, undefined, { jobId: 'report' })),
  ],
  ['12 jobs', '', (flow: Flow) => measured(flow, 11)],
  ['500 jobs in a tangle, each with a box', '&size=full&fold=no', tangled],
  ['500 jobs, as a whole', '&size=fit', tangled],
  ['a batch of 10,000', '', (flow: Flow) => measured(flow, 10_000)],
] as const;

describe('the page of a workflow', () => {
  test.each(SIZES)('of %s is for everybody, and fits every screen', async (_, query, fill) => {
    const flow = openFlow();
    await fill(flow);
    const url = await served(flow);
    const { page, troubles } = await openPage(browser, `${url}${REPORT}${query}`);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, ['color-contrast']);
    for (const width of [1280, 768, 390, 320]) {
      await page.setViewportSize({ width, height: 700 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([width, wide]).toEqual([width, width]);
    }
    await expectAccessible(page, ['scrollable-region-focusable', 'target-size']);
    expect(troubles).toEqual([]);
  });

  test('can be read without script: each box says its job and its state, and leads to it', async () => {
    const flow = openFlow();
    await order(flow);
    await flow.queues.process();
    await flow.orders.waitFor('parcel').catch(() => undefined);
    await flow.orders.waitFor('stock');
    const url = await served(flow);
    const { page } = await openPage(browser, url + PARCEL, { javaScriptEnabled: false });
    const boxes = page.locator('.flow a title');
    const texts = await boxes.evaluateAll((all) => all.map((one) => one.textContent));
    expect(texts.map((text) => text?.replace(/(?: ·|, on).*/, ''))).toEqual([
      'ship parcel: failed',
      'reserve-stock stock: completed',
      'charge-card money: failed',
    ]);
    expect(texts.filter((text) => text?.endsWith(', on the critical path'))).toHaveLength(2);
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('.path').textContent()).toMatch(/^Critical path.*ship$/s);
    await page.locator('.flow a').nth(2).click();
    await page.waitForURL(/-\/job\?queue=payments&id=money/);
    await page.getByRole('link', { name: 'workflow' }).click();
    await page.waitForURL(/-\/workflow\?queue=orders&id=parcel/);
    await page.getByRole('link', { name: /^failed/ }).click();
    expect(await page.locator('tbody tr').count()).toBe(2);
  });

  test('the page of a job that waits for others leads to it', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, `${url}-/job?queue=orders&id=parcel`);
    await page.getByRole('link', { name: '2 of 2 jobs' }).click();
    await page.waitForURL(/-\/workflow\?queue=orders&id=parcel/);
    expect(await page.title()).toContain('0 of 3');
    await page.getByText('Command line').click();
    await page.getByText('philjs-jobs workflow cancel parcel --queue orders').waitFor();
  });

  test('of a large one shows the whole first, and leads to where it is', async () => {
    const flow = openFlow();
    await tangled(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, `${url}${REPORT}&fold=no`, {
      javaScriptEnabled: false,
    });
    const wide = (): Promise<number> =>
      page.locator('.flow').evaluate((flow) => flow.scrollWidth - flow.clientWidth);
    expect(await wide()).toBe(0);
    await page.getByRole('link', { name: 'Full size' }).click();
    await page.waitForURL(/fold=no&size=full#now$/);
    expect(await wide()).toBeGreaterThan(1000);
    const isSeen = await page.locator('#now').evaluate((box) => {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      const frame = box.closest('.flow')?.getBoundingClientRect() as DOMRect;
      return (
        left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom
      );
    });
    expect(isSeen).toBe(true);
  });

  test('is gone through by keyboard, and shows where the focus is', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, url + PARCEL);
    await tabTo(page, /^charge-card money: waiting/);
    const width = await page.evaluate(() => {
      const rect = document.activeElement?.querySelector('rect');
      return rect && getComputedStyle(rect).strokeWidth;
    });
    expect(width).toBe('4px');
    await page.keyboard.press('Enter');
    await page.waitForURL(/-\/job\?queue=payments&id=money/);
  });

  test('follows the workflow, and says aloud how it ended', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page, troubles } = await openPage(browser, url + PARCEL);
    await page.locator('.live.live').waitFor();
    await page.locator('.flow .box.blocked').waitFor();
    bank.isUp = true;
    await flow.queues.process();
    await page.locator('h1 .badge.completed').waitFor();
    await page.getByText('3 of 3 have ended').waitFor();
    expect(await page.locator('.flow .box.completed').count()).toBe(3);
    await page
      .locator('#announcer', { hasText: 'The workflow is completed.' })
      .waitFor({ state: 'attached' });
    expect(troubles).toEqual([]);
  });

  test('cancels it, and retries it, after a question each', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, url + PARCEL);
    await page.getByRole('button', { name: 'Cancel the rest of workflow parcel' }).click();
    await page.getByRole('dialog', { name: 'Cancel 3 jobs of this workflow?' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Reason').fill('not wanted');
    await page.getByRole('button', { name: 'Cancel them' }).click();
    await page.locator('h1 .badge.cancelled').waitFor();
    expect((await flow.orders.getJob('stock'))?.error?.message).toContain('not wanted');
    await page.getByRole('button', { name: 'Retry failed of workflow parcel' }).click();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.locator('h1 .badge.blocked').waitFor();
    expect((await flow.orders.getJob('stock'))?.status).toBe('waiting');
  });

  test.each(['light', 'dark'] as const)(
    'its texts and marks have contrast, %s',
    async (colorScheme) => {
      const flow = openFlow();
      await measured(flow, 11);
      const url = await served(flow);
      const { page } = await openPage(browser, url + REPORT, { colorScheme });
      expect(await poorContrasts(page)).toEqual([]);
    },
  );
});

/** Lists each state whose texts have a contrast below 4.5, or whose mark or outline has one below 3. */
function poorContrasts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const light = (color: string): number => {
      const [r = 0, g = 0, b = 0] = numbers(color).map((one) =>
        one / 255 <= 0.03928 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
      );
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a: string, b: string): number => {
      const [dark = 0, bright = 0] = [light(a), light(b)].sort((one, other) => one - other);
      return (bright + 0.05) / (dark + 0.05);
    };
    const box = document.querySelector('.flow .box') as Element;
    const poor: string[] = [];
    for (const state of [
      'blocked',
      'delayed',
      'waiting',
      'active',
      'failed',
      'cancelled',
      'completed',
      'removed',
    ]) {
      box.setAttribute('class', `box ${state}`);
      const style = (part: string): CSSStyleDeclaration =>
        getComputedStyle(box.querySelector(part) as Element);
      const { fill, stroke } = style('rect');
      const found = {
        name: contrast(style('.name').fill, fill) / 4.5,
        note: contrast(style('.note').fill, fill) / 4.5,
        mark: contrast(style('.mark').stroke, fill) / 3,
        outline:
          contrast(
            stroke,
            getComputedStyle(document.querySelector('.flow') as Element).backgroundColor,
          ) / 3,
      };
      for (const [part, share] of Object.entries(found))
        if (share < 1) poor.push(`${state} ${part} ${share}`);
    }
    return poor;
  });
}

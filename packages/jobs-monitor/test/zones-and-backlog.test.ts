import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { MetricsData } from '../src/pages/metrics/metrics-data.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { data, get } from './support/request.ts';
import { openShop } from './support/shop.ts';
import { virtualSystem } from './support/system.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('times are shown in the zone of the browser, in UTC or in that of a schedule of the page', async () => {
  const { url } = await openShop();
  const { page } = await openPage(browser, `${url}-/schedules`, { timezoneId: 'Asia/Tokyo' });
  const zone = page.locator('button.zone');
  const seen: string[] = [];
  for (let click = 0; click < 4; click += 1) {
    seen.push((await zone.textContent()) ?? '');
    await zone.click();
  }
  expect(seen).toEqual(['Asia/Tokyo', 'UTC', 'Europe/Berlin', 'Asia/Tokyo']);
  await zone.click();
  expect(await zone.textContent()).toBe('Europe/Berlin');
  // The choice stays, also on a page without that schedule, from which the others can be reached.
  await page.goto(`${url}-/jobs`);
  await page.locator('html.script').waitFor();
  expect(await zone.textContent()).toBe('Europe/Berlin');
  await zone.click();
  expect(await zone.textContent()).toBe('Asia/Tokyo');
});

test('times are entered in the zone in which they are shown, which each field names', async () => {
  const { url } = await openShop();
  const { page } = await openPage(browser, `${url}-/schedules`, { timezoneId: 'Asia/Tokyo' });
  const zone = page.locator('button.zone');
  const sent = async (action: string, press: () => Promise<void>): Promise<object> => {
    const [request] = await Promise.all([page.waitForRequest(`**/-/do/${action}`), press()]);
    return request.postDataJSON() as object;
  };
  // Berlin is an hour ahead in winter, two in summer; its clocks changed on 25 October.
  for (const [name, from, to] of [
    ['Asia/Tokyo', Date.UTC(2026, 9, 24, 15, 30), Date.UTC(2026, 9, 25, 3)],
    ['UTC', Date.UTC(2026, 9, 25, 0, 30), Date.UTC(2026, 9, 25, 12)],
    ['Europe/Berlin', Date.UTC(2026, 9, 24, 22, 30), Date.UTC(2026, 9, 25, 11)],
  ] as const) {
    while ((await zone.textContent()) !== name) await zone.click();
    await page.getByRole('button', { name: 'Backfill schedule nightly-backup' }).click();
    const begin = page.getByLabel(`From (${name})`);
    const shown = await begin.inputValue();
    const format = new Intl.DateTimeFormat('en', {
      timeZone: name,
      hour: '2-digit',
      hourCycle: 'h23',
    });
    const hours = [0, 3_600_000].map((more) => format.format(Date.now() - 86_400_000 - more));
    expect(hours).toContain(shown.slice(11, 13));
    await begin.fill('2026-10-25T00:30');
    await page.getByLabel(`To (${name})`).fill('2026-10-25T12:00');
    const press = (): Promise<void> =>
      page.getByRole('button', { name: 'Backfill', exact: true }).click();
    expect(await sent('backfill', press)).toMatchObject({ from, to });
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
});

test('a job that waits is changed from its page, at a time in the zone shown', async () => {
  const { url, queue } = await openShop();
  const address = `${url}-/job?queue=emails&id=later`;
  const { page } = await openPage(browser, address, { timezoneId: 'Asia/Tokyo' });
  await page.locator('button.zone', { hasText: 'Asia/Tokyo' }).click();
  await page.getByRole('button', { name: 'Change job later' }).click();
  const year = new Date().getUTCFullYear() + 1;
  await page.getByLabel('Run at (UTC)').fill(`${year}-06-01T09:00`);
  await page.getByLabel(/^Priority/).fill('7');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('The job was changed.').first().waitFor();
  const runAt = new Date(Date.UTC(year, 5, 1, 9));
  expect(await queue.getJob('later')).toMatchObject({ priority: 7, runAt, payload: {} });
});

test('a completed job is run again from its page', async () => {
  const { url, queue } = await openShop();
  const { page } = await openPage(browser, `${url}-/job?queue=emails&id=done`);
  await page.getByRole('button', { name: 'Run again job done' }).click();
  await page.getByRole('link', { name: 'Show it' }).click();
  await page.waitForURL((to) => !to.search.includes('done'));
  const id = new URL(page.url()).searchParams.get('id') ?? '';
  expect(await queue.getJob(id)).toMatchObject({ metadata: { rerunOf: 'done' } });
});

test('a running monitor samples the backlog, which the page of metrics draws with gaps', async () => {
  const { clock, queue, work } = virtualSystem();
  const monitor = new Monitor(queue, undefined, { onHealthChange: () => undefined });
  onTestFinished(() => monitor.stop());
  const dashboard = createDashboard(monitor, { auth: 'none' });
  const before = await data<MetricsData>(dashboard, '/-/metrics');
  expect(new Set(before.series.waiting)).toEqual(new Set([null]));
  expect(await (await get(dashboard, '/-/metrics')).text()).not.toContain('Backlog');
  for (let count = 0; count < 3; count += 1) await queue.enqueue(work, {});
  await queue.enqueue(work, {}, { delay: 3_600_000 });
  monitor.start();
  await clock.advance(60_000);
  await queue.enqueue(work, {});
  await clock.advance(60_000);
  const { series } = await data<MetricsData>(dashboard, '/-/metrics?queue=emails');
  expect(series.waiting.slice(-3)).toEqual([3, 3, 4]);
  expect(series.delayed.slice(-3)).toEqual([1, 1, 1]);
  expect(series.waiting[0]).toBeNull();
  const page = await (await get(dashboard, '/-/metrics')).text();
  expect(page).toContain('Backlog');
  // Also without script, a line begins where something is known, not at zero.
  const [, backlog = ''] = page.split('Backlog</h2>');
  expect(backlog).toMatch(/<path[^>]* d="M(?!0\.0 )/);
  const ofName = await (await get(dashboard, '/-/metrics?queue=emails&name=work')).text();
  expect(ofName).not.toContain('Backlog');
});

test('the overview says in how long a backlog is done at the present rate', async () => {
  const { clock, queue, work } = virtualSystem();
  const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
  await queue.process();
  await queue.enqueueMany(Array.from({ length: 120 }, () => ({ job: work, payload: {} })));
  await clock.advance(60_000);
  await queue.stop();
  await queue.enqueueMany(Array.from({ length: 240 }, () => ({ job: work, payload: {} })));
  const page = await (await get(dashboard, '/')).text();
  expect(page).toContain('120/min');
  expect(page).toContain('done in 2 min');
  await queue.pause();
  await clock.advance(1000);
  expect(await (await get(dashboard, '/')).text()).not.toContain('done in');
});

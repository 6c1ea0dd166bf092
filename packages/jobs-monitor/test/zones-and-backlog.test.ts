import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { MetricsData } from '../src/pages/metrics/metrics-data.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { data, get } from './support/request.ts';
import { openShop } from './support/shop.ts';
import { virtualSystem } from './support/system.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

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

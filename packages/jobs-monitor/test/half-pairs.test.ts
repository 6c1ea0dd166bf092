import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { launchBrowser, openPage } from './support/browser.ts';
import { get } from './support/request.ts';
import { openShop } from './support/shop.ts';
import { virtualSystem } from './support/system.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** An id cut within an emoji: an address cannot carry it as it is. */
const HALF = 'order 😀'.slice(0, -1);

test('a job whose id was cut within a character has a page, which is followed and acted on', async () => {
  const { url, queue, work } = await openShop();
  await queue.enqueue(work, { to: 'ada@example.org' }, { jobId: HALF, delay: 3_600_000 });
  const { page, troubles } = await openPage(browser, `${url}-/jobs?queue=emails&q=status:delayed`);
  await page.getByRole('link', { name: /order/ }).first().click();
  await page.locator('.badge.delayed').waitFor();
  await page.locator('.live', { hasText: 'live' }).waitFor();
  await page.getByRole('button', { name: /^Change job/ }).click();
  await page.getByLabel(/^Priority/).fill('7');
  await page.getByRole('button', { name: 'Change', exact: true }).click();
  await page.getByText('The job was changed.').first().waitFor();
  expect(await queue.getJob(HALF)).toMatchObject({ priority: 7 });
  await page.getByRole('button', { name: /^Run now/ }).click();
  await page.locator('.badge.completed').waitFor();
  expect(troubles).toEqual([]);
});

test.each(['id*=5', 'id*={', 'id*="a"&id=b', 'q*="a"', 'id*=["a"]'])(
  '%s is refused',
  async (query) => {
    const { queue } = virtualSystem();
    const dashboard = createDashboard(new Monitor(queue), { auth: 'none' });
    expect((await get(dashboard, `/-/job?queue=emails&${query}`)).status).toBe(400);
  },
);

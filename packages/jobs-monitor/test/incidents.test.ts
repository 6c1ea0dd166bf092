import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from './support/browser.ts';
import { openStorm, retryFromOverview, type Storm } from './support/storm.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

async function storm(failures = 396): Promise<Storm> {
  const opened = await openStorm(failures);
  onTestFinished(() => opened.close());
  return opened;
}

test.each([
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  ['a phone', { viewport: { width: 375, height: 740 } }],
])(
  'on %s, one cause of many jobs and queues is retried from the overview by three clicks',
  async (_, options) => {
    const opened = await storm();
    const { page, troubles } = await retryFromOverview(browser, opened, options);
    const stats = await Promise.all(opened.queues.map((queue) => queue.getStats()));
    expect(stats.reduce((sum, { waiting }) => sum + waiting, 0)).toBe(opened.refused);
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await expectAccessible(page);
    expect(troubles).toEqual([]);
  },
);

test('causes are a line each, are searched and ordered, and their jobs open on demand', async () => {
  const { dashboard } = await storm();
  const { page } = await openPage(browser, `${dashboard.url}-/failures`);
  const rows = page.locator('tbody tr');
  expect(await rows.count()).toBe(12);
  const heights = await rows.evaluateAll((all) => all.map((row) => row.clientHeight));
  expect(Math.max(...heights)).toBeLessThan(50);
  const first = rows.first();
  expect(await first.textContent()).toMatch(/ECONNREFUSED.*264.*40 jobs, 6 queues.*\/min/s);
  await first.locator('.incident summary').click();
  await first
    .getByRole('link', { name: /× job-7$/ })
    .first()
    .waitFor();
  await first.getByRole('link', { name: 'The latest' }).waitFor();
  expect(await first.locator('li').count()).toBeGreaterThan(40);

  await page.getByLabel('Search causes').fill('service C');
  await page.getByRole('button', { name: 'Search' }).click();
  await page.waitForURL(/q=service\+C/);
  expect(await rows.locator('.error').allTextContents()).toEqual(['Error: service c refused']);
  await page.getByRole('link', { name: 'Since' }).click();
  await page.waitForURL(/q=service\+C&order=since/);
  expect(await page.locator('th [aria-current=true]').textContent()).toBe('Since ↓');
  await expectAccessible(page);
});

test('several causes are ticked, and acknowledged together', async () => {
  const { dashboard, queues } = await storm();
  const { page } = await openPage(browser, `${dashboard.url}-/failures?q=service`);
  await page.getByRole('checkbox', { name: 'Select Error: service a refused' }).check();
  await page.getByRole('checkbox', { name: 'Select Error: service b refused' }).check();
  await page.getByText('2 causes selected, 24 jobs').waitFor();
  await page.getByRole('button', { name: 'Remove 24 jobs of 2 selected causes' }).click();
  const dialog = page.getByRole('dialog');
  await page.getByRole('heading', { name: 'Remove 24 jobs?' }).waitFor();
  expect(await dialog.locator('.about li').count()).toBe(2);
  await dialog.getByLabel(/24/).fill('24');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('24 removed.').waitFor();
  const failed = await Promise.all(queues.map((queue) => queue.getStats()));
  expect(failed.reduce((sum, stats) => sum + stats.failed, 0)).toBe(396 - 24);
});

test('a store that is away is one problem, and the problems beyond the named ones are a link away', async () => {
  const opened = await storm();
  opened.setAway(true);
  const { page } = await openPage(browser, opened.dashboard.url);
  const health = page.getByRole('region', { name: /things need you/ });
  await health.getByText('`search` cannot reach its store'.replaceAll('`', '')).waitFor();
  const more = health.getByRole('link', { name: /^and \d+ more$/ });
  await more.click();
  await page.waitForURL(/problems=all/);
  const title = await page.getByRole('heading', { level: 1 }).textContent();
  expect(await health.locator('li').count()).toBe(Number.parseInt(title ?? '', 10));
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser, openPage } from '../support/browser.ts';
import { openStorm, retryFromOverview, type Storm } from '../support/storm.ts';

let browser: Browser;
let storm: Storm;
beforeAll(async () => {
  [browser, storm] = await Promise.all([launchBrowser(), openStorm(30_000)]);
});
afterAll(() => Promise.all([browser.close(), storm.close()]));

test('30,000 failures of 12 causes: while a store is away the cause is named at once, and then retried by three clicks on a phone', async () => {
  storm.setAway(true);
  const { page } = await openPage(browser, storm.dashboard.url);
  await page.getByText('search cannot reach its store').waitFor();
  const row = page.locator('tbody tr', { hasText: 'ECONNREFUSED' });
  expect(await row.textContent()).toMatch(/40 jobs, 5 queues/);
  storm.setAway(false);
  const startedAt = performance.now();
  await retryFromOverview(browser, storm, { viewport: { width: 375, height: 740 } });
  const tookMs = Math.round(performance.now() - startedAt);
  const stats = await Promise.all(storm.queues.map((queue) => queue.getStats()));
  const waiting = stats.reduce((sum, one) => sum + one.waiting, 0);
  process.stdout.write(`${JSON.stringify({ retried: waiting, tookMs })}\n`);
  expect(waiting).toBe(storm.refused);
});

import { defineJob } from '@philjs/jobs-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { openShop } from './support/shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a retry at a rate goes on step by step, and stops by itself when they fail again', async () => {
  const { url, media, work } = await openShop();
  const failing = { job: work, payload: { fail: 'disk full' } };
  await media.enqueueMany(Array.from({ length: 30 }, () => failing));
  await media.process();
  await vi.waitFor(async () => expect((await media.getStats()).failed).toBe(30), 120_000);
  const { page } = await openPage(browser, `${url}-/failures?queue=media`);
  await page.locator('.menu').click();
  await page.getByRole('button', { name: /^Retry all that failed by/ }).click();
  await page.getByLabel(/^At most this many a minute/).fill('120');
  // The page waits three seconds between two steps.
  await page.clock.install();
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByText('6 retried', { exact: true }).waitFor();
  await vi.waitFor(async () => expect((await media.getStats()).failed).toBe(30), 120_000);
  await page.clock.runFor(3000);
  await page.getByText('6 jobs failed again. It stopped by itself. 6 retried.').waitFor();
});

test('a retry at a rate finds its jobs behind five hundred newer ones of another cause', async () => {
  const { url, media, work } = await openShop();
  const failing = (count: number, fail: string): object[] =>
    Array.from({ length: count }, () => ({ job: work, payload: { fail } }));
  await media.enqueueMany(failing(30, 'disk full') as never);
  await media.process({ concurrency: 100 });
  await vi.waitFor(async () => expect((await media.getStats()).failed).toBe(30), 120_000);
  await media.enqueueMany(failing(600, 'no route') as never);
  await vi.waitFor(async () => expect((await media.getStats()).failed).toBe(630), 120_000);
  const { page } = await openPage(browser, `${url}-/failures?queue=media`);
  await page.locator('.menu').last().click();
  await page.getByRole('button', { name: 'Retry all that failed by Error: disk full' }).click();
  const rate = page.getByLabel(/^At most this many a minute/);
  // No rate is "as fast as it goes"; a rate of none must not be the same.
  await rate.fill('0');
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  expect(await rate.evaluate((input: HTMLInputElement) => input.validity.valid)).toBe(false);
  await rate.fill('120');
  await page.clock.install();
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByText('6 retried', { exact: true }).waitFor();
  await vi.waitFor(async () => expect((await media.getStats()).failed).toBe(630), 120_000);
  await page.clock.runFor(3000);
  await page.getByText('6 jobs failed again. It stopped by itself. 6 retried.').waitFor();
});

test('a retry at a rate goes past jobs that cannot be retried, as others have their keys', async () => {
  const { url, media } = await openShop();
  let fails = true;
  const unique = defineJob({
    name: 'unique',
    attempts: 1,
    deduplicate: ({ key }: { key: number }) => ({ key: String(key) }),
    handler: () => {
      if (fails) throw new Error('no route');
    },
  });
  media.register(unique);
  await media.process();
  const failed = async (count: number): Promise<void> =>
    vi.waitFor(async () => expect((await media.getStats()).failed).toBe(count), 120_000);
  for (let key = 0; key < 15; key += 1) {
    await media.enqueue(unique, { key });
    await failed(key + 1);
  }
  fails = false;
  // Those that failed last come first, and are more than a step takes.
  for (let key = 5; key < 15; key += 1) await media.enqueue(unique, { key }, { delay: 3_600_000 });
  const { page } = await openPage(browser, `${url}-/failures?queue=media`);
  await page.locator('.menu').click();
  await page.getByRole('button', { name: /^Retry all that failed by/ }).click();
  await page.getByLabel(/^At most this many a minute/).fill('120');
  await page.clock.install();
  await page.getByRole('button', { name: 'Retry', exact: true }).click();
  await page.getByText('5 retried', { exact: true }).waitFor();
  await failed(10);
  await page.clock.runFor(3000);
  await page.getByText('5 retried.', { exact: true }).waitFor();
});

import { createFaultProxy, type FaultProxy } from '@philjs/jobs-faults';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { openShop, type Shop } from './support/shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface Behind extends Shop {
  readonly page: Page;
  readonly proxy: FaultProxy;
}

/** Opens the overview of a shop behind a network that fails, on a clock that can be turned. */
async function openBehind(): Promise<Behind> {
  const shop = await openShop();
  const proxy = await createFaultProxy({ target: { port: Number(new URL(shop.url).port) } });
  onTestFinished(() => proxy.close());
  const { page } = await openPage(browser, `http://127.0.0.1:${proxy.port}/`);
  await page.clock.install();
  await page.reload();
  await page.locator('.live', { hasText: 'live' }).waitFor();
  return { ...shop, page, proxy };
}

test('a page whose connection is lost without notice opens another one', async () => {
  const { page, proxy, media, work } = await openBehind();
  const before = await page.locator('tr', { hasText: 'media' }).first().textContent();
  proxy.halfOpen();
  await media.enqueueMany(Array.from({ length: 1234 }, () => ({ job: work, payload: {} })));
  await page.clock.fastForward(60_000);
  await page.getByText('1,235').first().waitFor();
  expect(before).not.toContain('1,235');
  await page.locator('.live', { hasText: 'live' }).waitFor();
});

test('a page that hears nothing for long says that nothing answers, until it does', async () => {
  const { page, proxy } = await openBehind();
  proxy.blackhole();
  await page.clock.fastForward(60_000);
  await page.locator('.live', { hasText: 'not answering' }).waitFor();
  proxy.heal();
  await page.locator('.live', { hasText: 'live' }).waitFor();
});

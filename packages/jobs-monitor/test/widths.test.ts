import type { Browser, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from './support/browser.ts';
import { type Crowd, openCrowd } from './support/crowd.ts';
import { addressOf, expectFits, PAGES, WIDTHS } from './support/crowd-pages.ts';

let browser: Browser;
let crowd: Crowd;
beforeAll(async () => {
  [browser, crowd] = await Promise.all([launchBrowser(), openCrowd()]);
});
afterAll(() => Promise.all([browser.close(), crowd.close()]));

/** The rules whose outcome depends on colours. */
const COLOURS = ['color-contrast'];

// With all of axe's rules at every width, in both schemes: `test/faults/widths.test.ts`.
test.each(PAGES)(
  'over three queues, one of them away, with 10,000 failures and names as long as they may be, /%s fits every screen',
  async (path) => {
    const { page, troubles } = await openPage(browser, addressOf(crowd, path));
    await page.locator('.live.live, .live.partly, .live.polling').first().waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const width of WIDTHS) {
        await expectFits(page, width);
        const isWidest = width === Math.max(...WIDTHS);
        if (colorScheme === 'dark' && isWidest) await expectAccessible(page, COLOURS);
        const isNarrowest = width === Math.min(...WIDTHS);
        if (colorScheme === 'light' && (isWidest || isNarrowest)) await expectAccessible(page);
      }
    }
    expect(troubles).toEqual([]);
  },
);

test('the overview says what is known of the store that is away, and nothing else', async () => {
  const { page } = await openPage(browser, crowd.dashboard.url);
  await page.locator('.live.partly').waitFor();
  expect(await page.locator('.live').textContent()).toContain('1 store away');
  expect(await page.locator('.environment.red').textContent()).toBe('production');
  const text = (await page.locator('main').textContent()) ?? '';
  expect(text).toMatch(/not answering; as of/);
  expect(text).toMatch(/at least 2,000|×/);
  expect(text).not.toMatch(/No failed jobs\./);
  await page.goto(`${crowd.dashboard.url}-/failures`);
  expect(await page.locator('tbody tr').count()).toBe(40);
});

test('what the first page loads is at most 40 KB, compressed over the wire', async () => {
  const page = await browser.newPage();
  const responses: Response[] = [];
  page.on('response', (response) => responses.push(response));
  await page.goto(crowd.dashboard.url);
  await page.locator('html.script').waitFor();
  const texts = responses.filter((response) => /\/$|\.(?:js|css)$/.test(response.url()));
  for (const one of texts) expect(one.headers()['content-encoding']).toBe('gzip');
  const sizes = await Promise.all(
    texts.slice(1).map(async (one) => (await one.request().sizes()).responseBodySize),
  );
  await page.close();
  const total = sizes.reduce((sum, size) => sum + size, 0);
  process.stdout.write(`script and style of the first page: ${total} bytes over the wire\n`);
  expect(sizes.length).toBeGreaterThanOrEqual(2);
  expect(total).toBeLessThanOrEqual(40 * 1024);
});

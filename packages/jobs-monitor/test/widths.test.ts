import type { Browser, Response } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from './support/browser.ts';
import { type Crowd, LONG_NAME, LONG_QUEUE, openCrowd } from './support/crowd.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

let browser: Browser;
let crowd: Crowd;
beforeAll(async () => {
  [browser, crowd] = await Promise.all([launchBrowser(), openCrowd()]);
});
afterAll(() => Promise.all([browser.close(), crowd.close()]));

const PAGES = [
  '',
  '-/jobs',
  '-/jobs?q=status%3Afailed',
  '-/job?queue=QUEUE&id=ID',
  '-/workflow?queue=QUEUE&id=ID',
  '-/enqueue?queue=QUEUE&name=NAME',
  '-/failures',
  '-/dead-letters',
  '-/schedules',
  '-/workers',
  '-/metrics',
];
const WIDTHS = [1280, 1024, 768, 390, 320];

test.each(PAGES)(
  'over three queues, one of them away, with 10,000 failures and names as long as they may be, /%s fits every screen',
  async (path) => {
    const url =
      crowd.dashboard.url +
      path
        .replace('QUEUE', LONG_QUEUE)
        .replace('ID', encodeURIComponent(crowd.jobId))
        .replace('NAME', LONG_NAME);
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, troubles } = await openPage(browser, url, { colorScheme });
      await page.locator('.live.live, .live.partly, .live.polling').first().waitFor();
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        // Charts follow their place a frame later.
        const scroll = await page.evaluate(async () => {
          for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame);
          return document.documentElement.scrollWidth;
        });
        expect([colorScheme, width, scroll <= width ? 'fits' : `is ${scroll} wide`]).toEqual([
          colorScheme,
          width,
          'fits',
        ]);
        await expectAccessible(page);
      }
      expect(troubles).toEqual([]);
    }
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

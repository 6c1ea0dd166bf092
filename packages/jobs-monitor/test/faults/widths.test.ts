import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from '../support/browser.ts';
import { type Crowd, openCrowd } from '../support/crowd.ts';
import { addressOf, expectFits, PAGES, WIDTHS } from '../support/crowd-pages.ts';

let browser: Browser;
let crowd: Crowd;
beforeAll(async () => {
  [browser, crowd] = await Promise.all([launchBrowser(), openCrowd()]);
});
afterAll(() => Promise.all([browser.close(), crowd.close()]));

test.each(PAGES)(
  'over three queues, one of them away, /%s passes all rules of axe at every width, light and dark',
  async (path) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, troubles } = await openPage(browser, addressOf(crowd, path), { colorScheme });
      await page.locator('.live.live, .live.partly, .live.polling').first().waitFor();
      for (const width of WIDTHS) {
        await expectFits(page, width);
        await expectAccessible(page);
      }
      expect(troubles).toEqual([]);
    }
  },
);

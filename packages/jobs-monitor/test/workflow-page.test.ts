import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { expectAccessible, launchBrowser, openPage, tabTo } from './support/browser.ts';
import {
  bank,
  type Flow,
  measured,
  openFlow,
  order,
  PARCEL,
  REPORT,
  report,
  served,
  tangled,
} from './support/order-flow.ts';
import { poorContrasts } from './support/poor-contrasts.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const SIZES = [
  [
    '1 job',
    '',
    async (flow: Flow) => void (await flow.orders.enqueue(report, undefined, { jobId: 'report' })),
  ],
  ['12 jobs', '', (flow: Flow) => measured(flow, 11)],
  ['500 jobs in a tangle, each with a box', '&size=full&fold=no', tangled],
  ['500 jobs, as a whole', '&size=fit', tangled],
  ['a batch of 10,000', '', (flow: Flow) => measured(flow, 10_000)],
] as const;

describe('the page of a workflow', () => {
  test.each(SIZES)('of %s is for everybody, and fits every screen', async (_, query, fill) => {
    const flow = openFlow();
    await fill(flow);
    const url = await served(flow);
    const { page, troubles } = await openPage(browser, `${url}${REPORT}${query}`);
    await expectAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expectAccessible(page, ['color-contrast']);
    for (const width of [1280, 768, 390, 320]) {
      await page.setViewportSize({ width, height: 700 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([width, wide]).toEqual([width, width]);
    }
    await expectAccessible(page, ['scrollable-region-focusable', 'target-size']);
    expect(troubles).toEqual([]);
  });

  test.each([1280, 1440, 1920])('of three layers shows all of them at %i pixels', async (width) => {
    const flow = openFlow();
    await order(flow);
    const dependsOn = ['parcel'];
    await flow.orders.enqueue(report, undefined, { jobId: 'report', dependsOn });
    const url = await served(flow);
    const { page } = await openPage(browser, url + REPORT);
    await page.setViewportSize({ width, height: 800 });
    for (const part of ['.flow', '#jobs', 'html']) {
      const hidden = await page.locator(part).evaluate((one) => one.scrollWidth - one.clientWidth);
      expect([part, hidden]).toEqual([part, 0]);
    }
  });

  test('can be read without script: each box says its job and its state, and leads to it', async () => {
    const flow = openFlow();
    await order(flow);
    await flow.queues.process();
    await flow.orders.waitFor('parcel').catch(() => undefined);
    await flow.orders.waitFor('stock');
    const url = await served(flow);
    const { page } = await openPage(browser, url + PARCEL, { javaScriptEnabled: false });
    const boxes = page.locator('.flow a title');
    const texts = await boxes.evaluateAll((all) => all.map((one) => one.textContent));
    expect(texts.map((text) => text?.replace(/(?: ·|, on).*/, ''))).toEqual([
      'ship parcel: failed',
      'reserve-stock stock: completed',
      'charge-card money: failed',
    ]);
    expect(texts.filter((text) => text?.endsWith(', on the critical path'))).toHaveLength(2);
    expect(await page.locator('button:visible').count()).toBe(0);
    expect(await page.locator('.path').textContent()).toMatch(/^Critical path.*ship$/s);
    await page.locator('.flow a').nth(2).click();
    await page.waitForURL(/-\/job\?queue=payments&id=money/);
    await page.getByRole('link', { name: 'workflow' }).click();
    await page.waitForURL(/-\/workflow\?queue=orders&id=parcel/);
    await page.getByRole('link', { name: /^failed/ }).click();
    await page.waitForURL(/status=failed/);
    expect(await page.locator('#jobs tbody tr').count()).toBe(2);
  });

  test('the page of a job that waits for others leads to it', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, `${url}-/job?queue=orders&id=parcel`);
    await page.getByRole('link', { name: '2 of 2 jobs' }).click();
    await page.waitForURL(/-\/workflow\?queue=orders&id=parcel/);
    expect(await page.title()).toContain('0 of 3');
    await page.getByText('Command line').click();
    await page.getByText('philjs-jobs workflow cancel parcel --queue orders').waitFor();
  });

  test('of a large one shows the whole first, and leads to where it is', async () => {
    const flow = openFlow();
    await tangled(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, `${url}${REPORT}&fold=no`, {
      javaScriptEnabled: false,
    });
    const wide = (): Promise<number> =>
      page.locator('.flow').evaluate((flow) => flow.scrollWidth - flow.clientWidth);
    expect(await wide()).toBe(0);
    await page.getByRole('link', { name: 'Full size' }).click();
    await page.waitForURL(/fold=no&size=full#now$/);
    expect(await wide()).toBeGreaterThan(1000);
    const isSeen = await page.locator('#now').evaluate((box) => {
      const { left, top, right, bottom } = box.getBoundingClientRect();
      const frame = box.closest('.flow')?.getBoundingClientRect() as DOMRect;
      return (
        left >= frame.left && right <= frame.right && top >= frame.top && bottom <= frame.bottom
      );
    });
    expect(isSeen).toBe(true);
  });

  test('is gone through by keyboard, and shows where the focus is', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, url + PARCEL);
    await tabTo(page, /^charge-card money: waiting/);
    const width = await page.evaluate(() => {
      const rect = document.activeElement?.querySelector('rect');
      return rect && getComputedStyle(rect).strokeWidth;
    });
    expect(width).toBe('4px');
    await page.keyboard.press('Enter');
    await page.waitForURL(/-\/job\?queue=payments&id=money/);
  });

  test('follows the workflow, and says aloud how it ended', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page, troubles } = await openPage(browser, url + PARCEL);
    await page.locator('.live.live').waitFor();
    await page.locator('.flow .box.blocked').waitFor();
    bank.isUp = true;
    await flow.queues.process();
    await page.locator('h1 .badge.completed').waitFor();
    await page.getByText('3 of 3 have ended').waitFor();
    expect(await page.locator('.flow .box.completed').count()).toBe(3);
    await page
      .locator('#announcer', { hasText: 'The workflow is completed.' })
      .waitFor({ state: 'attached' });
    expect(troubles).toEqual([]);
  });

  test('draws when each job waited and ran, and opens the drawing where the work is', async () => {
    const flow = openFlow();
    await tangled(flow);
    await flow.queues.process();
    await flow.orders.waitFor('report');
    const url = await served(flow);
    const { page } = await openPage(browser, `${url}${REPORT}&size=full&fold=no`);
    const lines = page.getByRole('table', { name: /^When each job waited and ran/ });
    expect(await lines.locator('tbody tr').count()).toBe(40);
    expect(await lines.locator('tbody tr').last().textContent()).toMatch(/^report.*ms.*ms$/);
    expect(await lines.locator('tbody tr').last().locator('rect').count()).toBe(2);
    await page.setViewportSize({ width: 390, height: 700 });
    await page.reload();
    const inSight = (): Promise<boolean> =>
      page.evaluate(() => {
        const box = document.getElementById('now')?.getBoundingClientRect();
        const all = document.querySelector('.flow')?.getBoundingClientRect();
        return (
          box !== undefined &&
          all !== undefined &&
          box.left >= all.left &&
          box.right <= all.right &&
          box.top >= all.top &&
          box.bottom <= all.bottom
        );
      });
    await vi.waitFor(async () => expect(await inSight()).toBe(true), 10_000);
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
  });

  test('cancels it, and retries it, after a question each', async () => {
    const flow = openFlow();
    await order(flow);
    const url = await served(flow);
    const { page } = await openPage(browser, url + PARCEL);
    await page.getByRole('button', { name: 'Cancel the rest of workflow parcel' }).click();
    await page.getByRole('dialog', { name: 'Cancel 3 jobs of this workflow?' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Reason').fill('not wanted');
    await page.getByRole('button', { name: 'Cancel them' }).click();
    await page.locator('h1 .badge.cancelled').waitFor();
    expect((await flow.orders.getJob('stock'))?.error?.message).toContain('not wanted');
    await page.getByRole('button', { name: 'Retry failed of workflow parcel' }).click();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.locator('h1 .badge.blocked').waitFor();
    expect((await flow.orders.getJob('stock'))?.status).toBe('waiting');
  });

  test.each(['light', 'dark'] as const)(
    'its texts and marks have contrast, %s',
    async (colorScheme) => {
      const flow = openFlow();
      await measured(flow, 11);
      const url = await served(flow);
      const { page } = await openPage(browser, url + REPORT, { colorScheme });
      expect(await poorContrasts(page)).toEqual([]);
    },
  );
});

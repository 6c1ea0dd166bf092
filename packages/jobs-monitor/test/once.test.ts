import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { openShop } from './support/shop.ts';

/** Waits as long as a slow machine takes: by itself, `vi.waitFor` gives up after a second. */
const PATIENTLY = { timeout: 60_000 };

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Keeps actions waiting, as a slow network does. */
interface SlowActions {
  /** How many have been sent so far. */
  readonly sent: () => number;
  /** Lets all of them through, and those to come. */
  readonly release: () => void;
}

async function slowActions(page: Page): Promise<SlowActions> {
  let sent = 0;
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/-/do/*', async (route) => {
    sent += 1;
    await released;
    await route.continue();
  });
  return { sent: () => sent, release: () => release() };
}

describe('on a slow network', () => {
  test('a dialog sends what it asked for once, however often its button is pressed', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, `${url}-/job?queue=emails&id=broken`);
    const before = (await queue.getStats()).total;
    const { sent, release } = await slowActions(page);
    await page.getByRole('button', { name: 'Run again with edits job broken' }).click();
    await page.getByLabel('Payload').fill('{ "to": "carol@example.org" }');
    const submit = page.getByRole('dialog').getByRole('button', { name: 'Enqueue' });
    await submit.click();
    await vi.waitFor(() => expect(sent()).toBe(1), PATIENTLY);
    expect(await submit.getAttribute('aria-disabled')).toBe('true');
    await submit.press('Enter');
    await submit.click({ force: true });
    release();
    await page
      .getByText(/^Enqueued as/)
      .first()
      .waitFor();
    expect(sent()).toBe(1);
    expect((await queue.getStats()).total).toBe(before + 1);
  });

  test('a button does once what it was pressed for twice, and again once that is done', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, `${url}-/job?queue=emails&id=broken`);
    const before = (await queue.getStats()).total;
    const { sent, release } = await slowActions(page);
    const button = page.getByRole('button', { name: 'Duplicate job broken' });
    await button.dblclick();
    await button.press('Enter');
    release();
    await page
      .getByText(/^Enqueued as/)
      .first()
      .waitFor();
    expect(sent()).toBe(1);
    await vi.waitFor(async () => {
      if (sent() === 1) await button.click();
      expect((await queue.getStats()).total).toBe(before + 2);
    }, PATIENTLY);
  });

  test('a dialog that was opened meanwhile stays open, and keeps what was typed', async () => {
    const { url } = await openShop();
    const { page } = await openPage(browser, `${url}-/schedules`);
    const { sent, release } = await slowActions(page);
    await page.getByRole('button', { name: 'Pause schedule nightly-backup' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await vi.waitFor(() => expect(sent()).toBe(1), PATIENTLY);
    await page.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Pause schedule nightly-backup' }).click();
    await page.getByLabel('Why').fill('disk full');
    release();
    await page.getByText('nightly-backup is paused.').first().waitFor();
    expect(await page.getByLabel('Why').inputValue()).toBe('disk full');
  });
});

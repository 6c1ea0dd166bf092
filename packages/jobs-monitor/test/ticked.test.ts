import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { openShop } from './support/shop.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

/** Ticks the rows of some jobs on the list of all queues. */
async function tick(page: Page, ids: readonly string[]): Promise<void> {
  for (const id of ids) await page.locator(`input[data-row*='"${id}"']`).check();
}

test('jobs of several queues are changed where their state allows, whichever comes first', async () => {
  const { url, queue } = await openShop();
  const { page } = await openPage(browser, `${url}-/jobs`);
  // The one that waits, of another queue, stands first, and cannot be retried.
  await tick(page, ['stuck', 'broken']);
  await page.getByRole('button', { name: 'Retry 2 selected jobs' }).click();
  await page
    .getByText('1 job put back to run again, 1 left: in another state by now.')
    .first()
    .waitFor();
  await vi.waitFor(async () => {
    expect(await queue.getJob('broken')).toMatchObject({ status: 'failed', fencingToken: 2 });
  }, 60_000);
});

test('a store that is away keeps no job of another queue, and what was done is said', async () => {
  const { url, queue, media } = await openShop();
  const { page } = await openPage(browser, `${url}-/jobs`);
  await tick(page, ['stuck', 'broken', 'done']);
  const error = { code: 'JOBS_BACKEND_UNAVAILABLE', message: 'The store does not answer.' };
  await page.route('**/-/do/remove', (route) =>
    route.request().postDataJSON().queue === 'media'
      ? route.fulfill({ status: 503, json: { error } })
      : route.continue(),
  );
  await page.getByRole('button', { name: 'Remove 3 selected jobs' }).click();
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true });
  await remove.click();
  await page.getByRole('alert').waitFor();
  expect(await page.getByRole('alert').textContent()).toBe(
    '2 jobs removed. media: The store does not answer.',
  );
  expect(await queue.getJob('broken')).toBeUndefined();
  await page.unrouteAll();
  await remove.click();
  await page.getByText('1 job removed, 2 left: in another state by now.').first().waitFor();
  expect(await media.getJob('stuck')).toBeUndefined();
});

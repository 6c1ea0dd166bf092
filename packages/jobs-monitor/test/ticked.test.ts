import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { launchBrowser, openPage } from './support/browser.ts';
import { openShop } from './support/shop.ts';

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
    .getByText('1 job put back to run again, 1 left: neither failed nor cancelled.')
    .first()
    .waitFor();
  await vi.waitFor(async () => {
    expect(await queue.getJob('broken')).toMatchObject({ status: 'failed', fencingToken: 2 });
  }, 120_000);
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

test('a job that has run since it was ticked is left alone, also where the list shows that by now', async () => {
  const { url, queue } = await openShop();
  const { page } = await openPage(browser, `${url}-/jobs`);
  await tick(page, ['later', 'running']);
  await queue.promoteJob('later');
  // Live, the list shows it as it is now, and it stays ticked.
  const row = page.getByRole('row').filter({ hasText: 'send-email later' });
  await row.getByText('completed').waitFor();
  expect(await row.getByRole('checkbox').isChecked()).toBe(true);
  // So it does when the page is loaded again.
  await page.reload();
  await page.getByRole('button', { name: 'Remove 2 selected jobs' }).click();
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true });
  await remove.click();
  await page
    .getByText('0 jobs removed, 1 left: active, 1 left: in another state by now.')
    .first()
    .waitFor();
  expect(await queue.getJob('later')).toMatchObject({ status: 'completed' });
  // Ticked again, it is meant as it is.
  await row.getByRole('checkbox').check();
  await page.getByRole('button', { name: 'Remove 1 selected job' }).click();
  await remove.click();
  await page.getByText('1 job removed.').first().waitFor();
  expect(await queue.getJob('later')).toBeUndefined();
});

test('a ticked job that leaves the list is said to be gone, until the next tick', async () => {
  const { url, queue, work } = await openShop();
  await queue.enqueue(work, { fail: 'no such user' }, { jobId: 'other' });
  await queue.waitFor('other').catch(() => undefined);
  const { page } = await openPage(browser, `${url}-/jobs?queue=emails&q=status:failed`);
  await tick(page, ['broken', 'other']);
  await page.getByText('2 selected', { exact: true }).waitFor();
  await queue.removeJob('broken');
  await page.getByText('1 selected, 1 no longer listed').waitFor();
  await page.locator(`input[data-row*='"other"']`).uncheck();
  await page.getByRole('button', { name: 'Retry all 1 failed' }).waitFor();
  await tick(page, ['other']);
  await page.getByText('1 selected', { exact: true }).waitFor();
});

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, launchBrowser, openPage } from './support/browser.ts';
import { openShop } from './support/shop.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

test('a queue is emptied once its name, the loss and the number were read, and the number typed', async () => {
  const { url, queue } = await openShop();
  const { page, troubles } = await openPage(browser, `${url}-/jobs?queue=emails`);
  await page.getByRole('button', { name: 'Empty the queue emails' }).click();
  const dialog = page.getByRole('dialog', { name: 'Empty emails?' });
  await dialog.getByText('3 jobs of emails').waitFor();
  expect(await dialog.textContent()).toMatch(/never run.*are lost.*cannot be undone/);
  await expectAccessible(page);
  await dialog.getByLabel(/^Their number, 3/).fill('4');
  await dialog.getByRole('button', { name: 'Empty the queue' }).click();
  await dialog.getByRole('alert').getByText('Type 3').waitFor();
  expect(await queue.getStats()).toMatchObject({ total: 4 });
  await dialog.getByLabel(/^Their number, 3/).fill('3');
  await dialog.getByRole('button', { name: 'Empty the queue' }).click();
  await page.getByText('3 jobs removed from emails.').first().waitFor();
  expect(await queue.getStats()).toMatchObject({ total: 1, active: 1 });
  expect(troubles).toEqual([]);
});

test('a schedule is removed after a dialog that says what is lost', async () => {
  const { url } = await openShop();
  const { page, troubles } = await openPage(browser, `${url}-/schedules`);
  await page.getByRole('button', { name: 'Remove schedule nightly-backup' }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove the schedule nightly-backup?' });
  expect(await dialog.textContent()).toMatch(/history in emails is lost/);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('nightly-backup was removed.').first().waitFor();
  expect(troubles).toEqual([]);
});

test('what a search finds is removed once its number was typed, and no other', async () => {
  const { url, queue } = await openShop();
  const { page, troubles } = await openPage(
    browser,
    `${url}-/jobs?queue=emails&q=name%3Asend-email`,
  );
  await page.getByRole('button', { name: /^Remove all .*that match/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Remove 3 jobs?' });
  expect(await dialog.textContent()).toMatch(
    /3 jobs of emails that match name:send-email.*are lost.*cannot be undone/,
  );
  await dialog.getByLabel(/^Their number, 3/).fill('30');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await dialog.getByRole('alert').getByText('Type 3').waitFor();
  await dialog.getByLabel(/^Their number, 3/).fill('3');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByText('3 removed.').waitFor();
  expect(await queue.getStats()).toMatchObject({ total: 1, active: 1 });
  expect(troubles).toEqual([]);
});

test.each([
  ['Remove', /^Remove all .*that match/],
  ['Cancel', 'Cancel all that match and have not ended'],
])('%s asks again where many more jobs match than were counted', async (verb, button) => {
  const { url, media, work } = await openShop();
  const { page, troubles } = await openPage(
    browser,
    `${url}-/jobs?queue=media&q=name%3Asend-email`,
  );
  await page.getByRole('button', { name: button }).click();
  const dialog = page.getByRole('dialog', { name: `${verb} 1 job?` });
  await dialog.waitFor();
  if (verb === 'Cancel') await dialog.getByLabel('Reason').fill('sent twice');
  await media.enqueueMany(Array.from({ length: 13 }, () => ({ job: work, payload: {} })));
  await dialog.getByRole('button', { name: verb, exact: true }).click();
  const again = page.getByRole('dialog', { name: `${verb} 14 jobs?` });
  await again.getByRole('alert').getByText('14 jobs match by now').waitFor();
  expect(await media.getStats()).toMatchObject({ waiting: 14 });
  if (verb === 'Cancel') expect(await again.getByLabel('Reason').inputValue()).toBe('sent twice');
  else await again.getByLabel(/^Their number, 14/).fill('14');
  await again.getByRole('button', { name: verb, exact: true }).click();
  await page.getByText(/^14 (?:removed|cancelled)\.$/).waitFor();
  expect(await media.getStats()).toMatchObject({ waiting: 0 });
  expect(troubles).toEqual([]);
});

test('a count that fails leaves no dialog that goes on counting', async () => {
  const { url, media } = await openShop();
  const { page } = await openPage(browser, `${url}-/jobs?queue=media&q=name%3Asend-email`);
  const button = page.getByRole('button', { name: /^Remove all .*that match/ });
  let answers = 0;
  const error = { code: 'JOBS_BACKEND_UNAVAILABLE', message: 'The store does not answer.' };
  await page.route('**/-/do/remove-matching', (route) => {
    answers += 1;
    // The first count and the one before the removal fail, the count between them succeeds.
    return answers === 2 ? route.continue() : route.fulfill({ status: 503, json: { error } });
  });
  await button.click();
  await page.locator('.toast', { hasText: 'The store does not answer.' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
  await button.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(answers).toBe(3);
  expect(await media.getStats()).toMatchObject({ waiting: 1 });
});

test('with the keyboard alone, the focus stays in a dialog that counts first, asks and then works', async () => {
  const { url, queue } = await openShop();
  const { page } = await openPage(browser, `${url}-/failures`);
  const focused = (): Promise<string> =>
    page.evaluate(() => document.querySelector('dialog :focus')?.textContent ?? 'nothing');
  await page.locator('.menu summary').focus();
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^Acknowledge all that failed by/ }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Acknowledge 1 job?' }).waitFor();
  expect(await focused()).toBe('Acknowledge');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Close', exact: true }).waitFor();
  expect(await focused()).toBe('Close');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect((await queue.getJob('broken'))?.status).toBe('failed');
});

test('the list of keys has one button, since nothing is asked', async () => {
  const { url } = await openShop();
  const { page } = await openPage(browser, url);
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await dialog.waitFor();
  expect(await dialog.getByRole('button').allTextContents()).toEqual(['Close']);
});

import type { IQueue } from '@philjs/jobs-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible, hear, launchBrowser, openPage, tabTo } from './support/browser.ts';
import { openShop } from './support/shop.ts';

// Real browsers on a busy machine; what is waited for comes as soon as it can.

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const VIEWS = [
  ['overview', ''],
  ['jobs', '-/jobs'],
  ['a search', '-/jobs?q=status%3Afailed+not'],
  ['a mistaken search', '-/jobs?q=status%3Alost'],
  ['a failed job', '-/job?queue=emails&id=broken'],
  ['a running job', '-/job?queue=emails&id=running'],
  ['a workflow', '-/workflow?queue=emails&id=broken'],
  ['failures', '-/failures'],
  ['schedules', '-/schedules'],
  ['workers', '-/workers'],
  ['metrics', '-/metrics'],
  ['a job that is not there', '-/job?queue=emails&id=nobody'],
] as const;

/** How wide a page is; wider than its window, it has to be pushed about. */
function widthOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth);
}

describe('every view', () => {
  test.each(VIEWS)(
    '%s is for everybody: axe finds nothing, light, dark or on a phone',
    async (_, path) => {
      const { url } = await openShop();
      const { page, troubles } = await openPage(browser, url + path);
      await expectAccessible(page);
      await page.emulateMedia({ colorScheme: 'dark' });
      await expectAccessible(page, ['color-contrast']);
      await page.setViewportSize({ width: 320, height: 640 });
      await expectAccessible(page, ['target-size', 'scrollable-region-focusable']);
      expect(await widthOf(page)).toBeLessThanOrEqual(320);
      expect(troubles.filter((one) => !one.includes('404'))).toEqual([]);
    },
  );

  test('is another in the dark', async () => {
    const { url } = await openShop();
    const background = async (colorScheme: 'light' | 'dark'): Promise<string> => {
      const { page } = await openPage(browser, url, { colorScheme });
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    };
    expect(await background('light')).not.toBe(await background('dark'));
  });

  test('holds still for those who want that', async () => {
    const { url } = await openShop();
    const { page } = await openPage(browser, url, { reducedMotion: 'reduce' });
    await page.locator('.live.live').waitFor();
    expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
  });

  test('can be read without script, and shows nothing that needs it', async () => {
    const { url } = await openShop();
    const { page } = await openPage(browser, url, { javaScriptEnabled: false });
    await expect(page.locator('h1').textContent()).resolves.toBe('3 things need you');
    expect(await page.locator('.health').textContent()).toMatch(
      /schedule nightly-backup is 1[4-9] min late/,
    );
    expect(await page.locator('button:visible').count()).toBe(0);
    await page.locator('.incident summary').click();
    await page.getByRole('link', { name: '1 × send-email' }).click();
    await page.locator('td.name a').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.locator('td.name a').click();
    expect(await page.locator('pre').first().textContent()).toContain('bob@example.org');
  });
});

describe('live', () => {
  test('counts change by themselves, and what needs attention is said aloud', async () => {
    const { url, queue, work } = await openShop();
    const { page, troubles } = await openPage(browser, url);
    await page.locator('.live.live').waitFor();
    const heard = await hear(page);
    for (let index = 0; index < 12; index += 1) await queue.enqueue(work, { fail: 'disk full' });
    await page.getByRole('link', { name: '13', exact: true }).waitFor();
    await heard('of the jobs of emails fail');
    // How many problems there are by then is a matter of time: the title says as many as the heading.
    await page.waitForFunction(() => {
      const [count] = document.querySelector('h1')?.textContent?.split(' ') ?? [];
      return Number(count) >= 4 && document.title.startsWith(`(${count}) `);
    });
    expect(troubles).toEqual([]);
  });

  test('a job’s page follows it to its end', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, `${url}-/job?queue=emails&id=running`);
    await page.locator('progress[value="50"]').waitFor();
    await queue.cancelJob('running', 'enough');
    await page.locator('.badge.cancelled').waitFor();
    await page.getByText('enough').first().waitFor();
  });

  test('a hidden tab asks for nothing; seen again, it is up to date', async () => {
    const { url, queue, work } = await openShop();
    const { page } = await openPage(browser, url);
    await page.locator('.live.live').waitFor();
    const setHidden = (hidden: boolean): Promise<void> =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await setHidden(true);
    await page.locator('.live.paused').waitFor();
    await queue.enqueue(work, {}, { jobId: 'unseen' });
    await queue.waitFor('unseen');
    await setHidden(false);
    await page.locator('.live.live').waitFor();
    await page.locator('a.count.completed', { hasText: '2' }).waitFor();
  });

  test('the fourth tab of a browser asks now and then, as connections are few', async () => {
    const { url } = await openShop();
    const { page } = await openPage(browser, url);
    const tabs = [page];
    for (let tab = 1; tab < 5; tab += 1) {
      const more = await page.context().newPage();
      await more.goto(url);
      tabs.push(more);
    }
    for (const tab of tabs) await tab.locator('.live.live, .live.polling').waitFor();
    const states = await Promise.all(tabs.map((tab) => tab.locator('.live').textContent()));
    expect(states.filter((state) => state === 'live')).toHaveLength(3);
    expect(states.filter((state) => state === 'every 5 s')).toHaveLength(2);
  });

  test('a page says when the server does not answer, and goes on by itself', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, url);
    await page.locator('.live.live').waitFor();
    await page.context().setOffline(true);
    // What is open stays open; the next that is asked for does not come.
    await page.getByRole('button', { name: 'Pause queue emails' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe('The dashboard does not answer.');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.locator('.badge.paused').waitFor();
    expect(await queue.isPaused()).toBe(true);
  });
});

describe('with the keyboard alone', () => {
  test('a failure is found, looked into and retried', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, url);
    await tabTo(page, /not found$/);
    await page.keyboard.press('Enter');
    await tabTo(page, '1 × send-email');
    await page.keyboard.press('Enter');
    await page.waitForURL(/group/);
    await tabTo(page, /^send-email.*broken$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/id=broken/);
    await page.getByText('Caused by').waitFor();
    await queue.pause();
    await tabTo(page, 'Retry job broken');
    const heard = await hear(page);
    await page.keyboard.press('Enter');
    await page.locator('.badge.waiting').waitFor();
    expect((await queue.getJob('broken'))?.status).toBe('waiting');
    await heard('put back');
  });

  test('a dialog keeps the focus, and gives it back', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, `${url}-/job?queue=emails&id=running`);
    await tabTo(page, 'Cancel job running');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(
      true,
    );
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const label = (): Promise<string | null | undefined> =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(await label()).toBe('Cancel job running');
    expect((await queue.getJob('running'))?.status).toBe('active');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('no longer needed');
    await page.keyboard.press('Enter');
    await page.locator('.badge.cancelled').waitFor();
    expect((await queue.getJob('running'))?.error?.message).toContain('no longer needed');
  });

  test('rows are gone through, ticked and opened by single keys; ticks survive the way back', async () => {
    const { url, queue, work } = await openShop();
    await queue.enqueueMany(
      Array.from({ length: 5 }, (_, index) => ({
        job: work,
        payload: {},
        options: { jobId: `key-${index}`, delay: 3_600_000 },
      })),
    );
    const { page } = await openPage(browser, `${url}-/jobs?q=status%3Adelayed&queue=emails`);
    for (const key of ['j', 'j', 'k', 'x']) await page.keyboard.press(key);
    expect(await page.locator('tbody input:checked').count()).toBe(1);
    const boxes = page.locator('tbody input[data-row]');
    await boxes.nth(1).click();
    await boxes.nth(4).click({ modifiers: ['Shift'] });
    await page.getByText('5 selected').waitFor();
    await page.locator('td.name a').first().click();
    await page.locator('.badge.delayed').first().waitFor();
    await page.goBack();
    await page.getByText('5 selected').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  test('what is being typed is left alone while the page is brought up to date', async () => {
    const { url, queue, work } = await openShop();
    const { page } = await openPage(browser, `${url}-/jobs`);
    await page.locator('.live.live').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('half a wor');
    let isUpdated = false;
    const updates = page
      .waitForFunction(() => Number(document.documentElement.dataset['updates']) >= 3)
      .finally(() => {
        isUpdated = true;
      });
    await page.evaluate(() => {
      const { dataset } = document.documentElement;
      let seen = 0;
      document.addEventListener('philjs-state', () => {
        seen += 1;
        dataset['updates'] = String(seen);
      });
    });
    // Only what changed is sent, so something has to change; a slow page sees several changes at once.
    while (!isUpdated) {
      await queue.enqueue(work, {}, { delay: 3_600_000 });
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await updates;
    expect(await page.locator('#q').inputValue()).toBe('half a wor');
    await page.locator('#q').fill('status:f');
    await page.locator('#terms option[value="status:failed"]').waitFor({ state: 'attached' });
  });

  test('the search is one key away, and an id leads to its job', async () => {
    const { url } = await openShop();
    const { page } = await openPage(browser, `${url}-/jobs`);
    await page.keyboard.press('/');
    await page.keyboard.type('status:failed error:"not found"');
    await page.keyboard.press('Enter');
    await page.waitForURL(/status%3Afailed/);
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.keyboard.press('/');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('later');
    await page.keyboard.press('Enter');
    await page.waitForURL(/-\/job\?/);
    await page.getByText('Why it is not running').waitFor();
  });
});

describe('actions', () => {
  test('five thousand failures are counted, retried with progress, stopped and gone on with', async () => {
    const { url, media, work } = await openShop();
    const items = Array.from({ length: 5000 }, () => ({
      job: work,
      payload: { fail: 'disk full' },
    }));
    await media.enqueueMany(items);
    await runAll(media);
    const { page } = await openPage(browser, `${url}-/failures?queue=media`);
    // Two batches go through; the third is held until the user has asked to stop.
    let goOn = (): void => undefined;
    const stopped = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let batches = 0;
    await page.route('**/-/do/retry-matching', async (route) => {
      if (route.request().postDataJSON().dryRun === false) batches += 1;
      if (batches === 3) await stopped;
      await route.continue();
    });
    await page.locator('.menu').click();
    await page.getByRole('button', { name: /^Retry all that failed by/ }).click();
    await page.getByRole('heading', { name: /Retry 5,000 jobs\?/ }).waitFor();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByText('1,000 retried', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    goOn();
    await page.getByText('Stopped. 1,500 retried.').waitFor();
    expect(await media.getStats()).toMatchObject({ failed: 3500, waiting: 1500 });
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page.unroute('**/-/do/retry-matching');
    await page.getByRole('button', { name: /^Retry all that failed by/ }).click();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page.getByText(/^[\d,]+ retried\.$/).waitFor();
    expect((await media.getStats()).failed).toBe(0);
  });

  test('rows are ticked, and what was ticked is removed', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, `${url}-/jobs`);
    await page.getByRole('checkbox', { name: 'Select send-email done' }).check();
    await page.getByRole('checkbox', { name: 'Select send-email broken' }).check();
    await page.getByText('2 selected').waitFor();
    await page.getByRole('button', { name: 'Remove 2 selected jobs' }).click();
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    await page.getByText('2 jobs removed.').first().waitFor();
    expect(await queue.getStats()).toMatchObject({ completed: 0, failed: 0 });
  });

  test('a job is run again with edits', async () => {
    const { url, queue } = await openShop();
    const { page } = await openPage(browser, `${url}-/job?queue=emails&id=broken`);
    await page.getByRole('button', { name: 'Run again with edits job broken' }).click();
    const payload = page.getByLabel('Payload');
    await payload.fill('{ "to": ');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByRole('alert').waitFor();
    expect(await payload.inputValue()).toBe('{ "to": ');
    await payload.fill('{ "to": "carol@example.org" }');
    await page.getByRole('button', { name: 'Enqueue' }).click();
    await page.getByRole('link', { name: 'Show it' }).click();
    await page.waitForURL((to) => !to.search.includes('broken'));
    await page.locator('.badge.completed').waitFor();
    expect(await page.locator('pre').first().textContent()).toContain('carol@example.org');
    expect((await queue.getJob('broken'))?.status).toBe('failed');
  });

  test('what is masked is revealed, and stays so until the page is left', async () => {
    const { url, queue, work } = await openShop({ redact: ['to'] });
    await queue.enqueue(work, { to: 'ada@example.org' }, { jobId: 'private' });
    const { page } = await openPage(browser, `${url}-/job?queue=emails&id=private`);
    const payload = page.locator('pre').first();
    expect(await payload.textContent()).toContain('[redacted]');
    await page.getByRole('button', { name: /^Reveal/ }).click();
    await page.getByRole('button', { name: 'Reveal', exact: true }).click();
    await page.getByText('Nothing is masked').waitFor();
    expect(await payload.textContent()).toContain('ada@example.org');
    await page.reload();
    expect(await payload.textContent()).toContain('[redacted]');
  });

  test('schedules are run, paused with a note, filled up', async () => {
    const { url } = await openShop();
    const { page } = await openPage(browser, `${url}-/schedules`);
    await page.getByRole('button', { name: 'Run now schedule nightly-backup' }).click();
    await page.getByText('nightly-backup was run.').first().waitFor();
    await page.getByRole('button', { name: 'Pause schedule nightly-backup' }).click();
    await page.getByLabel('Why').fill('disk full');
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByText('nightly-backup is paused.').first().waitFor();
    await page.getByRole('button', { name: 'Backfill schedule nightly-backup' }).click();
    await page.getByRole('button', { name: 'Backfill', exact: true }).click();
    await page.getByText('3 jobs enqueued.').first().waitFor();
  });

  test('are not offered to those who may only read', async () => {
    const { url } = await openShop({ permissions: ['read'] });
    const { page } = await openPage(browser, url);
    for (const [, path] of VIEWS) {
      await page.goto(url + path);
      expect([path, await page.locator('button.act, input.act').count()]).toEqual([path, 0]);
    }
  });

  test('charts are drawn from what the table beneath them says', async () => {
    const { url } = await openShop();
    const { page, troubles } = await openPage(browser, `${url}-/metrics`);
    await page.locator('.chart canvas').nth(2).waitFor();
    expect(await page.locator('.chart canvas').count()).toBe(3);
    await page.getByText('Finished jobs a minute as a table').click();
    await page.getByRole('table', { name: 'Finished jobs a minute' }).waitFor();
    expect(troubles).toEqual([]);
  });
});

/** Lets a queue's jobs run until none is left, then no more. */
async function runAll(queue: IQueue): Promise<void> {
  const drained = new Promise<void>((resolve) => queue.once('drained', () => resolve()));
  await queue.process();
  await drained;
  await queue.stop();
}

import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { createDashboard, type Dashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import { toNodeHandler } from '../src/serve/node-handler.ts';
import { PERMISSIONS, type Permission } from '../src/view/permission.ts';
import { hear, launchBrowser, openPage } from './support/browser.ts';
import { serve } from './support/serve.ts';

const FORM = '<form></form>';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

interface SignedIn {
  readonly page: Page;
  readonly queue: IQueue;
  readonly dashboard: Dashboard;
  readonly sign: (where: 'in' | 'out') => void;
}

/** Opens a page for a reader who can be signed out. */
async function signedIn(refuse: () => Response | null): Promise<SignedIn> {
  const queue = createQueue({ name: 'emails' });
  let isSignedIn = true;
  const dashboard = createDashboard(new Monitor(queue), {
    auth: () => (isSignedIn ? 'ada' : refuse()),
    permissions: PERMISSIONS,
    refreshInterval: 250,
  });
  onTestFinished(async () => {
    dashboard.close();
    await queue.close();
  });
  const handler = toNodeHandler(dashboard);
  const url = await serve((request, response) => {
    if (request.url === '/login') response.setHeader('content-type', 'text/html').end(FORM);
    else handler(request, response);
  });
  const { page } = await openPage(browser, `${url}/jobs/`);
  await page.locator('.live', { hasText: 'live' }).waitFor();
  const sign = (where: 'in' | 'out'): void => {
    isSignedIn = where === 'in';
  };
  return { page, queue, dashboard, sign };
}

test.each([
  ['nothing', () => null],
  [
    'a redirect to a page of the host',
    () => new Response(null, { status: 303, headers: { location: '/login' } }),
  ],
  ['a page to sign in', () => new Response(FORM, { headers: { 'content-type': 'text/html' } })],
])(
  'a page says that its reader is signed out, where the host answers with %s',
  async (_, refuse) => {
    const { page, queue, dashboard, sign } = await signedIn(refuse);
    const heard = await hear(page);
    sign('out');
    await page.getByRole('button', { name: 'Pause queue emails' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    const words = 'You are signed out. Sign in again, and reload this page.';
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe(words);
    await dashboard.recheck();
    await page.locator('.live', { hasText: 'signed out' }).waitFor();
    await heard(words);
    expect(await queue.isPaused()).toBe(false);
  },
);

test('a page goes on by itself once its reader is signed in again', async () => {
  const { page, dashboard, sign } = await signedIn(() => null);
  sign('out');
  await dashboard.recheck();
  await page.locator('.live', { hasText: 'signed out' }).waitFor();
  sign('in');
  await page.locator('.live', { hasText: 'every 5 s' }).waitFor();
});

test('a page says that its job was removed, streaming or polling, and not that nothing answers', async () => {
  const { page, queue } = await signedIn(() => null);
  const job = defineJob({ name: 'mail', handler: () => 'sent' });
  queue.register(job);
  await queue.enqueue('mail', undefined, { jobId: 'brief', delay: 3_600_000 });
  await page.goto(`${page.url()}-/job?queue=emails&id=brief`);
  await page.locator('.live', { hasText: 'live' }).waitFor();
  const heard = await hear(page);
  await queue.removeJob('brief');
  await page.locator('.live', { hasText: 'no longer shown' }).waitFor();
  await heard('There is no job `brief`');
  await page.locator('.toast', { hasText: 'the job was removed' }).waitFor();
  await queue.enqueue('mail', undefined, { jobId: 'brief', delay: 3_600_000 });
  await page.locator('.live', { hasText: 'live' }).waitFor();
  // Without a stream the page asks again and again.
  await page.route('**/-/live/*', (route) => route.fulfill({ status: 503 }));
  await page.reload();
  await page.locator('.live', { hasText: 'every 5 s' }).waitFor();
  await queue.removeJob('brief');
  await page.locator('.live', { hasText: 'no longer shown' }).waitFor();
});

test('a page whose reader may no longer read says so', async () => {
  let can: Permission[] = ['read'];
  const queue = createQueue({ name: 'emails' });
  const dashboard = createDashboard(new Monitor(queue), {
    auth: () => 'ada',
    permissions: () => can,
    refreshInterval: 250,
  });
  onTestFinished(async () => {
    dashboard.close();
    await queue.close();
  });
  const url = await serve(toNodeHandler(dashboard));
  const { page } = await openPage(browser, `${url}/jobs/`);
  await page.locator('.live', { hasText: 'live' }).waitFor();
  can = [];
  await dashboard.recheck();
  await page.locator('.live', { hasText: 'no longer shown' }).waitFor();
  await page.locator('.toast', { hasText: 'You need the permission' }).waitFor();
});

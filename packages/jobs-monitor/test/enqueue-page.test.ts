import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import type { AuditEvent } from '../src/dashboard/audit.ts';
import { createDashboard } from '../src/dashboard/create-dashboard.ts';
import { Monitor } from '../src/monitor/monitor.ts';
import type { EnqueueData } from '../src/pages/enqueue/enqueue-data.ts';
import { serveDashboard } from '../src/serve/serve-dashboard.ts';
import { expectAccessible, launchBrowser, openPage } from './support/browser.ts';
import { act, data, get } from './support/request.ts';
import { keptLogger } from './support/system.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

const send = defineJob({
  name: 'send-email',
  schema: z.object({
    to: z.email().describe('Who gets it'),
    copies: z.int().default(1),
    kind: z.enum(['letter', 'card']),
    urgent: z.boolean().optional(),
    lines: z.array(z.string()).optional(),
  }),
  handler: () => 'sent',
});
const plain = defineJob({
  name: 'plain',
  handler: (payload: { n: number } | undefined) => payload,
});

const single = defineJob({
  name: 'single',
  deduplicate: () => 'one',
  handler: (payload: { n: number }) => payload,
});

const latest = defineJob({
  name: 'latest',
  deduplicate: () => ({ key: 'one', mode: 'replace' }),
  handler: (payload: { n: number }) => payload,
});

function shop(): IQueue {
  const store = createMemoryStore();
  const queue = createQueue({
    name: 'emails',
    jobs: [send, plain, single, latest],
    store,
    logger: keptLogger(),
  });
  onTestFinished(() => queue.close({ timeout: 0 }));
  return queue;
}

test('the form of a job is made of what Zod says of its schema', async () => {
  const dashboard = createDashboard(new Monitor(shop()), {
    auth: 'none',
    permissions: ['read', 'enqueue'],
  });
  const { jobs, form } = await data<EnqueueData>(
    dashboard,
    '/-/enqueue?queue=emails&name=send-email',
  );
  expect(jobs).toEqual([{ queue: 'emails', names: ['send-email', 'plain', 'single', 'latest'] }]);
  expect(form?.fields?.map(({ name, kind, required }) => [name, kind, required])).toEqual([
    ['to', 'text', true],
    ['copies', 'number', false],
    ['kind', 'choice', true],
    ['urgent', 'boolean', false],
    ['lines', 'json', false],
  ]);
  expect((await get(dashboard, '/-/enqueue?queue=emails&name=nobody')).status).toBe(404);
  const reader = createDashboard(new Monitor(shop()), { auth: 'none', permissions: ['read'] });
  const page = await (await get(reader, '/-/enqueue?queue=emails&name=send-email')).text();
  expect(page).not.toContain('<form id="enqueue-form"');
});

test('enqueueing asks for its permission, checks everything and is audited', async () => {
  const queue = shop();
  const events: AuditEvent[] = [];
  const audit = (event: AuditEvent): void => void events.push(event);
  const monitor = new Monitor(queue);
  const of = (permissions: readonly ('read' | 'enqueue')[]): ReturnType<typeof createDashboard> =>
    createDashboard(monitor, { auth: 'none', permissions, audit });
  const body = {
    queue: 'emails',
    name: 'send-email',
    payload: '{"to":"a@example.org","kind":"card"}',
  };
  expect((await act(of(['read']), 'enqueue', body)).status).toBe(403);
  const dashboard = of(['read', 'enqueue']);
  const answer = await act(dashboard, 'enqueue', {
    ...body,
    ...{ priority: 4, delay: 60_000, timeout: 5000, tags: ['first'], id: 'mine' },
  });
  expect(await answer.json()).toMatchObject({ changed: 1, id: 'mine' });
  expect(await queue.getJob('mine')).toMatchObject({
    ...{ priority: 4, status: 'delayed', timeout: 5000, tags: ['first'] },
    payload: { to: 'a@example.org', kind: 'card' },
  });
  for (const wrong of [
    { payload: '{"to":"nobody","kind":"card"}' },
    { payload: '{"to":' },
    { payload: '{"to":"a@example.org","kind":"card","copies":12345678901234567890.5}' },
    { tags: ['\n'] },
    { tags: 'first' },
    { timeout: 0 },
    { priority: 0.5 },
    { name: 'nobody' },
    { password: 'x' },
  ]) {
    const { status } = await act(dashboard, 'enqueue', { ...body, ...wrong });
    expect([wrong, status >= 400 && status < 500]).toEqual([wrong, true]);
  }
  expect((await queue.getStats()).total).toBe(1);
  expect(events[1]).toMatchObject({
    action: 'enqueue',
    name: 'send-email',
    newIds: ['mine'],
    changed: 1,
  });
  expect(JSON.stringify(events)).not.toContain('a@example.org');
});

test('a first job is enqueued from the overview by a form, and another one as JSON', async () => {
  const queue = shop();
  const dashboard = await serveDashboard(new Monitor(queue), {
    auth: 'none',
    permissions: ['read', 'enqueue'],
  });
  onTestFinished(() => dashboard.close());
  const { page, troubles } = await openPage(browser, dashboard.url);
  await page.getByRole('link', { name: 'Enqueue a first job' }).click();
  await page.getByRole('link', { name: 'send-email' }).click();
  await page.locator('html.script').waitFor();
  await expectAccessible(page);
  await page.getByLabel('to', { exact: true }).fill('ada@example.org');
  await page.getByLabel(/^copies/).fill('2');
  await page.getByLabel('kind').selectOption({ label: 'card' });
  await page.getByLabel(/^urgent/).selectOption('true');
  await page.getByLabel(/^lines/).fill('["one", "two"]');
  await page.getByText('Options').click();
  await page.getByLabel('Tags, separated by commas').fill('first, by hand');
  await page.getByLabel('How long an attempt may take').fill('30s');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.getByRole('link', { name: 'Show it' }).click();
  await page.getByRole('heading', { level: 1, name: 'send-email' }).waitFor();
  const [first] = (await queue.getJobs()).jobs;
  expect(first).toMatchObject({
    payload: {
      to: 'ada@example.org',
      copies: 2,
      kind: 'card',
      urgent: true,
      lines: ['one', 'two'],
    },
    tags: ['first', 'by hand'],
    timeout: 30_000,
  });
  await page.goto(`${dashboard.url}-/enqueue?queue=emails&name=send-email`);
  await page.locator('html.script').waitFor();
  await page.getByLabel('Write it as JSON').check();
  expect(await page.getByLabel('to', { exact: true }).isVisible()).toBe(false);
  await page.getByLabel('Payload as JSON').fill('{ "to": "x", "kind": "card" }');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('.toast.bad').waitFor();
  await page.getByLabel('Payload as JSON').fill('{ "to": "bob@example.org", "kind": "card" }');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('.toast.good').waitFor();
  expect((await queue.getStats()).total).toBe(2);
  await page.goto(`${dashboard.url}-/enqueue?queue=emails&name=plain`);
  await page.locator('html.script').waitFor();
  expect(await page.getByLabel(/^Payload as JSON/).inputValue()).toBe('{}');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('.toast.good').waitFor();
  expect((await queue.getStats()).total).toBe(3);
  expect(troubles.filter((one) => !one.includes('400'))).toEqual([]);
});

test('says that nothing was enqueued, where there is such a job already', async () => {
  const queue = shop();
  const events: AuditEvent[] = [];
  const dashboard = await serveDashboard(new Monitor(queue), {
    auth: 'none',
    permissions: ['read', 'enqueue'],
    audit: (event) => events.push(event),
  });
  onTestFinished(() => dashboard.close());
  await queue.enqueue(single, { n: 1 }, { jobId: 'first' });
  const { page } = await openPage(browser, `${dashboard.url}-/job?queue=emails&id=first`);
  const isTold = page.locator('.toast.bad', { hasText: 'No new job was enqueued' });
  await page.getByRole('button', { name: /^Duplicate/ }).click();
  await isTold.waitFor();
  await page.goto(`${dashboard.url}-/enqueue?queue=emails&name=single`);
  await page.locator('html.script').waitFor();
  await page.getByText('Options').click();
  await page.getByLabel('Id', { exact: true }).fill('first');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await isTold.waitFor();
  expect((await queue.getStats()).total).toBe(1);
  expect(events).toMatchObject([
    { action: 'duplicate', changed: 0 },
    { action: 'enqueue', changed: 0 },
  ]);
  for (const event of events) expect(event).not.toHaveProperty('newIds');
});

test('says without script that it needs that, and puts no payload into the address', async () => {
  const dashboard = await serveDashboard(new Monitor(shop()), {
    auth: 'none',
    permissions: ['read', 'enqueue'],
  });
  onTestFinished(() => dashboard.close());
  const address = `${dashboard.url}-/enqueue?queue=emails&name=send-email`;
  const { page } = await openPage(browser, address, { javaScriptEnabled: false });
  await page.getByText('Enqueueing needs JavaScript').waitFor();
  await page.locator('input[name$="to"]').fill('ada@example.org');
  await page.keyboard.press('Enter');
  // What the form is answered with, if anything, comes before the next page.
  await page.getByRole('link', { name: 'Jobs', exact: true }).click();
  await page.goBack();
  expect(page.url()).toBe(address);
  const { page: live } = await openPage(browser, address);
  expect(await live.getByText('Enqueueing needs JavaScript').isVisible()).toBe(false);
});

test('says that no new job was enqueued, where one that waits takes over the payload', async () => {
  const queue = shop();
  const dashboard = await serveDashboard(new Monitor(queue), {
    auth: 'none',
    permissions: ['read', 'enqueue'],
  });
  onTestFinished(() => dashboard.close());
  const { id } = await queue.enqueue(latest, { n: 1 });
  const { page } = await openPage(browser, `${dashboard.url}-/enqueue?queue=emails&name=latest`);
  await page.getByLabel(/^Payload as JSON/).fill('{ "n": 2 }');
  await page.getByRole('button', { name: 'Enqueue', exact: true }).click();
  await page.locator('.toast.bad', { hasText: `there is the job ${id} already` }).waitFor();
  expect(await queue.getJob(id)).toMatchObject({ payload: { n: 2 }, status: 'waiting' });
  expect((await queue.getStats()).total).toBe(1);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '@philjs/jobs-faults';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Bank, startBank } from '../shop/bank.ts';
import { ShopProcess } from './shop-process.ts';

const credentials = { username: 'ada', password: 'in the open' };
const tea = { customer: 'ada@example.com', card: '4242', items: [{ sku: 'sencha', quantity: 1 }] };

let browser: Browser;
beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu'],
    timeout: 120_000,
  });
}, 240_000);
afterAll(() => browser?.close());

describe.each(['memory', 'Redis'] as const)('the dashboard of the shop, jobs in %s', (backend) => {
  let folder: string;
  let bank: Bank;
  let redis: RedisServer | undefined;
  let shop: ShopProcess;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shop-'));
    redis = backend === 'Redis' ? await RedisServer.start() : undefined;
    bank = await startBank();
    shop = await ShopProcess.start({
      env: {
        BANK_URL: bank.url,
        SHOP_FOLDER: folder,
        DASHBOARD_PASSWORD: credentials.password,
        ...(redis && { REDIS_URL: redis.url }),
      },
    });
  }, 240_000);

  afterAll(async () => {
    await shop?.end('SIGKILL');
    await bank?.close();
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function open(path: string): Promise<Page> {
    const context = await browser.newContext({ httpCredentials: credentials });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${shop.url}/jobs/${path}`);
    return page;
  }

  async function place(order: object): Promise<string> {
    const { body } = await shop.order(order);
    const { id } = body as { id: string };
    await shop.request(`/orders/${id}?wait=20`);
    return id;
  }

  it('lets no visitor in without the password', async () => {
    expect(await shop.request('/jobs/')).toMatchObject({ status: 401 });
    const headers = { authorization: `Basic ${btoa('ada:guessed')}` };
    expect(await shop.request('/jobs/', { headers })).toMatchObject({ status: 401 });
  });

  it('finds an order by what is in its payload, and shows why it failed, without the card', async () => {
    const id = await place({ ...tea, card: '0042' });
    const page = await open(
      `-/jobs?q=${encodeURIComponent(`payload.orderId:${id} status:failed`)}`,
    );
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await page.locator('td.name a').click();
    await page.getByText('The card is declined').first().waitFor();
    await page.getByText('the bank answered 402').first().waitFor();
    expect(await page.content()).not.toContain('0042');
  });

  it('runs the daily report now, and tells the audit who did it', async () => {
    const page = await open('-/schedules');
    await page.getByRole('button', { name: 'Run now schedule daily-report' }).click();
    await vi.waitFor(
      async () => {
        const { body } = await shop.request('/metrics');
        expect(body).toMatch(
          /outcomes_total\{queue="shop",name="daily-report",outcome="completed"\} 1/,
        );
      },
      { timeout: 60_000, interval: 250 },
    );
    expect(shop.output).toContain('dashboard: ada did trigger on shop, 1 changed');
  });

  it('counts an order by itself while a page is open, and lets the process end', async () => {
    const page = await open('');
    await page.locator('.live.live').waitFor();
    const completed = page.getByRole('row', { name: /shop/ }).first();
    const before = await completed.textContent();
    await place(tea);
    await vi.waitFor(async () => expect(await completed.textContent()).not.toBe(before), {
      timeout: 60_000,
      interval: 100,
    });
    expect(await shop.end()).toBe(0); // though the page's stream is open
  });
});

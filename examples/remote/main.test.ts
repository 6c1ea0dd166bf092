import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { end, type Program, startServer, startWorker } from './programs.ts';

const TIMEOUT = 120_000;
const WAIT = { timeout: 60_000 };

let browser: Browser;
beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
}, TIMEOUT);
afterAll(() => browser?.close());

async function open() {
  const folder = await mkdtemp(join(tmpdir(), 'albums-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const ended = async (starting: Promise<Program>): Promise<Program> => {
    const program = await starting;
    onTestFinished(() => end(program, 'SIGKILL'));
    return program;
  };
  const serve = (port?: number) => ended(startServer(join(folder, 'albums.sqlite'), port));
  const server = await serve();
  const page = await browser.newPage();
  onTestFinished(() => page.close());
  await page.goto(server.said);
  return { server, serve, page, work: () => ended(startWorker(server.said)) };
}

async function build(page: Page, photos: number): Promise<void> {
  await page.getByLabel('Photos').fill(String(photos));
  await page.getByRole('button').click();
}

function shown(page: Page): Promise<string | null> {
  return page.locator('output').textContent();
}

/** Reads how far the bar of the page is. */
function percent(page: Page): Promise<number> {
  return page.locator('progress').evaluate((bar) => (bar as HTMLProgressElement).value);
}

test('starts a job from a page, and shows how far it is', { timeout: TIMEOUT }, async () => {
  const { page, work } = await open();
  await build(page, 20);
  await expect.poll(() => shown(page), WAIT).toBe('waiting');
  const seen = new Set<number>();
  await work();
  await expect
    .poll(
      async () => {
        seen.add(await percent(page));
        return shown(page);
      },
      { ...WAIT, interval: 20 },
    )
    .toBe('5 pages');
  expect(await percent(page)).toBe(100);
  expect([...seen].filter((at) => at > 0 && at < 100)).not.toEqual([]);
});

test('shows the end of a job whose worker and server are killed', {
  timeout: TIMEOUT,
}, async () => {
  const { server, serve, page, work } = await open();
  const worker = await work();
  await build(page, 40);
  await expect.poll(() => percent(page), WAIT).toBeGreaterThan(5);
  await end(worker, 'SIGKILL');
  await end(server, 'SIGKILL');
  await serve(Number(new URL(server.said).port));
  await work();
  await expect.poll(() => shown(page), WAIT).toBe('10 pages');
});

test('lets the token of the page do nothing else', { timeout: TIMEOUT }, async () => {
  const { page } = await open();
  await page.getByLabel('Photos').evaluate((input) => input.removeAttribute('max'));
  await build(page, 500);
  await expect.poll(() => shown(page), WAIT).toMatch(/photos/);
  const statuses = await page.evaluate(async () => {
    const { token } = document.documentElement.dataset;
    const headers = { authorization: `Bearer ${token}` };
    const ask = async (path: string, body: object): Promise<number> => {
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return (await fetch(`jobs/v1/queues/albums/${path}`, init)).status;
    };
    const list = { statuses: ['waiting'], order: 'newest', limit: 1 };
    return [await ask('list', list), await ask('jobs', { name: 'other' }), await ask('clear', {})];
  });
  expect(statuses).toEqual([403, 403, 403]);
});

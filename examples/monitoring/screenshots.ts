// Takes the screenshots of the dashboard in the documents: an hour of the shop, on a virtual clock.
//
//   node screenshots.ts [folder]        needs Chromium: CHROMIUM_BIN says where, if not at /usr/bin/chromium
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PERMISSIONS, serveDashboard } from '@philjs/jobs-monitor';
import { createTestClock } from '@philjs/jobs-testkit';
import { type BrowserContextOptions, chromium } from 'playwright-core';
import { enqueueParcel } from './parcel.ts';
import { openShop } from './shop.ts';

const folder = process.argv[2] ?? join(import.meta.dirname, '../../docs/images');
mkdirSync(folder, { recursive: true });

const clock = createTestClock(new Date('2026-03-09T08:30:00Z'));
const shop = await openShop({ backend: 'memory', clock });
for (let minute = 0; minute < 70; minute += 1) {
  // Mornings are busy, and orders come in clusters, so that some jobs must wait.
  const orders = 6 + Math.round(8 * Math.sin((minute / 70) * Math.PI)) + (minute % 4);
  const cluster = 2 + (minute % 5);
  for (let order = 0; order < orders; order += 1) {
    await shop.order();
    if (order % cluster === 0) await clock.advance((60_000 / orders) * cluster);
  }
  if (minute === 56) await shop.queues.media.pause();
}
await shop.deliver('globex', 9000);
await clock.advance(31_000);
await enqueueParcel(shop.queues.orders);
await clock.advance(6000);

const dashboard = await serveDashboard(shop.monitor, {
  auth: 'none',
  permissions: PERMISSIONS,
});
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
});
const desk = { width: 1280, height: 800 };
const phone = { width: 360, height: 720 };
const { jobs } = await shop.queues.orders.getJobs({ status: 'failed', name: 'send-email' });
const failed = jobs.find(({ attemptsMade }) => attemptsMade > 1);
const views: readonly (readonly [name: string, path: string, options: BrowserContextOptions])[] = [
  ['overview-light', '', { viewport: desk }],
  ['overview-dark', '', { viewport: desk, colorScheme: 'dark' }],
  ['overview-phone', '', { viewport: phone, colorScheme: 'dark', deviceScaleFactor: 2 }],
  ['job', `-/job?queue=orders&id=${failed?.id}`, { viewport: desk }],
  ['workflow', '-/workflow?queue=orders&id=parcel', { viewport: desk }],
  ['metrics', '-/metrics', { viewport: { width: 1280, height: 1000 } }],
  ['schedules', '-/schedules', { viewport: desk }],
  ['workers', '-/workers', { viewport: desk }],
];
for (const [name, path, options] of views) {
  const context = await browser.newContext({ timezoneId: 'Europe/London', ...options });
  const page = await context.newPage();
  await page.goto(dashboard.url + path);
  await page.locator('html.script').waitFor();
  await page.screenshot({ path: join(folder, `dashboard-${name}.png`) });
  await context.close();
}
await browser.close();
await dashboard.close();
const closed = shop.close();
await clock.advance(10_000);
await closed;

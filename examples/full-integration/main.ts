// Takes orders over HTTP, and charges, packs and confirms them in jobs.
//
//   node main.ts          the API and a worker in one process
//   node main.ts api      the API alone, beside workers on the same Redis
//   node main.ts worker   a worker alone
//
// Jobs are kept in memory, or where REDIS_URL or DATABASE_URL says.
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import {
  CronPatterns,
  createLoggingMiddleware,
  createQueue,
  Monitor,
  Scheduler,
  Timezones,
} from '@philjs/jobs';
import { createTelemetry } from '@philjs/jobs-otel';
import { createApi } from './api.ts';
import { createShopDashboard } from './dashboard.ts';
import { defineShopJobs } from './jobs/shop-jobs.ts';
import { readSettings } from './settings.ts';
import { startBank } from './shop/bank.ts';
import { OrderBook } from './shop/order-book.ts';
import { adoptRequestId, sendRequestId } from './telemetry/request-id.ts';
import { startTracing } from './telemetry/start-tracing.ts';

const signalled = untilSignal(); // listens from the beginning; a second signal ends the process at once
const GRACE = 25_000; // shorter than the time after which the platform kills the process
const role = process.argv[2] ?? 'all';
const settings = readSettings();
const folder = settings.SHOP_FOLDER;
mkdirSync(folder, { recursive: true });

const stopTracing = startTracing(settings.TRACE_FILE);
const telemetry = createTelemetry();
const book = new OrderBook(join(folder, 'shop.db'));
const bank = settings.BANK_URL === undefined ? await startBank() : undefined;
const bankUrl = settings.BANK_URL ?? bank?.url ?? '';

const jobs = defineShopJobs({ book, bankUrl, folder });
const queue = createQueue({
  name: 'shop',
  jobs: Object.values(jobs),
  concurrency: 10,
  enqueueMiddleware: [telemetry.enqueueMiddleware, sendRequestId],
  middleware: [telemetry.middleware, adoptRequestId, createLoggingMiddleware()],
});
queue.on('failed', ({ jobId, error }) =>
  console.error(`${jobId} failed for good: ${error.message}`),
);
const scheduler = new Scheduler(queue);
const monitor = new Monitor(queue, scheduler);
const password = settings.DASHBOARD_PASSWORD;
const dashboard = password === undefined ? undefined : createShopDashboard(monitor, password);
const stopping = new AbortController();

if (role !== 'api') {
  await scheduler.sync([
    {
      job: jobs.pickUp,
      every: settings.PICK_UP_EVERY,
      payload: { olderThan: settings.PICK_UP_EVERY },
      overlap: 'skip',
      catchUp: 'skip', // the next run finds the orders that a missed one would have found
    },
    {
      job: jobs.dailyReport,
      cron: CronPatterns.at(6, 0),
      timezone: Timezones.BERLIN,
      catchUp: 'all', // each day has a report of its own
    },
  ]);
  await scheduler.start();
  await queue.process();
}
if (role !== 'worker') monitor.start();
const server = role === 'worker' ? undefined : serve({ fetch: api().fetch, port: settings.PORT });
if (server !== undefined) await once(server, 'listening');
const port = (server?.address() as AddressInfo | undefined)?.port;
console.log(port === undefined ? 'Working' : `Listening on http://127.0.0.1:${port}`);

console.log(`${await signalled}: takes no new connection, and finishes what it has begun`);
stopping.abort();
dashboard?.close();
await new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve)));
await scheduler.stop();
await queue.close({ timeout: GRACE });
monitor.stop();
await stopTracing();
await bank?.close();
book.close();

function api(): ReturnType<typeof createApi> {
  return createApi({
    book,
    jobs,
    queue,
    scheduler,
    monitor,
    dashboard,
    stopping: stopping.signal,
  });
}

/** Resolves with the first signal that asks the process to end. */
async function untilSignal(): Promise<string> {
  const heard = new AbortController();
  const names = ['SIGTERM', 'SIGINT'] as const;
  const first = await Promise.race(
    names.map((name) => once(process, name, { signal: heard.signal }).then(() => name)),
  );
  heard.abort();
  return first;
}

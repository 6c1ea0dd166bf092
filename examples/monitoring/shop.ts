import type { Clock, IQueue, JobDefinitions } from '@philjs/jobs-core';
import { systemClock } from '@philjs/jobs-core';
import { createQueue as createMemoryQueue } from '@philjs/jobs-memory';
import { Monitor } from '@philjs/jobs-monitor';
import { CronPatterns, Scheduler, Timezones } from '@philjs/jobs-scheduler';
import { type Customers, customers } from './customers.ts';
import { defineShopJobs } from './shop-jobs.ts';

/** The options of the shop. */
export interface ShopOptions {
  /** The store of its jobs. */
  readonly backend: 'memory' | 'redis';
  /** The address of Redis. @default REDIS_URL */
  readonly redis?: string | undefined;
  /** The clock. @default the system's clock */
  readonly clock?: Clock | undefined;
}

/** Controls a small shop: its queues with their workers, its schedules and its monitor. */
export interface Shop extends Customers {
  readonly monitor: Monitor;
  readonly queues: { readonly orders: IQueue; readonly stock: IQueue; readonly media: IQueue };
  close(): Promise<void>;
}

/** Opens the shop: three queues, six kinds of jobs, four schedules. */
export async function openShop({
  backend,
  redis,
  clock = systemClock,
}: ShopOptions): Promise<Shop> {
  const jobs = defineShopJobs();
  const { sendEmail, chargeCard, makeThumbnails, importCatalogue, syncStock, sendReport } = jobs;
  const create = await queueMaker(backend, redis, clock);
  const orders = create('orders', [sendEmail, chargeCard, sendReport], 4);
  const stock = create('stock', [importCatalogue, syncStock], 2);
  const media = create('media', [makeThumbnails], 2);

  const sales = new Scheduler(orders);
  const { BERLIN, NEW_YORK } = Timezones;
  await sales.schedule(sendReport, {
    id: 'monthly-report',
    cron: '30 6 1 * *',
    timezone: BERLIN,
    payload: { of: 'last month' },
  });
  await sales.schedule(sendReport, {
    id: 'weekday-figures',
    cron: CronPatterns.weekdays(9, 0),
    timezone: NEW_YORK,
    payload: { of: 'yesterday' },
  });
  const warehouse = new Scheduler(stock);
  await warehouse.schedule(syncStock, {
    id: 'sync-stock',
    every: 5 * 60_000,
    payload: { warehouse: 'north' },
  });
  await warehouse.schedule(importCatalogue, {
    id: 'import-catalogue',
    cron: CronPatterns.DAILY,
    payload: { supplier: 'acme', rows: 5000 },
  });
  await warehouse.pause('import-catalogue', 'the supplier moves its server this week');

  const queues = { orders, stock, media };
  for (const queue of Object.values(queues)) await queue.process();
  await Promise.all([sales.start(), warehouse.start()]);
  const monitor = new Monitor([orders, stock, media], [sales, warehouse]);
  monitor.start();

  return {
    monitor,
    queues,
    ...customers(queues, jobs),
    close: async () => {
      monitor.stop();
      await Promise.all([sales.stop(), warehouse.stop()]);
      await Promise.all(Object.values(queues).map((queue) => queue.close({ timeout: 1000 })));
    },
  };
}

type MakeQueue = (name: string, jobs: JobDefinitions, concurrency: number) => IQueue;

/** Returns a function that makes queues. Loads the Redis package only when it is used. */
async function queueMaker(
  backend: ShopOptions['backend'],
  redis: string | undefined,
  clock: Clock,
): Promise<MakeQueue> {
  if (backend === 'memory') {
    return (name, jobs, concurrency) => createMemoryQueue({ name, jobs, concurrency, clock });
  }
  const { createQueue } = await import('@philjs/jobs-redis');
  return (name, jobs, concurrency) => createQueue({ name, jobs, concurrency, clock, redis });
}

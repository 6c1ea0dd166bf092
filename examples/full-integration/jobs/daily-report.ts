import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import type { OrderBook } from '../shop/order-book.ts';

const DAY = 86_400_000;

/** Holds the sales of a day. */
export interface DailyReport {
  readonly until: string;
  readonly orders: number;
  readonly cents: number;
}

/** Defines the job that sums up the 24 hours before its tick. */
export function defineDailyReport(book: OrderBook, folder: string) {
  return defineJob({
    name: 'daily-report',
    handler: async (_payload: undefined, ctx) => {
      // The time of the tick, not of now: a late report still covers its own day.
      const until = String(ctx.metadata['tick']);
      const report = { until, ...book.sales(Date.parse(until) - DAY, Date.parse(until)) };
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, `${until.slice(0, 10)}.json`), JSON.stringify(report));
      return report;
    },
  });
}

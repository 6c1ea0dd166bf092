import { defineJob } from '@philjs/jobs-core';
import type { Stock } from '../shop/stock.ts';

/** Names what is sold. */
export interface SkuPayload {
  readonly sku: string;
}

/** Defines the job that orders 100 more of something. */
export function defineRestock(stock: Stock) {
  return defineJob({
    name: 'restock',
    deduplicate: ({ sku }: SkuPayload) => sku, // one order at a time, however many packers ask
    handler: ({ sku }: SkuPayload, ctx) => {
      stock.deliver(ctx.jobId, sku, 100); // the job's id is the delivery's: it counts once
      return { left: stock.left(sku) };
    },
  });
}

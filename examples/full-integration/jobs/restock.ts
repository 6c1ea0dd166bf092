import { defineJob } from '@philjs/jobs-core';
import type { Stock } from '../shop/stock.ts';

/** The payload: the item to order. */
export interface SkuPayload {
  readonly sku: string;
}

/** Defines the job that orders 100 more of an item. */
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

import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import type { OrderBook } from '../shop/order-book.ts';
import type { OrderId } from './charge-order.ts';
import type { SkuPayload } from './restock.ts';

/** Holds the parts that packing needs. */
export interface PackSetup {
  readonly book: OrderBook;
  readonly restock: JobDefinition<'restock', SkuPayload>;
}

/** Defines the job that packs an order, and orders items that run low. */
export function definePackOrder({ book, restock }: PackSetup) {
  return defineJob({
    name: 'pack-order',
    concurrency: 2, // there are two packers, over all workers
    handler: async ({ orderId }: OrderId, ctx) => {
      const packed = book.pack(orderId);
      const { items } = book.get(orderId);
      const short = packed ? [] : items.map(({ sku }) => sku);
      for (const sku of new Set([...book.stock.low(), ...short])) {
        await ctx.queue.enqueue(restock, { sku });
      }
      if (!packed) ctx.snooze(500); // waits for the delivery without using an attempt
      return { left: Object.fromEntries(items.map(({ sku }) => [sku, book.stock.left(sku)])) };
    },
  });
}

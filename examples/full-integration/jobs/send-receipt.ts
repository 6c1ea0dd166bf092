import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defineJob } from '@philjs/jobs-core';
import type { OrderBook } from '../shop/order-book.ts';
import type { OrderId } from './charge-order.ts';

/** Holds the parts that receipts need. */
export interface ReceiptSetup {
  readonly book: OrderBook;
  /** The folder for receipts. */
  readonly folder: string;
}

/** Defines the job that writes the receipt of an order. (examples/basic-usage sends real mails.) */
export function defineSendReceipt({ book, folder }: ReceiptSetup) {
  return defineJob({
    name: 'send-receipt',
    handler: async ({ orderId }: OrderId, ctx) => {
      const { customer, items, total } = book.get(orderId);
      const lines = items.map(({ sku, quantity }) => `${quantity} x ${sku}`);
      const text = ['To:', customer, '', ...lines, `Paid: ${(total / 100).toFixed(2)}`, ''];
      const file = join(folder, `${orderId}.txt`);
      await mkdir(folder, { recursive: true });
      // Writes the whole receipt or none of it, even if this process ends meanwhile.
      await writeFile(`${file}.${ctx.fencingToken}`, text.join('\n'), { signal: ctx.signal });
      await rename(`${file}.${ctx.fencingToken}`, file);
      book.mark(orderId, 'receipt');
      return { file };
    },
  });
}

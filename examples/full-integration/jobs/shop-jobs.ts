import { join } from 'node:path';
import type { OrderBook } from '../shop/order-book.ts';
import { defineChargeOrder } from './charge-order.ts';
import { defineDailyReport } from './daily-report.ts';
import { definePackOrder } from './pack-order.ts';
import { definePickUp } from './pick-up.ts';
import { defineRestock } from './restock.ts';
import { defineSendReceipt } from './send-receipt.ts';

/** Holds the parts that the jobs of the shop need. */
export interface ShopSetup {
  readonly book: OrderBook;
  readonly bankUrl: string;
  /** The folder for receipts and reports. */
  readonly folder: string;
}

/** Defines all jobs. Workers run them; producers need them for their types and checks. */
export function defineShopJobs({ book, bankUrl, folder }: ShopSetup) {
  const restock = defineRestock(book.stock);
  const packOrder = definePackOrder({ book, restock });
  const sendReceipt = defineSendReceipt({ book, folder: join(folder, 'receipts') });
  const chargeOrder = defineChargeOrder({ book, bankUrl, packOrder, sendReceipt });
  return {
    chargeOrder,
    packOrder,
    sendReceipt,
    restock,
    pickUp: definePickUp({ book, chargeOrder }),
    dailyReport: defineDailyReport(book, join(folder, 'reports')),
  };
}

/** The jobs of the shop. */
export type ShopJobs = ReturnType<typeof defineShopJobs>;

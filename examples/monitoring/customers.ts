import type { IQueue } from '@philjs/jobs-core';
import type { ShopJobs } from './shop-jobs.ts';

const NAMES = ['ada', 'grace', 'linus', 'margaret', 'barbara', 'donald', 'edsger'];
const PICTURES = ['mug.png', 'shirt.png', 'cap.webp', 'poster.png', 'scan.tiff'];

/** Simulates the customers and suppliers of the shop. */
export interface Customers {
  /** Places an order: a card is charged, a mail is sent, and a reminder follows in an hour. */
  order(): Promise<void>;
  /** Delivers a supplier's catalogue, whose import takes a while. */
  deliver(supplier: string, rows: number): Promise<void>;
}

/** Makes customers who always order the same things in the same order. */
export function customers(
  { orders, stock, media }: { orders: IQueue; stock: IQueue; media: IQueue },
  { chargeCard, sendEmail, makeThumbnails, importCatalogue }: ShopJobs,
): Customers {
  let order = 1000;
  return {
    order: async () => {
      order += 1;
      // One in nineteen mistypes an address.
      const name = order % 19 === 0 ? `guest${order}` : NAMES[order % NAMES.length];
      const to = `${name}@example.org`;
      const cardToken = `tok_live_${order}`;
      await orders.enqueue(chargeCard, { order, amount: (order % 90) + 10, cardToken });
      await orders.enqueue(sendEmail, { to, subject: `Your order ${order}` });
      if (order % 8 === 0) {
        const reminder = { to, subject: `How do you like order ${order}?` };
        await orders.enqueue(sendEmail, reminder, { delay: 3_600_000 });
      }
      if (order % 5 === 0) {
        const image = `${order}-${PICTURES[(order / 5) % PICTURES.length]}`;
        await media.enqueue(makeThumbnails, { image, widths: [64, 256, 1024] });
      }
    },
    deliver: async (supplier, rows) => {
      await stock.enqueue(importCatalogue, { supplier, rows });
    },
  };
}

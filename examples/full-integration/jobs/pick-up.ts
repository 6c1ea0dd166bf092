import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import type { OrderBook } from '../shop/order-book.ts';
import type { OrderId } from './charge-order.ts';

/** Holds the parts that the pick-up needs. */
export interface PickUpSetup {
  readonly book: OrderBook;
  readonly chargeOrder: JobDefinition<'charge-order', OrderId>;
}

/** The payload: how long an order may take before it counts as left behind, in milliseconds. */
export interface PickUpPayload {
  readonly olderThan: number;
}

/**
 * Defines the job that finds orders left behind: a process may end after it stored an order and before
 * it enqueued the job, and jobs in memory end with their process.
 */
export function definePickUp({ book, chargeOrder }: PickUpSetup) {
  return defineJob({
    name: 'pick-up',
    handler: async ({ olderThan }: PickUpPayload, ctx) => {
      const jobs = await ctx.queue.enqueueMany(
        book.unfinished(Date.now() - olderThan).map(({ id }) => ({
          job: chargeOrder,
          payload: { orderId: id },
          options: { jobId: `charge-${id}` }, // exists already, unless the order really was left behind
        })),
      );
      return { enqueued: jobs.filter(({ duplicate }) => !duplicate).length };
    },
  });
}

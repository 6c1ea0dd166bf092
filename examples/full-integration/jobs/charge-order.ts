import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import { z } from 'zod';
import type { OrderBook } from '../shop/order-book.ts';

const orderId = z.object({ orderId: z.uuid() });

/** The payload of jobs on an order. It has only the id, so that a job reads the current state of the order. */
export type OrderId = z.infer<typeof orderId>;

/** Holds the parts that charging needs. */
export interface ChargeSetup {
  readonly book: OrderBook;
  readonly bankUrl: string;
  /** The jobs that follow. */
  readonly packOrder: JobDefinition<'pack-order', OrderId>;
  readonly sendReceipt: JobDefinition<'send-receipt', OrderId>;
}

/** Carries the answer of the bank. */
class BankError extends Error {
  override readonly name = 'BankError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Defines the job that takes the money, then has the order packed and the receipt sent. */
export function defineChargeOrder({ book, bankUrl, packOrder, sendReceipt }: ChargeSetup) {
  return defineJob({
    name: 'charge-order',
    schema: orderId,
    attempts: 6,
    backoff: { type: 'exponential', delay: 100, jitter: 0.2, maxDelay: 60_000 },
    retryIf: (error) => !(error instanceof BankError) || error.status >= 500,
    timeout: 15_000,
    rateLimit: { max: 50, per: 1000 }, // the bank's limit, over all workers
    handler: async ({ orderId: id }, ctx) => {
      const { card, total, status } = book.get(id);
      if (status === 'placed') {
        const answer = await fetch(`${bankUrl}/charges`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': id },
          body: JSON.stringify({ card, cents: total }),
          signal: ctx.signal,
        });
        ctx.log('the bank answered %d', answer.status);
        if (answer.status === 402) book.mark(id, 'declined');
        if (!answer.ok) throw new BankError(answer.status, await answer.text());
        book.mark(id, 'paid');
      }
      // With their own ids: if this attempt runs again, these jobs exist already and are not enqueued twice.
      await ctx.queue.enqueueMany([
        { job: packOrder, payload: { orderId: id }, options: { jobId: `pack-${id}` } },
        { job: sendReceipt, payload: { orderId: id }, options: { jobId: `receipt-${id}` } },
      ]);
      return { cents: total };
    },
  });
}

import type { IQueues, Workflow } from '@philjs/jobs-core';
import { chargeCard, mailReceipt, reserveStock, ship } from './order-jobs.ts';

/** An order of the shop. */
export interface Order {
  readonly id: string;
  readonly to: string;
  readonly card: string;
}

/** Stores the jobs of an order, all or none: stock and money side by side, then the parcel; the receipt when it is paid. */
export async function placeOrder(queues: IQueues, { id, to, card }: Order): Promise<Workflow> {
  const stock = { job: reserveStock, payload: { sku: 'boat' }, options: { jobId: `${id}-stock` } };
  const money = {
    job: chargeCard,
    payload: { card, cents: 20_000 },
    options: { jobId: `${id}-money` },
  };
  const parcel = { job: ship, payload: { to }, options: { jobId: id, dependsOn: [stock, money] } };
  const receipt = {
    job: mailReceipt,
    payload: { to },
    options: { jobId: `${id}-receipt`, dependsOn: [money] },
  };
  await queues.enqueueMany([stock, money, parcel, receipt]);
  return queues.get('orders').workflow(id);
}

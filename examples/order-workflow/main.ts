import { type DeadLetterGroup, isJobsError } from '@philjs/jobs-core';
import { createWebhooks } from '@philjs/jobs-webhooks';
import { fairShares } from './fair-shares.ts';
import { jobs, world } from './order-jobs.ts';
import { placeOrder } from './place-order.ts';
import { printWorkflow } from './print-workflow.ts';
import { startReceiver } from './receiver.ts';
import { createQueues } from './store.ts';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const receiver = await startReceiver(secret);
const queues = createQueues({ orders: { concurrency: 5 }, dead: {} }, { jobs });
const dead = queues.get('dead');
const webhooks = createWebhooks(queues, {
  endpoints: [{ url: receiver.url, secret, events: ['completed'], jobs: ['ship'] }],
  deliverIn: 'orders',
  // The receiver is in this program; messages go to public addresses only otherwise.
  allow: { http: true, addresses: ['127.0.0.1'] },
});
await webhooks.start();
await queues.process({ queues: ['orders'] });

// 1. An order that goes through: its partner gets a signed webhook.
const first = await placeOrder(queues, { id: 'order-1', to: 'Ada', card: 'card-1' });
await first.waitFor();
await receiver.told(1);
await printWorkflow('order-1', first);

// 2. A card that is declined: what waits for the money fails, with the reason and the path.
const second = await placeOrder(queues, { id: 'order-2', to: 'Bob', card: 'card-2' });
const error: unknown = await second.waitFor().catch((thrown) => thrown);
if (isJobsError(error) && error.cause instanceof Error) {
  console.log(`order-2 failed: ${error.cause.message}, through ${error.details?.['path']}`);
}
await printWorkflow('order-2', second);

// The bank changes its mind: one retry brings back all that had failed for it.
world.declined.clear();
console.log(`retried ${await second.retryFailed()}`);
console.log(`order-2: ${await second.waitFor()}`);
await receiver.told(2);

// 3. A customer changes their mind before a worker has started.
await queues.get('orders').pause();
const third = await placeOrder(queues, { id: 'order-3', to: 'Cyd', card: 'card-3' });
console.log(`cancelled ${await third.cancel('the customer changed their mind')}`);
await printWorkflow('order-3', third);
await queues.get('orders').resume();

// 4. The receipts could not be mailed: they are dead letters, and go back once mail goes out again.
const cause = await lettersAboutMail();
console.log(`${cause.count} dead letters: ${cause.error.message}`);
world.mailGoesOut = true;
// A receipt that failed only for an order that was never paid is no dead letter: it comes back with the order.
const { redriven, left } = await dead.redrive({ fingerprint: cause.fingerprint }, { canary: 1 });
console.log(`redriven ${redriven}, left ${left}`);

// 5. Two shops share a queue: the second is served in turn, though the first has 20 pages to print.
console.log(`printed: ${(await fairShares()).join(', ')}`);

await webhooks.stop();
await queues.close();
receiver.close();

/** Waits until both receipts are dead letters. */
async function lettersAboutMail(): Promise<DeadLetterGroup> {
  for (;;) {
    const group = (await dead.groups()).find(({ error }) => error.message.includes('mail'));
    if (group?.count === 2) return group;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

// Confirms two orders by mail: the mail server defers one, which is tried again, and the other can't be delivered.
//
//   node main.ts [folder for the mails]
import { join } from 'node:path';
import { createQueue } from '@philjs/jobs-memory';
import { startMailServer } from './mail-server.ts';
import { say } from './say.ts';
import { defineSendConfirmation } from './send-confirmation.ts';

const outbox = process.argv[2] ?? join(import.meta.dirname, 'out');
const mailServer = await startMailServer(outbox);
const sendConfirmation = defineSendConfirmation(mailServer.port);

// To run on Redis, import `createQueue` from '@philjs/jobs-redis'; nothing else changes.
const queue = createQueue({ name: 'mails', jobs: [sendConfirmation] });

queue.on('retrying', ({ jobId, runAt }) => {
  say('event', 'retrying', `${jobId} again in ${runAt.getTime() - Date.now()} ms`);
});
queue.on('completed', ({ jobId }) => say('event', 'completed', jobId));
queue.on('failed', ({ jobId, error }) => say('event', 'failed', `${jobId}: ${error.message}`));

await queue.process();

// The id is the order's: a second click on "buy" does not send a second mail.
const confirm = (orderId: string) =>
  queue.enqueue(sendConfirmation, { orderId }, { jobId: `order-${orderId}` });
const good = await confirm('1047');
const again = await confirm('1047');
const bad = await confirm('1048');
say('main', 'enqueued', `${good.id}, ${again.id} (duplicate: ${again.duplicate}), ${bad.id}`);

const result = await queue.waitFor(good);
const error = await queue.waitFor(bad).catch((reason: Error) => reason);

console.log('\nResult of order 1047:', result);
for (const { attempt, message } of (await queue.getLogs(good.id)).lines) {
  console.log(`Log of order 1047, attempt ${attempt}: ${message}`);
}
console.log('Error of order 1048:', error instanceof Error ? error.message : 'none');
console.log('Queue:', JSON.stringify(await queue.getStats()));
console.log('Mails:', outbox);

await queue.close();
await mailServer.close();

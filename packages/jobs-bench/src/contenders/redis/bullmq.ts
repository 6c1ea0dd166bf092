import { Queue, Worker } from 'bullmq';
import type { RedisRun, RedisSetup } from './redis-contender.ts';

/** Our default retention of finished jobs, so that both remove equally many. */
const OPTIONS = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1000 },
  removeOnComplete: { age: 24 * 3600, count: 1000 },
  removeOnFail: { age: 7 * 24 * 3600, count: 10_000 },
};

/** Sets up plain BullMQ. */
export async function bullmq({ port, concurrency, onStart }: RedisSetup): Promise<RedisRun> {
  const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
  const queue = new Queue('mail', { connection, defaultJobOptions: OPTIONS });
  const worker = new Worker('mail', async () => onStart(), {
    connection,
    concurrency,
    autorun: false,
  });
  await Promise.all([queue.waitUntilReady(), worker.waitUntilReady()]);
  return {
    enqueue: (payload) => queue.add('send-mail', payload),
    enqueueMany: (payloads) =>
      queue.addBulk(payloads.map((data) => ({ name: 'send-mail', data, opts: OPTIONS }))),
    start: async () => {
      void worker.run();
    },
    close: async () => {
      await worker.close(true);
      await queue.close();
    },
  };
}

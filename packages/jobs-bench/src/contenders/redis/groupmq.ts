import { Queue, Worker } from 'groupmq';
import { Redis } from 'ioredis';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { RedisRun, RedisSetup } from './redis-contender.ts';

/** Sets up groupmq, with a group for each recipient: within one its jobs run one after the other. */
export async function groupmq({ port, concurrency, onStart }: RedisSetup): Promise<RedisRun> {
  const redis = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  const queue = new Queue<MailPayload>({ redis, namespace: 'mail', keepCompleted: 1000 });
  const worker = new Worker<MailPayload>({ queue, concurrency, handler: async () => onStart() });
  await redis.ping();
  return {
    enqueue: (payload) => queue.add({ groupId: payload.to, data: payload }),
    start: async () => {
      void worker.run();
    },
    close: async () => {
      await worker.close(1000);
      await queue.close();
      redis.disconnect();
    },
  };
}

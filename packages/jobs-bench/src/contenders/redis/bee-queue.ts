import BeeQueue from 'bee-queue';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { RedisRun, RedisSetup } from './redis-contender.ts';

/** Sets up bee-queue. It keeps all finished jobs or none; none is closer to the others. */
export async function beeQueue({ port, concurrency, onStart }: RedisSetup): Promise<RedisRun> {
  const queue = new BeeQueue<MailPayload>('mail', {
    redis: { host: '127.0.0.1', port },
    removeOnSuccess: true,
    storeJobs: false,
  });
  await queue.ready();
  const jobOf = (payload: MailPayload): BeeQueue.Job<MailPayload> =>
    queue.createJob(payload).retries(2).backoff('exponential', 1000);
  return {
    enqueue: (payload) => jobOf(payload).save(),
    enqueueMany: (payloads) => queue.saveAll(payloads.map(jobOf)),
    start: async () => {
      queue.process(concurrency, async () => onStart());
    },
    close: () => queue.close(1000),
  };
}

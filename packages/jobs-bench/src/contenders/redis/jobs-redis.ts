import { type BackendFactory, createQueue, defineJob } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { RedisRun, RedisSetup } from './redis-contender.ts';

/** Sets up our queue on Redis as users get it. */
export async function jobsRedis(
  { port, concurrency, onStart }: RedisSetup,
  wrap: (backend: BackendFactory) => BackendFactory = (backend) => backend,
): Promise<RedisRun> {
  const sendMail = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => onStart(),
  });
  const backend = wrap(redisBackend({ redis: { host: '127.0.0.1', port } }));
  const queue = createQueue({ jobs: [sendMail], concurrency, backend });
  await queue.getStats();
  return {
    enqueue: (payload) => queue.enqueue(sendMail, payload),
    enqueueMany: (payloads) =>
      queue.enqueueMany(payloads.map((payload) => ({ job: sendMail, payload }))),
    start: () => queue.process(),
    close: () => queue.close({ timeout: 1000 }),
  };
}

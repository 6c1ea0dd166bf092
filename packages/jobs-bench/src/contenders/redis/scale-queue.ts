import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-redis';
import type { MailPayload } from '../memory/memory-contender.ts';
import type { JobStoring } from './store-all.ts';

/** Makes a queue whose handler keeps the core busy for a while, and a function that stores its jobs. */
export function scaleQueue(
  port: number,
  workUs: number,
): {
  readonly queue: IQueue;
  readonly run: JobStoring;
} {
  const sendMail = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => keepBusy(workUs),
  });
  const redis = { host: '127.0.0.1', port };
  const queue = createQueue({ jobs: [sendMail], concurrency: 16, redis });
  return {
    queue,
    run: {
      enqueue: (payload) => queue.enqueue(sendMail, payload),
      enqueueMany: (payloads) =>
        queue.enqueueMany(payloads.map((payload) => ({ job: sendMail, payload }))),
    },
  };
}

function keepBusy(us: number): void {
  const end = performance.now() + us / 1000;
  while (performance.now() < end);
}

import { batch, createQueue, defineJob, step } from '@philjs/jobs-core';
import { redisBackend } from '@philjs/jobs-redis';
import { type MailPayload, mailPayload } from '../memory/memory-contender.ts';

/** Drives a queue of jobs that are the members of batches, or plain. */
export interface BatchedQueue {
  add(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The jobs, and how many of them belong to one batch; 0: none does. */
export interface BatchedSetup {
  readonly port: number;
  readonly jobs: number;
  readonly size: number;
  readonly onStart: () => void;
}

/** Sets up our queue on Redis. */
export async function batchedQueue({
  port,
  jobs,
  size,
  onStart,
}: BatchedSetup): Promise<BatchedQueue> {
  const member = defineJob({
    name: 'send-mail',
    handler: async (_payload: MailPayload) => onStart(),
  });
  const report = defineJob({ name: 'report', handler: () => null });
  const backend = redisBackend({ redis: { host: '127.0.0.1', port } });
  const queue = createQueue({ jobs: [member, report], concurrency: 50, backend });
  await queue.getStats();
  return {
    add: async () => {
      const items = Array.from({ length: jobs }, (_, index) => ({
        job: member,
        payload: mailPayload(index),
      }));
      if (size === 0) {
        await queue.enqueueMany(items);
        return;
      }
      for (let from = 0; from < jobs; from += size) {
        // biome-ignore lint/suspicious/noThenProperty: the option's name
        const then = { then: step(report) };
        await queue.enqueueMany(batch(items.slice(from, from + size), then));
      }
    },
    start: () => queue.process(),
    close: () => queue.close({ timeout: 1000 }),
  };
}

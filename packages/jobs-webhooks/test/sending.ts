import { defineJob, type IQueue, type Queue } from '@philjs/jobs-core';
import { createQueue, type InMemoryQueueOptions } from '@philjs/jobs-memory';
import { expect, onTestFinished } from 'vitest';
import {
  createWebhooks,
  type WebhookEndpoint,
  type Webhooks,
  type WebhooksOptions,
} from '../src/index.ts';
import { ALLOW, type Answering, type Receiver, SECRET, startReceiver } from './receiver.ts';

export const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Doubles a number, and fails for one below zero. */
export const work = defineJob({
  name: 'work',
  attempts: 1,
  handler: async (n: number) => {
    if (n < 0) throw new RangeError('below zero');
    return { doubled: n * 2 };
  },
});

/** A receiver that ends with the test. */
export async function receiver(answer?: Answering, secret?: string): Promise<Receiver> {
  const started = await startReceiver(answer, secret);
  onTestFinished(() => started.close());
  return started;
}

/** A queue whose webhooks go to a receiver. */
export interface Sending {
  readonly queue: Queue;
  readonly webhooks: Webhooks;
  readonly start: () => Promise<void>;
}

/** Makes a queue whose webhooks go to a receiver. */
export function sending(
  url: string,
  endpoint: Partial<WebhookEndpoint> = {},
  more: Partial<WebhooksOptions> = {},
  ofQueue: Pick<InMemoryQueueOptions, 'defaultJobOptions' | 'name' | 'store'> = {},
): Sending {
  const name = `q-${Math.random()}`;
  const options = { name, jobs: [work], concurrency: 20, logger: quiet, ...ofQueue };
  const queue: Queue = createQueue(options) as Queue;
  const secret = endpoint.secrets === undefined ? { secret: SECRET } : {};
  const webhooks = createWebhooks(queue, {
    endpoints: [{ url, events: ['completed', 'failed', 'cancelled'], ...secret, ...endpoint }],
    allow: ALLOW,
    retry: { delay: 20, maxDelay: 5000, attempts: 8 },
    ...more,
  });
  onTestFinished(async () => {
    await webhooks.stop();
    await queue.close({ timeout: 0 });
  });
  const start = async (): Promise<void> => {
    await webhooks.start();
    await queue.process();
  };
  return { queue, webhooks, start };
}

/** Waits until something is true. */
export async function until(wanted: () => unknown): Promise<void> {
  await expect.poll(wanted, { interval: 10 }).toBeTruthy();
}

/** Waits until a queue has nothing left to do. */
export async function untilIdle(queue: IQueue): Promise<void> {
  await until(async () => {
    const { waiting, active, delayed } = await queue.getStats();
    return waiting + active + delayed === 0;
  });
}

/** Waits until a number of messages are in a state. */
export async function untilThereAre(
  webhooks: Webhooks,
  count: number,
  status: 'completed' | 'failed',
): Promise<void> {
  await until(async () => (await webhooks.deliveries({ status })).deliveries.length === count);
}

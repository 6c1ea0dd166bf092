import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createQueue } from '@philjs/jobs-memory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { drainQueues } from './drain-queues.ts';

test('ends when an operator let its worker take no new job, and leaves what is waiting', async () => {
  let start = (): void => undefined;
  let end = (): void => undefined;
  const started = new Promise<void>((resolve) => {
    start = resolve;
  });
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  const hold = defineJob({
    name: 'hold',
    handler: async () => {
      start();
      await held;
    },
  });
  const queue = createQueue({ jobs: [hold], concurrency: 1 });
  onTestFinished(() => queue.close());
  await queue.enqueueMany([
    { job: hold, payload: undefined },
    { job: hold, payload: undefined },
  ]);
  const drained = drainQueues([queue], { signal: new AbortController().signal, grace: 1000 });
  await started;
  await vi.waitFor(async () => expect(await queue.getWorkers()).toHaveLength(1), 120_000);
  const [worker] = await queue.getWorkers();
  await queue.askWorker(worker?.id ?? '', 'quiet');
  end();
  await drained;
  expect(await queue.getStats()).toMatchObject({ completed: 1, waiting: 1, active: 0 });
});

test.each([
  ['the queue', (queue: IQueue) => queue.pause()],
  ['the jobs of one name', (queue: IQueue) => queue.pauseJobs('held')],
])('waits for no job that may not start, since %s is paused', async (_, pause) => {
  const held = defineJob({ name: 'held', handler: () => undefined });
  const queue = createQueue({ jobs: [held] });
  onTestFinished(() => queue.close());
  await pause(queue);
  await queue.enqueue(held);
  await drainQueues([queue], { signal: new AbortController().signal, grace: 1000 });
  expect(await queue.getStats()).toMatchObject({ waiting: 1, active: 0 });
});

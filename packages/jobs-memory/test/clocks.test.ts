import { defineJob } from '@philjs/jobs-core';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createQueue } from '../src/index.ts';

const HOUR = 3_600_000;

it('releases a job at once that was put back, also for another one, while the clock was ahead', async () => {
  const real = Date.now;
  let ahead = 0;
  const spy = vi.spyOn(Date, 'now').mockImplementation(() => real() + ahead);
  onTestFinished(() => spy.mockRestore());
  let isDown = true;
  const work = defineJob({
    name: 'work',
    attempts: 1,
    handler: () => {
      if (isDown) throw new Error('down');
    },
  });
  const queue = createQueue({ jobs: [work] });
  onTestFinished(() => queue.close());
  const first = await queue.enqueue(work);
  const failed = await queue.enqueue(work, undefined, { dependsOn: [first] });
  await queue.process();
  await vi.waitFor(async () => expect((await queue.getStats()).failed).toBe(2), 120_000);
  await queue.stop();
  isDown = false;
  const later = await queue.enqueue(work, undefined, { delay: 1 });
  const cancelled = await queue.enqueue(work, undefined, { dependsOn: [later] });
  await queue.cancelJob(cancelled.id);
  ahead = HOUR;
  await queue.retryJob(cancelled.id);
  await queue.retryJob(first.id);
  ahead = 0;
  expect((await queue.getStats()).blocked).toBe(2);
  await queue.process();
  const ended = [failed, cancelled].map((job) => queue.waitFor(job, { timeout: 60_000 }));
  expect(await Promise.all(ended)).toHaveLength(2);
});

import type { Queue } from '@philjs/jobs-core';
import { defineJob } from '@philjs/jobs-core';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { createQueue } from '../create-queue.ts';

it.each<[how: string, leave: (queue: Queue, ids: string[]) => Promise<unknown>]>([
  ['cleared', (queue) => queue.clear()],
  ['removed', (queue, ids) => Promise.all(ids.map((id) => queue.removeJob(id)))],
  ['cancelled', (queue, ids) => Promise.all(ids.map((id) => queue.cancelJob(id)))],
])('the turns that handlers reserved are free again when their jobs are %s', async (how, leave) => {
  const clock = createTestClock(0);
  const starts: number[] = [];
  const job = defineJob({
    name: 'call',
    handler: async (_payload: undefined, ctx) => {
      await ctx.takeRateLimit({ key: 'api', max: 1, per: 60_000 });
      starts.push(clock.now());
    },
  });
  const queue = createQueue({ name: `turns-${how}`, clock, jobs: [job], concurrency: 100 });
  const items = Array.from({ length: 100 }, () => ({ job, payload: undefined }));
  const jobs = await queue.enqueueMany(items);
  await queue.process();
  await clock.settle();
  await leave(
    queue as Queue,
    jobs.slice(1).map(({ id }) => id),
  );
  await queue.enqueue(job, undefined);
  await clock.advance(60_000);
  expect(starts).toEqual([0, 60_000]);
  await queue.close();
});

import { createQueue, defineJob } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { Scheduler } from './scheduler.ts';

it('does not start on a closed queue', async () => {
  const queue = createQueue({ backend: memoryBackend({ store: createMemoryStore() }) });
  const scheduler = new Scheduler(queue);
  await queue.close();
  await expect(scheduler.start()).rejects.toMatchObject({ code: 'JOBS_QUEUE_CLOSED' });
  expect(scheduler.isRunning).toBe(false);
});

it('reports a few times that a later version stored schedules, however many there are', async () => {
  const clock = createTestClock();
  const queue = createQueue({ backend: memoryBackend({ store: createMemoryStore() }), clock });
  const seen: unknown[] = [];
  queue.on('error', ({ error }) => seen.push((error as { code?: string }).code));
  const scheduler = new Scheduler(queue);
  const job = defineJob({ name: 'job', handler: () => 1 });
  await scheduler.schedule(job, { every: 1000 });
  for (let n = 0; n < 300; n++) {
    const schedule = { id: `s${n}`, jobName: 'job', spec: { v: 99 }, state: {}, nextAt: 1 };
    await queue.backend.schedules!.put({ schedule });
  }
  await scheduler.start();
  for (let second = 0; second < 59; second++) await clock.advance(1000);
  expect(seen).toEqual(['JOBS_BACKEND_CONTRACT']);
  for (let second = 0; second < 62; second++) await clock.advance(1000);
  expect(seen.length).toBeLessThan(4);
  expect((await scheduler.getScheduledJob('job'))?.runsCount).toBeGreaterThan(50);
  await scheduler.stop();
  await queue.close();
});

import { createQueue, defineJob } from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

it('reports no error where a schedule gets a fixed payload while its tick is decided', async () => {
  const clock = createTestClock();
  const backend = memoryBackend({ store: createMemoryStore() });
  const seen: unknown[] = [];
  const job = defineJob({ name: 'job', handler: async (from: string) => void seen.push(from) });
  const queue = createQueue({ backend, clock, jobs: [job] });
  const errors: unknown[] = [];
  queue.on('error', ({ error }) => errors.push(error));
  const store = queue.backend.schedules!;
  const liveRuns = store.liveRuns.bind(store);
  let change: (() => Promise<unknown>) | undefined;
  Object.assign(store, {
    liveRuns: async (params: { id: string }) => {
      const changing = change;
      change = undefined;
      await changing?.();
      return liveRuns(params);
    },
  });
  const scheduler = new Scheduler(queue);
  const options = { every: 1000, overlap: 'skip' } as const;
  await scheduler.schedule(job, { ...options, payload: () => 'computed' });
  change = () => scheduler.schedule(job, { ...options, payload: 'fixed' });
  await scheduler.start();
  await queue.process();
  await clock.advance(1000);
  expect(seen).toEqual(['fixed']);
  expect(errors).toEqual([]);
  await scheduler.stop();
  await queue.close();
});

it('waits for no payload once its queue is closed', async () => {
  const clock = createTestClock();
  const backend = memoryBackend({ store: createMemoryStore() });
  const job = defineJob({ name: 'job', handler: async (_: string) => 1 });
  const queue = createQueue({ backend, clock, jobs: [job] });
  const scheduler = new Scheduler(queue);
  let asked = 0;
  const payload = (): Promise<never> => {
    asked += 1;
    return new Promise(() => undefined);
  };
  await scheduler.schedule(job, { every: 1000, payload });
  await scheduler.start();
  await clock.advance(1000);
  expect(asked).toBe(1);
  await queue.close();
  // The clock stands still.
  await scheduler.stop();
  expect(scheduler.isRunning).toBe(false);
});

it('says of no tick that its job has ended, where that job is another with its id', async () => {
  const clock = createTestClock();
  const backend = memoryBackend({ store: createMemoryStore() });
  const job = defineJob({ name: 'job', handler: async () => 1 });
  const queue = createQueue({ backend, clock, jobs: [job] });
  const schedules = queue.backend.schedules!;
  const [fire, record] = [schedules.fire.bind(schedules), schedules.record.bind(schedules)];
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  // The other job is looked at before the answer arrives, and what was seen is written late.
  Object.assign(schedules, {
    fire: async (params: Parameters<typeof fire>[0]) => {
      const answer = await fire(params);
      await turns(5);
      return answer;
    },
    record: async (params: Parameters<typeof record>[0]) => {
      if (params.entries.some(({ detail }) => 'f' in detail)) await turns(20);
      return record(params);
    },
  });
  await queue.process();
  await queue.enqueue(job, undefined, { jobId: 'chosen' });
  await clock.advance(1000);
  const scheduler = new Scheduler(queue);
  await scheduler.start();
  const at = new Date(clock.now() + 1000);
  const id = await scheduler.scheduleOnce(job, undefined, at, { jobId: 'chosen' });
  await clock.advance(2000);
  await turns(30);
  const [tick] = await scheduler.getJobHistory(id);
  expect(tick).toMatchObject({ status: 'skipped', reason: 'deduplicated' });
  await scheduler.stop();
  await queue.close();
});

import { createQueue, defineJob, type IQueue } from '@philjs/jobs-core';
import type { ScheduleStore } from '@philjs/jobs-core/backend';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

const job = defineJob({ name: 'job', handler: async () => undefined });
let clock: TestClock;
let store: ReturnType<typeof createMemoryStore>;
let queue: IQueue;
let scheduler: Scheduler;
/** How many due schedules the store was asked for, and answered. */
let read: number;

beforeEach(async () => {
  clock = createTestClock();
  store = createMemoryStore();
  queue = counting(elsewhere());
  scheduler = new Scheduler(queue);
  await new Scheduler(elsewhere()).sync(
    Array.from({ length: 3000 }, (_, n) => ({
      job,
      id: `elsewhere-${n}`,
      at: new Date(clock.now() + 1000 + (n % 7)),
      payload: () => undefined,
    })),
  );
  await clock.advance(2000);
  read = 0;
});

afterEach(async () => {
  await scheduler.stop();
  await queue.close();
});

/** Another queue of the store, as another process has it. */
const elsewhere = (): IQueue => createQueue({ clock, backend: memoryBackend({ store }) });

/** Makes a queue whose store other processes may share, and counts the due schedules that it reads. */
function counting(counted: IQueue): IQueue {
  const { backend } = counted;
  const methods = Object.entries(backend.schedules!);
  const schedules = Object.fromEntries(
    methods.map(([name, method]) => [name, method.bind(backend.schedules)]),
  ) as unknown as ScheduleStore;
  const due: ScheduleStore['due'] = async (params) => {
    const page = await backend.schedules!.due(params);
    read += page.schedules.length;
    return page;
  };
  const capabilities = { ...backend.capabilities, multiProcess: true };
  const changed = { ...backend, schedules: { ...schedules, due }, capabilities };
  return new Proxy(counted, {
    get: (target, name) => {
      const value: unknown = name === 'backend' ? changed : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

it('reads the due schedules of other processes once in five seconds, not at each look', async () => {
  await scheduler.schedule(job, { every: 1000 });
  await scheduler.start();
  expect(read).toBe(3000);
  read = 0;
  await clock.advance(30_000);
  expect((await scheduler.getScheduledJob('job'))?.runsCount).toBe(30);
  expect(read).toBeGreaterThan(3000 * 5);
  expect(read).toBeLessThan(3000 * 7 + 60 * 250);
});

it('fires at once what it declares itself of those that it passed over', async () => {
  await scheduler.start();
  await scheduler.schedule(job, {
    id: 'elsewhere-0',
    at: new Date(clock.now() - 1000),
    payload: () => undefined,
    catchUp: 'all',
  });
  await clock.settle();
  expect((await scheduler.getScheduledJob('elsewhere-0'))?.runsCount).toBe(1);
});

it('fires within five seconds what another process makes due before those that it passed over', async () => {
  await scheduler.start();
  const other = new Scheduler(elsewhere());
  await other.scheduleOnce(job, undefined, new Date(clock.now() - 1_000_000));
  await clock.advance(5_600);
  expect((await queue.getStats()).total).toBe(1);
});

import {
  createQueue,
  defineJob,
  type IQueue,
  isJobsError,
  JobsError,
  type Logger,
} from '@philjs/jobs-core';
import { createMemoryStore, memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';

const DAY = 86_400_000;
const job = defineJob({ name: 'job', handler: async () => undefined });
const open: { close(): Promise<void> }[] = [];

function makeQueue(clock = createTestClock(), logger?: Logger): IQueue {
  const backend = memoryBackend({ store: createMemoryStore() });
  const queue = createQueue({ backend, clock, ...(logger && { logger }) });
  open.push(queue);
  return queue;
}

/** Makes a queue whose schedules another process might change, and counts how often it is asked. */
function shared(queue: IQueue): { queue: IQueue; looks: () => number; looksAt: () => number[] } {
  const { backend } = queue;
  const looksAt: number[] = [];
  const schedules = {
    ...bound(backend.schedules!),
    due: (params: { now: number; limit: number }) => {
      looksAt.push(params.now);
      return backend.schedules!.due(params);
    },
  };
  const capabilities = { ...backend.capabilities, multiProcess: true };
  const changed = { ...backend, schedules, capabilities };
  const proxy = new Proxy(queue, {
    get: (target, name) => {
      const value: unknown = name === 'backend' ? changed : Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { queue: proxy, looks: () => looksAt.length, looksAt: () => looksAt };
}

function bound<T extends object>(target: T): T {
  const methods = Object.entries(target).map(([name, method]) => [name, method.bind(target)]);
  return Object.fromEntries(methods);
}

/** Makes a promise that is kept on request. */
function gateway(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

afterEach(async () => {
  for (const queue of open.splice(0)) await queue.close();
});

describe('a scheduler', () => {
  it('sets no timer with nothing to do, and one for ten thousand schedules', async () => {
    const clock = createTestClock();
    const queue = makeQueue(clock);
    const scheduler = new Scheduler(queue);
    await scheduler.start();
    // The queue watches over its calls for ten seconds.
    await clock.advance(10_000);
    expect(clock.pending).toBe(0);
    await scheduler.sync(
      Array.from({ length: 10_000 }, (_, n) => ({
        job,
        id: `${n}`,
        cron: `${n % 60} ${n % 3} * * *`,
      })),
    );
    await clock.advance(10_000);
    expect(clock.pending).toBe(1);
    await scheduler.stop();
    expect(clock.pending).toBe(0);
  });

  it('sleeps long before a tick that is far off', async () => {
    const clock = createTestClock();
    const scheduler = new Scheduler(makeQueue(clock));
    await scheduler.schedule(job, { at: new Date(clock.now() + 365 * DAY) });
    await scheduler.start();
    let wakes = 0;
    for (; clock.now() < Date.UTC(2026, 11, 31, 23); wakes++) await clock.advanceToNext();
    expect(wakes).toBeLessThan(150);
    await clock.advance(2 * 3_600_000);
    expect((await scheduler.getScheduledJob('job'))?.runsCount).toBe(1);
  });

  it('asks every five seconds at most where other processes may change schedules', async () => {
    const clock = createTestClock();
    const { queue, looks } = shared(makeQueue(clock));
    const scheduler = new Scheduler(queue);
    await scheduler.start();
    const before = looks();
    await clock.advance(100_000);
    expect(looks() - before).toBeGreaterThanOrEqual(18);
    expect(looks() - before).toBeLessThanOrEqual(20);
    await scheduler.stop();
  });

  it('asks four times a second at most because of what other processes do', async () => {
    const clock = createTestClock();
    const { queue, looks } = shared(makeQueue(clock));
    const scheduler = new Scheduler(queue);
    await scheduler.start();
    const before = looks();
    const other = new Scheduler(queue);
    for (let n = 0; n < 100; n++) {
      await other.schedule(job, { id: `${n}`, every: DAY });
      await clock.advance(20);
    }
    expect(looks() - before).toBeLessThanOrEqual(9);
    await scheduler.stop();
  });

  it('asks for a tick at its time in one of ten processes, and in the others a little later', async () => {
    const clock = createTestClock();
    const { queue, looksAt } = shared(makeQueue(clock));
    const schedulers = Array.from({ length: 10 }, () => new Scheduler(queue));
    await schedulers[0]!.schedule(job, { every: 2000 });
    for (const scheduler of schedulers) await scheduler.start();
    await clock.advance(6000);
    const before = looksAt().length;
    const tickAt = clock.now() + 2000;
    await clock.advance(2100);
    const late = looksAt()
      .slice(before)
      .filter((at) => at >= tickAt)
      .map((at) => at - tickAt);
    expect(late.filter((ms) => ms === 0)).toHaveLength(1);
    expect(late.filter((ms) => ms >= 10 && ms <= 40)).toHaveLength(9);
    expect(new Set(late).size).toBeGreaterThan(5);
    expect((await schedulers[0]!.getScheduledJob('job'))?.runsCount).toBe(4);
    for (const scheduler of schedulers) await scheduler.stop();
  });

  it('reports a store that fails, and goes on when it is back', async () => {
    const clock = createTestClock();
    const real = makeQueue(clock);
    let isAway = true;
    const { queue } = shared(real);
    const store = queue.backend.schedules!;
    const { due } = store;
    const errors: Error[] = [];
    real.on('error', ({ error }) => errors.push(error));
    Object.assign(store, {
      due: (params: { now: number; limit: number }) =>
        isAway ? Promise.reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away')) : due(params),
    });
    const scheduler = new Scheduler(queue);
    await scheduler.schedule(job, { every: 1000 });
    await scheduler.start();
    await clock.advance(30_000);
    expect(errors.length).toBeGreaterThan(5);
    expect(errors.length).toBeLessThan(10);
    isAway = false;
    await clock.advance(5_000);
    expect((await scheduler.getScheduledJob('job'))?.runsCount).toBeGreaterThan(0);
    await scheduler.stop();
  });

  it('leaves alone for a while what it cannot read, and fires the others', async () => {
    const clock = createTestClock();
    const queue = makeQueue(clock);
    const errors: unknown[] = [];
    queue.on('error', ({ error }) => errors.push(error));
    const scheduler = new Scheduler(queue);
    await scheduler.schedule(job, { every: 1000 });
    await queue.backend.schedules!.put({
      schedule: { id: 'later', jobName: 'job', spec: { v: 99 }, state: {}, nextAt: clock.now() },
    });
    await scheduler.start();
    await clock.advance(60_000);
    expect((await scheduler.getScheduledJob('job'))?.runsCount).toBe(60);
    expect(errors.length).toBeLessThan(4);
    expect(errors[0]).toMatchObject({ code: 'JOBS_BACKEND_CONTRACT' });
  });

  it('fires the others though more than it reads at once cannot be read', async () => {
    const clock = createTestClock();
    const { queue, looks } = shared(makeQueue(clock));
    queue.on('error', () => undefined);
    const scheduler = new Scheduler(queue);
    for (let n = 0; n < 450; n++) {
      const schedule = { id: `later-${n}`, jobName: 'job', spec: { v: 99 }, state: {} };
      const nextAt = clock.now() - DAY + (n % 3);
      await queue.backend.schedules!.put({ schedule: { ...schedule, nextAt } });
    }
    await scheduler.schedule(job, { every: 1000 });
    await scheduler.start();
    await clock.advance(60_000);
    expect((await scheduler.getScheduledJob('job'))?.runsCount).toBe(60);
    // One page at each look, and all three every five seconds.
    const before = looks();
    await clock.advance(60_000);
    expect(looks() - before).toBeLessThan(60 * 2 + 12 * 3 + 20);
    await scheduler.stop();
  });

  it('declares again what code declared when the store has lost it, and says so', async () => {
    const clock = createTestClock();
    const warnings: string[] = [];
    const logger = {
      debug() {},
      info() {},
      error() {},
      warn: (text: string) => warnings.push(text),
    };
    const { queue } = shared(makeQueue(clock, logger));
    const store = queue.backend.schedules!;
    const { due } = store;
    let life: string | undefined = 'first';
    Object.assign(store, {
      due: async (params: { now: number; limit: number }) => ({ ...(await due(params)), life }),
    });
    const scheduler = new Scheduler(queue);
    await scheduler.sync([{ job, id: 'synced', every: 1000 }]);
    await scheduler.sync([{ job, id: 'owned', every: 1000 }], { owner: 'x' });
    await scheduler.schedule(job, { id: 'made', every: 1000 });
    await scheduler.schedule(job, { id: 'gone', every: 1000 });
    await scheduler.remove('gone');
    await scheduler.start();
    await clock.advance(2000);
    for (const id of ['synced', 'owned', 'made']) await store.remove({ id });
    await clock.advance(10_000);
    expect(await scheduler.getAllScheduledJobs()).toEqual([]);
    expect(warnings).toEqual([]);
    life = undefined;
    await clock.advance(10_000);
    const found = await scheduler.getAllScheduledJobs();
    expect(found.map(({ id, owner }) => [id, owner])).toEqual([
      ['made', undefined],
      ['owned', 'x'],
      ['synced', undefined],
    ]);
    expect(found.every(({ runsCount }) => runsCount > 0)).toBe(true);
    expect(warnings).toHaveLength(1);
    await scheduler.stop();
  });

  it('declares again after a loss also if the store fails at first, and if it cannot declare one', async () => {
    const clock = createTestClock();
    const { queue } = shared(makeQueue(clock));
    const errors: unknown[] = [];
    queue.on('error', ({ error }) => errors.push(error));
    const store = queue.backend.schedules!;
    const { due, list } = store;
    let life: string | undefined = 'first';
    let isAway = false;
    const away = (): Promise<never> =>
      Promise.reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away'));
    Object.assign(store, {
      due: async (params: { now: number; limit: number }) => ({ ...(await due(params)), life }),
      list: (params: { limit: number }) => (isAway ? away() : list(params)),
    });
    const scheduler = new Scheduler(queue);
    await scheduler.sync([{ job, id: 'taken', every: 1000 }], { owner: 'x' });
    await scheduler.sync([{ job, id: 'owned', every: 1000 }], { owner: 'y' });
    await scheduler.start();
    for (const id of ['taken', 'owned']) await store.remove({ id });
    await new Scheduler(queue).sync([{ job, id: 'taken', every: 1000 }], { owner: 'z' });
    [life, isAway] = ['second', true];
    await clock.advance(10_000);
    isAway = false;
    await clock.advance(10_000);
    const found = await scheduler.getAllScheduledJobs();
    expect(found.map(({ id, owner }) => [id, owner])).toEqual([
      ['owned', 'y'],
      ['taken', 'z'],
    ]);
    expect(found.every(({ runsCount }) => runsCount > 0)).toBe(true);
    expect(errors.filter((error) => isJobsError(error, 'JOBS_CONFLICT'))).toHaveLength(1);
    await scheduler.stop();
  });

  it('has stopped when a tick that waited is fired, and not before', async () => {
    const clock = createTestClock();
    const real = makeQueue(clock);
    const { queue } = shared(real);
    const errors: unknown[] = [];
    real.on('error', ({ error }) => errors.push(error));
    const store = queue.backend.schedules!;
    const { get } = store;
    const gate = gateway();
    const end = gateway();
    const long = defineJob({ name: 'long', handler: () => end.opened });
    real.register(long);
    const scheduler = new Scheduler(queue);
    await scheduler.schedule(long, { every: 1000, overlap: 'buffer', maxRuns: 2 });
    await scheduler.start();
    await real.process();
    await clock.advance(2500);
    let asked = 0;
    Object.assign(store, {
      get: async (params: { id: string }) => {
        asked += 1;
        await gate.opened;
        return get(params);
      },
    });
    end.open();
    await clock.advance(1);
    expect(asked).toBe(1);
    let hasStopped = false;
    const stopping = scheduler.stop().then(() => (hasStopped = true));
    await clock.advance(1);
    expect(hasStopped).toBe(false);
    gate.open();
    await stopping;
    expect((await scheduler.getScheduledJob('long'))?.runsCount).toBe(2);
    await real.close();
    expect(errors).toEqual([]);
  });

  it('heals the others where it does not know the zone of one', async () => {
    const clock = createTestClock();
    const queue = makeQueue(clock);
    const errors: unknown[] = [];
    queue.on('error', ({ error }) => errors.push(error));
    const scheduler = new Scheduler(queue);
    for (const id of ['a', 'b']) await scheduler.schedule(job, { id, cron: '0 * * * *' });
    const store = queue.backend.schedules!;
    const later = clock.now() + DAY;
    for (const id of ['a', 'b']) {
      const { revision: _, ...record } = (await store.get({ id }))!;
      const timing = { kind: 'cron', cron: '0 * * * *', timezone: id === 'a' ? 'Mars/X' : 'UTC' };
      const spec = { ...record.spec, timing };
      const state = { ...record.state, tickAt: later };
      await store.put({ schedule: { ...record, spec, state, nextAt: later } });
    }
    await scheduler.start();
    await clock.advance(3_600_000);
    expect((await scheduler.getScheduledJob('b'))?.runsCount).toBe(1);
    expect(errors[0]).toBeInstanceOf(RangeError);
    await scheduler.schedule(job, { id: 'a', cron: '0 * * * *' });
    await clock.advance(3_600_000);
    expect((await scheduler.getScheduledJob('a'))?.runsCount).toBe(1);
    await scheduler.stop();
  });

  it('stops by itself when its queue is closed', async () => {
    const clock = createTestClock();
    const queue = makeQueue(clock);
    const scheduler = new Scheduler(queue);
    await scheduler.schedule(job, { every: 1000 });
    await scheduler.start();
    await queue.close();
    await clock.advance(2_000);
    expect(scheduler.isRunning).toBe(false);
    await scheduler.stop();
    await clock.advance(20_000);
    expect(clock.pending).toBe(0);
    await expect(scheduler.getAllScheduledJobs()).rejects.toMatchObject({
      code: 'JOBS_QUEUE_CLOSED',
    });
  });

  it('may be started and stopped again and again, and before the other is done', async () => {
    const clock = createTestClock();
    const scheduler = new Scheduler(makeQueue(clock));
    await scheduler.schedule(job, { every: 1000 });
    await Promise.all([scheduler.start(), scheduler.start()]);
    await clock.advance(1000);
    const stopping = scheduler.stop();
    const starting = scheduler.start();
    await Promise.all([stopping, starting, scheduler.stop()]);
    await scheduler.start();
    await clock.advance(1000);
    expect((await scheduler.getScheduledJob('job'))?.runsCount).toBe(2);
    await scheduler.stop();
    await scheduler.stop();
    await clock.advance(5000);
    expect((await scheduler.getScheduledJob('job'))?.runsCount).toBe(2);
  });

  it('takes another clock than its queue’s', async () => {
    const clock = createTestClock(Date.UTC(2020, 0, 1));
    const queue = makeQueue();
    const scheduler = new Scheduler(queue, { clock });
    await scheduler.schedule(job, { every: 1000 });
    await scheduler.start();
    await clock.advance(3000);
    expect((await queue.getStats()).total).toBe(3);
    await scheduler.stop();
  });
});

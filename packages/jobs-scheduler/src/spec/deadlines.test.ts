import { defineJob, type IQueue } from '@philjs/jobs-core';
import { createMemoryStore, createQueue } from '@philjs/jobs-memory';
import { createTestClock, type TestClock } from '@philjs/jobs-testkit';
import { expect, it, onTestFinished } from 'vitest';
import { type PayloadTick, Scheduler } from '../index.ts';

const HOUR = 3_600_000;
const DUE = 100 * HOUR;
const hourly = { cron: '0 * * * *' } as const;

/** A job whose deadline is in its payload, or an hour after it is enqueued. */
const reportBy = (clock: TestClock) =>
  defineJob({
    name: 'report',
    deadline: ({ due }) => due ?? clock.now() + HOUR,
    handler: (_: { due?: number }) => 1,
  });

interface Bed {
  readonly clock: TestClock;
  readonly report: ReturnType<typeof reportBy>;
  readonly scheduler: Scheduler;
  readonly other: () => Scheduler;
  /** Reads the hours of the deadlines, earliest tick first. */
  readonly deadlines: () => Promise<readonly number[]>;
}

function makeBed(): Bed {
  const clock = createTestClock(0);
  const report = reportBy(clock);
  const store = createMemoryStore();
  const make = (): IQueue =>
    createQueue({ name: 'due', jobs: [report], clock, order: 'deadline', store });
  const newScheduler = (): Scheduler => {
    const queue = make();
    onTestFinished(() => queue.close({ timeout: 0 }));
    return new Scheduler(queue);
  };
  const scheduler = newScheduler();
  const deadlines = async (): Promise<readonly number[]> => {
    const { jobs } = await scheduler.queue.getJobs();
    const hours = jobs.map(({ id, deadline }) => ({ id, at: Number(deadline) / HOUR }));
    return hours.sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ at }) => at);
  };
  return { clock, report, scheduler, other: newScheduler, deadlines };
}

it('keeps a deadline that was given, for each tick', async () => {
  const { clock, report, scheduler, deadlines } = makeBed();
  const enqueueOptions = { deadline: new Date(DUE) };
  await scheduler.schedule(report, { ...hourly, payload: {}, enqueueOptions });
  await scheduler.start();
  await clock.advance(2 * HOUR);
  expect(await deadlines()).toEqual([100, 100]);
});

it('takes the deadline from the payload of each tick, whatever its jitter', async () => {
  const { clock, report, scheduler, deadlines } = makeBed();
  const payload = ({ scheduledAt }: PayloadTick) => ({ due: scheduledAt.getTime() + HOUR / 2 });
  await scheduler.schedule(report, { ...hourly, payload, jitter: HOUR / 4 });
  await scheduler.start();
  await clock.advance(2 * HOUR);
  expect(await deadlines()).toEqual([1.5, 2.5]);
});

it.each([
  ['a date', { due: DUE }, [100, 100, 100]],
  ['a time from when it is enqueued', {}, [2, 3, 3.5]],
])('asks the definition for the deadline of each tick: %s', async (_, payload, expected) => {
  const { clock, report, scheduler, deadlines } = makeBed();
  await scheduler.schedule(report, { ...hourly, payload });
  await scheduler.start();
  await clock.advance(2.5 * HOUR);
  await scheduler.trigger('report');
  expect(await deadlines()).toEqual(expected);
});

it('counts a deadline from the tick where the process does not declare the schedule', async () => {
  const { clock, report, scheduler, other, deadlines } = makeBed();
  await scheduler.schedule(report, { ...hourly, payload: { due: 3 * HOUR } });
  await other().start();
  await clock.advance(2 * HOUR);
  expect(await deadlines()).toEqual([4, 5]);
});

it('goes on with the deadline as it was declared when the definition throws', async () => {
  const { clock, scheduler, deadlines } = makeBed();
  const moody = defineJob({
    name: 'moody',
    deadline: () => {
      if (clock.now() > 0) throw new Error('no luck');
      return HOUR;
    },
    handler: () => 1,
  });
  const errors: unknown[] = [];
  scheduler.queue.on('error', ({ error }) => errors.push(error));
  await scheduler.schedule(moody, hourly);
  await scheduler.start();
  await clock.advance(HOUR);
  expect(await deadlines()).toEqual([2]);
  expect(errors).toMatchObject([{ code: 'JOBS_INVALID_ARGUMENT' }]);
});

/** Validates at once, but waits for ever while `hangs`. */
function moodySchema() {
  const mood = { hangs: false, asked: 0 };
  const validate = (value: unknown): { value: object } | Promise<never> => {
    mood.asked += 1;
    return mood.hangs ? new Promise<never>(() => undefined) : { value: value as object };
  };
  const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const;
  return { mood, schema };
}

it('goes on with the deadline as it was declared when its schema does not answer', async () => {
  const { clock, scheduler, deadlines } = makeBed();
  const { mood, schema } = moodySchema();
  const deadline = () => clock.now() + HOUR;
  const job = defineJob({ name: 'slow', schema, deadline, handler: () => 1 });
  const errors: unknown[] = [];
  scheduler.queue.on('error', ({ error }) => errors.push(error));
  await scheduler.schedule(job, { ...hourly, payload: {}, catchUp: 'all' });
  mood.hangs = true;
  await clock.advance(3 * HOUR);
  const started = scheduler.start();
  await clock.advance(10_000);
  await started;
  expect(await deadlines()).toHaveLength(3);
  expect(errors).toMatchObject([{ code: 'JOBS_TIMEOUT', details: { scheduleId: 'slow' } }]);
  // One for the schedule, one for the first tick: the others do not wait one after the other.
  expect(mood.asked).toBe(2);
});

it('lets no other schedule wait for a schema that does not answer', async () => {
  const { clock, scheduler, report } = makeBed();
  const { mood, schema } = moodySchema();
  const deadline = () => clock.now() + HOUR;
  const job = defineJob({ name: 'slow', schema, deadline, handler: () => 1 });
  await scheduler.schedule(job, { ...hourly, payload: {} });
  const enqueueOptions = { deadline: new Date(DUE) };
  await scheduler.schedule(report, { every: 1000, payload: {}, enqueueOptions });
  mood.hangs = true;
  await scheduler.start();
  await clock.advance(HOUR);
  await clock.advance(3_000);
  const { jobs } = await scheduler.queue.getJobs({ name: 'report', limit: 3 });
  const ticks = jobs.map(({ metadata }) => Date.parse(String(metadata['tick'])) - HOUR);
  expect(ticks.sort()).toEqual([1_000, 2_000, 3_000]);
  await clock.advance(2_000);
  expect((await scheduler.queue.getJobs({ name: 'slow' })).jobs).toHaveLength(1);
});

it('lets the tick be due when it stops while the schema does not answer', async () => {
  const { clock, scheduler, other } = makeBed();
  const { mood, schema } = moodySchema();
  const deadline = () => clock.now() + HOUR;
  const job = defineJob({ name: 'slow', schema, deadline, handler: () => 1 });
  const errors: unknown[] = [];
  scheduler.queue.on('error', ({ error }) => errors.push(error));
  await scheduler.schedule(job, { ...hourly, payload: {}, catchUp: 'one' });
  mood.hangs = true;
  await scheduler.start();
  await clock.advance(HOUR);
  const closing = scheduler.queue.close({ timeout: 0 });
  await clock.advance(1);
  await closing;
  expect(errors).toEqual([]);
  const next = other();
  await next.start();
  await clock.advance(1);
  expect((await next.queue.getJobs()).jobs).toMatchObject([{ name: 'slow' }]);
});

it('takes the same declaration later for the same', async () => {
  const { clock, report, scheduler, other } = makeBed();
  const declared = { job: report, ...hourly, payload: { due: DUE } };
  const old = other();
  await old.sync([declared]);
  await clock.advance(HOUR / 3);
  expect(await scheduler.sync([declared])).toMatchObject({ unchanged: ['report'] });
  await scheduler.sync([{ ...declared, jitter: 5 }]);
  // What a process declares again is as old as at first.
  expect(await old.sync([declared])).toMatchObject({ updated: [] });
  expect(await scheduler.getScheduledJob('report')).toMatchObject({ jitter: 5, revision: 2 });
});

it.each([
  ['answers late', 2_000],
  ['does not answer', 60_000],
])('asks a schema that %s once for a tick, although the schedule changes', async (_, ms) => {
  const { clock, scheduler, other } = makeBed();
  let asked = 0;
  const validate = async (value: unknown): Promise<{ value: object }> => {
    asked += 1;
    if (asked > 1) await new Promise<void>((resolve) => void clock.setTimeout(resolve, ms));
    return { value: value as object };
  };
  const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const;
  const deadline = () => clock.now() + HOUR;
  const job = defineJob({ name: 'slow', schema, deadline, handler: () => 1 });
  await scheduler.schedule(job, { ...hourly, payload: {} });
  await scheduler.start();
  await clock.advance(HOUR + 1_000);
  // A process that does not declare the schedule asks for nothing.
  await other().trigger('slow');
  await clock.advance(5_000);
  const { jobs } = await scheduler.queue.getJobs();
  const ticks = jobs.map(({ metadata }) => Date.parse(String(metadata['tick'])) - HOUR);
  expect(ticks.sort()).toEqual([0, 1_000]);
  expect(asked).toBe(2);
});

import { createQueue, defineJob } from '@philjs/jobs-core';
import { memoryBackend } from '@philjs/jobs-memory';
import { createTestClock } from '@philjs/jobs-testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { Scheduler } from '../scheduler/scheduler.ts';
import { checkCron } from './check-cron.ts';
import type { ScheduleOptions } from './schedule-options.ts';

const clock = createTestClock();
const queue = createQueue({ backend: memoryBackend(), clock });
const scheduler = new Scheduler(queue);
afterAll(() => queue.close());

const job = defineJob({ name: 'job', handler: async () => undefined });
const now = clock.now();
const cron = '0 0 * * *';
const anything = (options: object): ScheduleOptions => options as ScheduleOptions;

describe('schedule', () => {
  it.each<[field: string, what: string, options: object]>([
    ['cron', 'an empty pattern', { cron: '' }],
    ['cron', 'a pattern of spaces', { cron: '   ' }],
    ['cron', 'four fields', { cron: '* * * *' }],
    ['cron', 'eight fields', { cron: '* * * * * * * *' }],
    ['cron', 'minute 60', { cron: '60 * * * *' }],
    ['cron', 'a step of 0', { cron: '*/0 * * * *' }],
    ['cron', 'a pattern that never ticks', { cron: '0 0 30 2 *' }],
    ['cron', 'a pattern whose years are over', { cron: '0 0 0 1 1 * 2020' }],
    ['cron', 'a pattern of 100 kB', { cron: '* '.repeat(50_000) }],
    ['cron', 'a nickname nothing can tell the time of', { cron: '@reboot' }],
    ['cron', 'an interval as other systems write it', { cron: '@every 5m' }],
    ['cron', 'words', { cron: 'every five minutes please' }],
    ['cron', 'a date', { cron: '2030-01-01T00:00:00' }],
    ['cron', 'a number', { cron: 5 }],
    ['cron', 'nothing to say when', {}],
    ['every', 'both a pattern and an interval', { cron, every: 1000 }],
    ['every', 'an interval of 0', { every: 0 }],
    ['cron', 'no pattern of several', { cron: [] }],
    ['cron[1]', 'a bad pattern of several', { cron: [cron, '61 * * * *'] }],
    ['except', 'exceptions of an interval', { every: 1000, except: { dates: [] } }],
    ['except.dates[0]', 'a day that is none', { cron, except: { dates: ['2026-02-30'] } }],
    ['except.cron', 'a bad pattern of exceptions', { cron, except: { cron: '61 * * * *' } }],
    ['except.cron', 'an exception that never comes', { cron, except: { cron: '* * 30 2 *' } }],
    ['cron[1]', 'a pattern of several that never comes', { cron: [cron, '0 0 8 * +MON#L'] }],
    ['except.days', 'an unknown exception', { cron, except: { days: [] } }],
    ['overlap', 'no overlap policy', { cron, overlap: null }],
    ['enqueueOptions', 'a number for options', { cron, enqueueOptions: 5 }],
    ['enqueueOptions', 'a list for options', { cron, enqueueOptions: [] }],
    ['enqueueOptions', 'no options', { cron, enqueueOptions: null }],
    ['every', 'an interval that is a loop', { every: 1 }],
    ['timezone', 'a zone of an interval', { every: 1000, timezone: 'Europe/Paris' }],
    ['dst', 'a rule for an interval', { every: 1000, dst: 'skip' }],
    ['timezone', 'no zone', { cron, timezone: null }],
    ['id', 'an id with control characters', { cron, id: 'a\u0000b' }],
    ['id', 'an id of two lines', { cron, id: 'a\nb' }],
    ['history', 'a ledger of nothing', { cron, history: 0 }],
    ['description', 'a description that is no text', { cron, description: 5 }],
    ['immediately', 'half a start', { cron, immediately: 'yes' }],
    ['revision', 'a revision that is none', { cron, revision: 'x' }],
    ['every', 'a negative interval', { every: -1 }],
    ['every', 'an interval that is no number', { every: Number.NaN }],
    ['every', 'an endless interval', { every: Number.POSITIVE_INFINITY }],
    ['every', 'half a millisecond', { every: 0.5 }],
    ['every', 'an interval in words', { every: '5m' }],
    ['every', 'an interval after the end', { every: 10_000, endDate: new Date(now + 1000) }],
    ['at', 'an invalid date', { at: new Date(Number.NaN) }],
    ['at[1]', 'an invalid date in a list', { at: [new Date(now), new Date(Number.NaN)] }],
    ['at', 'no dates', { at: [] }],
    ['at', 'too many dates', { at: Array.from({ length: 1001 }, (_, n) => new Date(now + n)) }],
    ['at', 'dates that are past', { at: [new Date(now - 1)] }],
    ['timezone', 'an unknown zone', { cron, timezone: 'Mars/Olympus' }],
    ['timezone', 'an offset', { cron, timezone: '+02:00' }],
    ['timezone', 'an empty zone', { cron, timezone: '' }],
    ['timezone', 'a zone of 1 kB', { cron, timezone: 'E'.repeat(1000) }],
    ['startDate', 'an invalid start', { cron, startDate: new Date(Number.NaN) }],
    ['endDate', 'an invalid end', { cron, endDate: new Date(Number.NaN) }],
    ['endDate', 'an end before the start', { cron, startDate: new Date(2), endDate: new Date(1) }],
    ['endDate', 'an end at the start', { cron, startDate: new Date(1), endDate: new Date(1) }],
    ['cron', 'an end that is past', { cron, endDate: new Date(now - 1) }],
    ['maxRuns', 'no runs', { cron, maxRuns: 0 }],
    ['maxRuns', 'half a run', { cron, maxRuns: 0.5 }],
    ['overlap', 'an unknown overlap policy', { cron, overlap: 'queue' }],
    ['catchUp', 'an unknown catch-up policy', { cron, catchUp: 'some' }],
    ['catchUp', 'no catch-up policy', { cron, catchUp: null }],
    ['catchUp.policy', 'a catch-up without a policy', { cron, catchUp: { window: 1 } }],
    ['catchUp.window', 'a negative window', { cron, catchUp: { policy: 'all', window: -1 } }],
    ['catchUp.cap', 'a cap of 0', { cron, catchUp: { policy: 'all', cap: 0 } }],
    ['catchUp.limit', 'an unknown catch-up option', { cron, catchUp: { policy: 'all', limit: 1 } }],
    ['jitter', 'a negative jitter', { cron, jitter: -1 }],
    ['dst', 'an unknown rule', { cron, dst: 'twice' }],
    ['pauseOnFailure', 'a pause after no failure', { cron, pauseOnFailure: 0 }],
    ['onSchedule', 'a callback that is none', { cron, onSchedule: 'log' }],
    ['onComplete', 'a callback that is none', { cron, onComplete: {} }],
    ['id', 'an empty id', { cron, id: '' }],
    ['id', 'an id that is too long', { cron, id: 'x'.repeat(201) }],
    ['enqueueOptions.jobId', 'a job id', { cron, enqueueOptions: { jobId: 'mine' } }],
    ['enqueueOptions.runAt', 'a time for the job', { cron, enqueueOptions: { runAt: 5 } }],
    ['enqueueOptions.transaction', 'a transaction', { cron, enqueueOptions: { transaction: {} } }],
    ['priority', 'a bad enqueue option', { cron, enqueueOptions: { priority: 0.5 } }],
    ['schedule.retries', 'an unknown option', { cron, retries: 3 }],
  ])('refuses `%s`: %s', async (field, _, options) => {
    const refused = scheduler.schedule(job, anything(options));
    await expect(refused).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field },
    });
    expect(await scheduler.getAllScheduledJobs()).toEqual([]);
  });

  it.each([
    [{ cron: '0 0 1 13 *' }, 'month: 13'],
    [{ cron: '0 0 32 * *' }, 'day: 32'],
    [{ every: 1 }, '100'],
    [{ every: '5m' }, 'milliseconds'],
    [{ crno: '* * * * *' }, '`cron`'],
    [{ every: 1000, timezone: 'Europe/Paris' }, 'belongs to `cron`'],
  ])('says what is wrong with %j', async (options, words) => {
    await expect(scheduler.schedule(job, anything(options))).rejects.toThrow(words);
  });

  it('refuses ids that are none, wherever they are given', async () => {
    const calls = [
      () => scheduler.pause(undefined as never),
      () => scheduler.resume(5 as never),
      () => scheduler.remove('' as never),
      () => scheduler.trigger(null as never),
      () => scheduler.backfill([] as never, { from: 0, to: 1 }),
      () => scheduler.nextRuns({} as never),
      () => scheduler.getScheduledJob(undefined as never),
      () => scheduler.getJobHistory({ limit: 5 } as never),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        details: { field: 'id' },
      });
    }
  });

  it('suggests what was meant', async () => {
    await expect(scheduler.schedule(job, anything({ tz: 'UTC', cron }))).rejects.toMatchObject({
      details: { suggestion: 'timezone' },
    });
    await expect(
      scheduler.schedule(job, { cron, timezone: 'Europe/Pariss' as string }),
    ).rejects.toThrow('Europe/Paris`');
  });

  it('refuses a payload its job cannot take', async () => {
    const strict = defineJob({
      name: 'strict',
      schema: {
        '~standard': {
          version: 1,
          vendor: 'test',
          validate: (value: unknown) =>
            typeof value === 'string' ? { value } : { issues: [{ message: 'a string, please' }] },
        },
      },
      handler: async () => undefined,
    });
    await expect(scheduler.schedule(strict, anything({ cron, payload: 5 }))).rejects.toMatchObject({
      code: 'JOBS_INVALID_PAYLOAD',
    });
    await expect(
      scheduler.schedule(job, anything({ cron, payload: { big: 1n } })),
    ).rejects.toMatchObject({ code: 'JOBS_PAYLOAD_NOT_SERIALIZABLE' });
  });

  it('refuses a job it does not know, and takes the name of one it knows', async () => {
    const payload = undefined as never;
    await expect(scheduler.schedule('unknown', { cron, payload })).rejects.toMatchObject({
      code: 'JOBS_UNKNOWN_JOB',
    });
    queue.register(job);
    expect(await scheduler.schedule('job', { cron, payload })).toBe('job');
    expect(await scheduler.remove('job')).toBe(true);
  });

  it('takes ids of any characters', async () => {
    for (const id of ['a:b', '1', '{x}', '👩‍🚀 ', '../..']) {
      expect(await scheduler.schedule(job, { id, cron })).toBe(id);
      expect((await scheduler.getScheduledJob(id))?.id).toBe(id);
      expect(await scheduler.remove(id)).toBe(true);
    }
  });
});

describe('scheduleOnce', () => {
  it('refuses what is no date, a time of its own for the job, and a transaction', async () => {
    const never = new Date(Number.NaN);
    await expect(scheduler.scheduleOnce(job, undefined, never)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field: 'date' },
    });
    const options = { runAt: 5 } as object;
    await expect(
      scheduler.scheduleOnce(job, undefined, new Date(now), options),
    ).rejects.toMatchObject({ details: { field: 'enqueueOptions.runAt' } });
    const inTransaction = scheduler.scheduleOnce(job, undefined, new Date(now), {
      transaction: {},
    } as object);
    const none = scheduler.scheduleOnce(job, undefined, new Date(now), null as never);
    await expect(none).rejects.toMatchObject({ details: { field: 'enqueueOptions' } });
    await expect(inTransaction).rejects.toMatchObject({
      details: { field: 'enqueueOptions.transaction' },
    });
  });
});

describe('new Scheduler', () => {
  it('refuses what is no queue, unknown options, and a backend without schedules', () => {
    const bad = [
      () => new Scheduler(undefined as never),
      () => new Scheduler(queue, { clok: clock } as object),
      () => new Scheduler(queue, { clock: 5 } as object),
      () => new Scheduler(queue, { clock: null } as object),
    ];
    for (const make of bad) {
      expect(make).toThrow(expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }));
    }
    const { schedules: _, ...without } = queue.backend;
    const plain = createQueue({ backend: without });
    expect(() => new Scheduler(plain)).toThrow(
      expect.objectContaining({ code: 'JOBS_NOT_SUPPORTED' }),
    );
  });
});

it('says how to complete a pattern with too few fields', () => {
  expect(() => checkCron('cron', '*/5 * * *')).toThrow('as in `*/5 * * * *`');
});

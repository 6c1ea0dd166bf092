import { JobsError } from '@philjs/jobs-core';
import { describe, expect, test } from 'vitest';
import { START, virtualSystem, withMethods } from '../../test/support/system.ts';
import type { MonitoredSchedule, MonitoredScheduler } from '../schedules/monitored-scheduler.ts';
import { Monitor } from './monitor.ts';
import type { MonitorOptions, OnHealthChange } from './monitor-options.ts';
import type { HealthProblem } from './system-health.ts';

const MINUTE = 60_000;

/** Makes options that note the problems that come and go, each as one word. */
function noting(word: (problem: HealthProblem) => string): [MonitorOptions, string[]] {
  const notes: string[] = [];
  const onHealthChange: OnHealthChange = (_, { came, went }) => {
    notes.push(...came.map((problem) => `+${word(problem)}`));
    notes.push(...went.map((problem) => `-${word(problem)}`));
  };
  return [{ onHealthChange }, notes];
}

const away = (): Promise<never> =>
  Promise.reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away'));

function scheduler(
  queue: string,
  list: () => Promise<readonly MonitoredSchedule[]>,
): MonitoredScheduler {
  return { queue: { name: queue }, getAllScheduledJobs: list, getJobHistory: () => [] };
}

describe('problems that cannot be looked at', () => {
  test('are not over while the store of their queue is away', async () => {
    const { clock, queue, work } = virtualSystem('emails');
    let isAway = false;
    const seen = withMethods(queue, {
      getStats: () => (isAway ? away() : queue.getStats()),
    });
    const [options, notes] = noting(({ kind }) => kind);
    const monitor = new Monitor(seen, undefined, options);
    await queue.enqueue(work, {});
    monitor.start();
    await clock.advance(MINUTE);
    isAway = true;
    await clock.advance(20 * MINUTE);
    expect(notes).toEqual(['+no-workers', '+store-away']);
    isAway = false;
    await queue.process();
    await clock.advance(10 * MINUTE);
    monitor.stop();
    expect(notes).toEqual(['+no-workers', '+store-away', '-no-workers', '-store-away']);
  });

  test('are not over while a scheduler cannot list its schedules, which hides no other', async () => {
    const [emails, media] = [virtualSystem('emails'), virtualSystem('media')];
    let isAway = false;
    const late = { jobName: 'work', nextRun: new Date(START - 2 * MINUTE), active: true };
    const [options, notes] = noting(({ scheduleId, queue }) => `${queue} ${scheduleId}`);
    const monitor = new Monitor(
      [emails.queue, media.queue],
      [
        scheduler('emails', async () => (isAway ? away() : [{ id: 'nightly', ...late }])),
        scheduler('media', async () => [{ id: 'nightly', ...late }]),
      ],
      options,
    );
    monitor.start();
    await emails.clock.advance(MINUTE);
    isAway = true;
    await emails.clock.advance(20 * MINUTE);
    monitor.stop();
    expect(notes.filter((note) => note.startsWith('-'))).toEqual([]);
    expect(notes.slice(0, 2)).toEqual(['+emails nightly', '+media nightly']);
    expect((await monitor.getOverview()).schedules.map(({ queueName }) => queueName)).toEqual([
      'media',
    ]);
  });
});

test('a cause of failures is not over because others became more frequent', async () => {
  const { clock, queue, work } = virtualSystem('payments', 100);
  const [options, notes] = noting(({ message }) => /× (\w+)/.exec(message)?.[1] ?? 'rest');
  const never = Number.POSITIVE_INFINITY;
  const healthThresholds = { errorRateWarning: never, errorRateCritical: never };
  const monitor = new Monitor(queue, undefined, { ...options, healthThresholds });
  await queue.process();
  const fail = async (times: number, cause: string): Promise<void> => {
    for (let n = 0; n < times; n += 1) await queue.enqueue(work, { fail: cause });
  };
  await fail(3, 'alpha');
  await fail(2, 'beta');
  await fail(1, 'gamma');
  monitor.start();
  await clock.advance(MINUTE);
  expect(notes).toEqual(['+alpha', '+beta', '+gamma']);
  await fail(5, 'delta');
  await clock.advance(20 * MINUTE);
  expect(notes).toEqual(['+alpha', '+beta', '+gamma', '+delta', '+rest']);
  const { jobs } = await queue.getJobs({ status: 'failed' });
  const gamma = jobs.filter(({ error }) => error?.message === 'gamma');
  await queue.removeJobs({ ids: gamma.map(({ id }) => id) });
  await clock.advance(20 * MINUTE);
  monitor.stop();
  expect(notes.slice(5).sort()).toEqual(['-gamma', '-rest']);
});

test('a check that is under way when the monitor stops reports nothing', async () => {
  const { clock, queue } = virtualSystem('emails');
  const asked: ((error: unknown) => void)[] = [];
  const seen = withMethods(queue, {
    getStats: () => new Promise((_, reject) => void asked.push(reject)),
  });
  const [options, notes] = noting(({ kind }) => kind);
  const monitor = new Monitor(seen, undefined, options);
  monitor.start();
  await clock.settle();
  monitor.stop();
  for (const refuse of asked) refuse(new JobsError('JOBS_QUEUE_CLOSED', 'closed'));
  await clock.advance(MINUTE);
  expect(notes).toEqual([]);
});

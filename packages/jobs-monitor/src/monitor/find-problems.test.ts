import { describe, expect, test } from 'vitest';
import { START, virtualSystem } from '../../test/support/system.ts';
import type { MonitoredScheduler } from '../schedules/monitored-scheduler.ts';
import { Monitor } from './monitor.ts';
import type { MonitorOptions } from './monitor-options.ts';

const MINUTE = 60_000;

function kinds(monitor: Monitor): Promise<(readonly [kind: string, severity: string])[]> {
  return monitor
    .getHealth()
    .then(({ problems }) => problems.map(({ kind, severity }) => [kind, severity] as const));
}

const thresholds = (given: MonitorOptions['healthThresholds']): MonitorOptions => ({
  healthThresholds: given,
});

test('a system without jobs is healthy, workers or not', async () => {
  const { queue } = virtualSystem();
  expect(await new Monitor(queue).getHealth()).toMatchObject({ status: 'healthy', issues: [] });
});

test('waiting jobs without a worker are critical', async () => {
  const { queue, work } = virtualSystem();
  await queue.enqueue(work, {});
  await queue.enqueue(work, {});
  const health = await new Monitor(queue).getHealth();
  expect(health.status).toBe('critical');
  expect(health.issues).toEqual(['`emails` has no workers; 2 jobs wait']);
});

test('a paused queue is worth a look when something waits', async () => {
  const { queue, work } = virtualSystem();
  const monitor = new Monitor(queue);
  await queue.process();
  await queue.pause();
  expect(await kinds(monitor)).toEqual([]);
  await queue.enqueue(work, {});
  expect(await kinds(monitor)).toEqual([['paused', 'warning']]);
});

test('a backlog is judged by its depth, and said to grow when it does', async () => {
  const { clock, queue, work } = virtualSystem('emails', 1);
  const options = thresholds({ queueDepthWarning: 3, queueDepthCritical: 6 });
  const monitor = new Monitor(queue, undefined, options);
  await queue.process();
  await queue.enqueue(work, { ms: 600 * MINUTE });
  monitor.start();
  for (let minute = 0; minute < 5; minute += 1) {
    await queue.enqueue(work, {});
    await clock.advance(MINUTE);
    if (minute === 2) expect(await kinds(monitor)).toEqual([['backlog', 'warning']]);
  }
  const { issues } = await monitor.getHealth();
  expect(issues).toContain('`emails` has 5 waiting jobs and more every minute');
  await queue.enqueue(work, {});
  expect(await kinds(monitor)).toContainEqual(['backlog', 'critical']);
  monitor.stop();
});

test('a job that has waited long is worth a look, then critical', async () => {
  const { clock, queue, work } = virtualSystem('emails', 1);
  const monitor = new Monitor(queue);
  await queue.process();
  await queue.enqueue(work, { ms: 60 * MINUTE });
  await queue.enqueue(work, {});
  await clock.advance(6 * MINUTE);
  expect(await kinds(monitor)).toEqual([['waiting-long', 'warning']]);
  await clock.advance(25 * MINUTE);
  expect(await kinds(monitor)).toEqual([['waiting-long', 'critical']]);
});

describe('failures', () => {
  async function finished(completed: number, failed: number): Promise<Monitor> {
    const { clock, queue, work } = virtualSystem('emails', 100);
    await queue.process();
    for (let index = 0; index < completed; index += 1) await queue.enqueue(work, {});
    for (let index = 0; index < failed; index += 1) await queue.enqueue(work, { fail: 'no' });
    await clock.advance(2000);
    return new Monitor(queue, undefined, thresholds({ failedWarning: Number.POSITIVE_INFINITY }));
  }

  test.each([
    [19, 1, []],
    [9, 1, [['failing', 'warning']]],
    [15, 5, [['failing', 'critical']]],
    [0, 9, []],
  ])(
    'of %i completed and %i failed jobs are judged by their share',
    async (done, failed, found) => {
      expect(await kinds(await finished(done, failed))).toEqual(found);
    },
  );

  test('are forgiven as a share after a quarter of an hour', async () => {
    const { clock, queue, work } = virtualSystem();
    const options = thresholds({ failedWarning: Number.POSITIVE_INFINITY });
    const monitor = new Monitor(queue, undefined, options);
    await queue.process();
    for (let index = 0; index < 20; index += 1) await queue.enqueue(work, { fail: 'no' });
    await clock.advance(2000);
    expect(await kinds(monitor)).toEqual([['failing', 'critical']]);
    await clock.advance(16 * MINUTE);
    expect(await kinds(monitor)).toEqual([]);
  });
});

test('a queue whose jobs are due later needs no worker yet', async () => {
  const { clock, queue, work } = virtualSystem();
  const monitor = new Monitor(queue);
  await queue.enqueue(work, {}, { delay: 30 * 24 * 60 * MINUTE });
  expect(await kinds(monitor)).toEqual([]);
  await clock.advance(30 * 24 * 60 * MINUTE - 10 * MINUTE);
  expect(await kinds(monitor)).toEqual([['no-workers', 'critical']]);
});

test('jobs that lost their worker are worth a look', async () => {
  const { clock, queue } = virtualSystem();
  await queue.getStats();
  const empty = { buckets: {}, sum: 0 };
  const minute = clock.now();
  await queue.backend.metrics?.record({
    buckets: [{ minute, name: 'work', counts: { stalled: 2 }, wait: empty, run: empty }],
  });
  expect((await new Monitor(queue).getHealth()).issues).toEqual([
    '2 jobs of `emails` lost their worker',
  ]);
});

test('a slow queue is one that finishes less than was asked for', async () => {
  const { clock, queue, work } = virtualSystem('emails', 1);
  const options = thresholds({ processingRateWarning: 10 });
  const monitor = new Monitor(queue, undefined, options);
  await queue.process();
  for (let index = 0; index < 5; index += 1) await queue.enqueue(work, { ms: MINUTE });
  await clock.advance(3 * MINUTE);
  expect(await kinds(monitor)).toContainEqual(['slow', 'warning']);
});

test('schedules are late when they are due and did not fire', async () => {
  const { clock, queue } = virtualSystem();
  const at = (ms: number): Date => new Date(START + ms);
  const scheduler: MonitoredScheduler = {
    getAllScheduledJobs: () => [
      { id: 'late', jobName: 'work', nextRun: at(0), active: true, undeclared: true },
      { id: 'later', jobName: 'work', nextRun: at(-20 * MINUTE), active: true },
      { id: 'soon', jobName: 'work', nextRun: at(5 * MINUTE), active: true },
      { id: 'paused', jobName: 'work', nextRun: at(0), paused: true },
      { id: 'over', jobName: 'work', active: false },
    ],
    getJobHistory: () => [],
  };
  const monitor = new Monitor(queue, scheduler);
  await clock.advance(3 * MINUTE);
  const { problems } = await monitor.getHealth();
  expect(problems.map(({ scheduleId, severity }) => [scheduleId, severity])).toEqual([
    ['later', 'critical'],
    ['late', 'warning'],
  ]);
  expect(problems.map(({ message }) => message)).toEqual([
    'schedule `later` is 23 min late',
    'schedule `late` is 3 min late: no running process declares it',
  ]);
  const overview = await monitor.getScheduledJobsOverview();
  expect(overview?.map(({ id, overdueMs }) => [id, overdueMs])).toEqual([
    ['later', 23 * MINUTE],
    ['late', 3 * MINUTE],
    ['paused', 0],
    ['soon', 0],
    ['over', 0],
  ]);
  expect(await new Monitor(queue).getScheduledJobsOverview()).toBeNull();
  expect(await new Monitor(queue).getJobRunHistory()).toBeNull();
  expect(await monitor.getJobRunHistory()).toEqual([]);
});

test('a threshold of Infinity is never reached', async () => {
  const { clock, queue, work } = virtualSystem('emails', 1);
  const never = Number.POSITIVE_INFINITY;
  const options = thresholds({ waitWarning: never, waitCritical: never });
  await queue.process();
  await queue.enqueue(work, { ms: 600 * MINUTE });
  await queue.enqueue(work, {});
  await clock.advance(300 * MINUTE);
  expect(await kinds(new Monitor(queue, undefined, options))).toEqual([]);
});

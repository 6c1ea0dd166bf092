import { type IQueue, JobsError } from '@philjs/jobs-core';
import { describe, expect, test } from 'vitest';
import { START, virtualSystem, withMethods } from '../../test/support/system.ts';
import { Monitor } from './monitor.ts';

const MINUTE = 60_000;

describe('metrics', () => {
  test('are those the workers measured: counts, rates, waits and runs', async () => {
    const { clock, queue, work } = virtualSystem('emails', 1);
    const monitor = new Monitor(queue);
    await queue.process();
    for (let index = 0; index < 8; index += 1) await queue.enqueue(work, { ms: 1000 });
    await queue.enqueue(work, { ms: 1000, fail: 'no' });
    await queue.enqueue(work, { ms: 1000, fail: 'no' });
    await clock.advance(2 * MINUTE);
    const metrics = await monitor.getMetrics();
    expect(metrics).toMatchObject({
      totalJobs: 10,
      completedJobs: 8,
      failedJobs: 2,
      completed: 8,
      failed: 2,
      successRate: 0.8,
      failureRate: 0.2,
      throughput: 5,
      windowMs: 60 * MINUTE,
    });
    expect(metrics.run?.count).toBe(10);
    expect(Math.abs((metrics.run?.p95 ?? 0) - 1000)).toBeLessThan(10);
    // One at a time: the n-th of ten waited n seconds, 0 to 9.
    expect(Math.abs((metrics.wait?.p50 ?? 0) - 4000)).toBeLessThan(40);
    expect(Math.abs((metrics.wait?.p99 ?? 0) - 9000)).toBeLessThan(90);
    expect(Math.abs(metrics.averageProcessingTime - 1000)).toBeLessThan(1);
    const [own] = metrics.queues;
    expect(own).toMatchObject({ queue: 'emails', measured: true, paused: false });
    expect(own?.jobs.map(({ name, completed }) => [name, completed])).toEqual([['work', 8]]);
    expect(own?.workers).toHaveLength(1);
  });

  test('are of the last hour', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.process();
    await queue.enqueue(work, {});
    await clock.advance(62 * MINUTE);
    await queue.enqueue(work, {});
    await clock.advance(2000);
    expect((await monitor.getMetrics()).completed).toBe(1);
  });

  test('add queues up, and count one by one', async () => {
    const [first, second] = [virtualSystem('emails'), virtualSystem('reports')];
    const monitor = new Monitor([first.queue, second.queue]);
    await first.queue.enqueue(first.work, {});
    await second.queue.enqueue(second.work, {});
    await second.queue.enqueue(second.work, {});
    const metrics = await monitor.getMetrics();
    expect(metrics.waitingJobs).toBe(3);
    expect(metrics.queues.map(({ queue, stats }) => [queue, stats.waiting])).toEqual([
      ['emails', 1],
      ['reports', 2],
    ]);
  });

  test('tell how long the next job in turn has been ready', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.enqueue(work, {}, { delay: 30_000 });
    await clock.advance(90_000);
    expect((await monitor.getMetrics()).queues[0]?.oldestWaitingMs).toBe(60_000);
  });

  test('are forgotten when asked, while jobs stay', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.process();
    await queue.enqueue(work, {});
    await clock.advance(2000);
    await monitor.clearMetrics();
    expect(await monitor.getMetrics()).toMatchObject({ completed: 0, completedJobs: 1 });
  });
});

describe('history', () => {
  test('has a point for each interval, also those in which nothing happened', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue, undefined, { metricsHistorySize: 4 });
    await queue.process();
    await queue.enqueue(work, {});
    await clock.advance(2 * MINUTE);
    await queue.enqueue(work, { fail: 'no' });
    await clock.advance(1000);
    const history = await monitor.getMetricsHistory();
    expect(history.map(({ timestamp }) => timestamp.getTime() - START)).toEqual([
      -MINUTE,
      0,
      MINUTE,
      2 * MINUTE,
    ]);
    expect(history.map(({ metrics }) => [metrics.completed, metrics.failed])).toEqual([
      [0, 0],
      [1, 0],
      [0, 0],
      [0, 1],
    ]);
    expect(history.every(({ queueStats }) => queueStats === undefined)).toBe(true);
  });

  test('holds how many jobs there were while the monitor ran', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue, undefined, { metricsHistorySize: 4 });
    monitor.start();
    await queue.enqueue(work, {});
    await clock.advance(MINUTE);
    await queue.enqueue(work, {});
    await clock.advance(MINUTE);
    monitor.stop();
    await clock.advance(2 * MINUTE);
    const history = await monitor.getMetricsHistory();
    expect(history.map(({ queueStats }) => queueStats?.waiting)).toEqual([
      1,
      2,
      undefined,
      undefined,
    ]);
  });
});

describe('jobs', () => {
  test('are described with their log, their times and why they do not run', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    const { id } = await queue.enqueue(work, { ms: 500 });
    expect((await monitor.getJobDetails(id))?.explanation.reasons[0]?.reason).toBe('no-worker');
    await clock.advance(1000);
    await queue.process();
    await clock.advance(1000);
    expect(await monitor.getJobDetails(id)).toMatchObject({
      id,
      queueName: 'emails',
      status: 'completed',
      waitTime: 1000,
      duration: 500,
      retries: 1,
      logs: [],
    });
    expect(await monitor.getJobDetails('nobody')).toBeNull();
  });

  test('are retried one by one, in whatever queue they are', async () => {
    const [first, second] = [virtualSystem('emails'), virtualSystem('reports')];
    const monitor = new Monitor([first.queue, second.queue]);
    await second.queue.process();
    const { id } = await second.queue.enqueue(second.work, { fail: 'no' });
    await second.clock.settle();
    await second.queue.stop();
    expect(await monitor.retryJob(id)).toBe(true);
    expect((await second.queue.getJob(id))?.status).toBe('waiting');
    await expect(monitor.retryJob(id)).rejects.toMatchObject({ code: 'JOBS_CONFLICT' });
    expect(await monitor.retryJob('nobody')).toBe(false);
  });

  test('that failed are retried all at once, thousands of them', async () => {
    const { clock, queue, work } = virtualSystem('emails', 1000);
    const monitor = new Monitor(queue);
    await queue.process();
    const item = { job: work, payload: { fail: 'no' } };
    await queue.enqueueMany(Array.from({ length: 2500 }, () => item));
    await clock.advance(1000);
    expect((await queue.getStats()).failed).toBe(2500);
    await queue.stop();
    expect(await monitor.retryAllFailed()).toBe(2500);
    expect(await queue.getStats()).toMatchObject({ failed: 0, waiting: 2500 });
  });
});

describe('the export', () => {
  test('is JSON of a named schema and version, and round-trips', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.process();
    await queue.enqueue(work, {});
    await clock.advance(2000);
    const exported = JSON.parse(await monitor.exportMetrics());
    expect(exported).toMatchObject({
      schema: 'philjs-jobs-metrics',
      version: 1,
      exportedAt: new Date(START + 2000).toISOString(),
      currentMetrics: { completed: 1, queues: [{ queue: 'emails' }] },
      health: { status: 'healthy' },
    });
    expect(exported.history).toHaveLength(100);
  });
});

describe('a running monitor', () => {
  test('tells when the health changes, once, and when it is well again', async () => {
    const { clock, queue, work } = virtualSystem();
    const seen: string[] = [];
    const onHealthChange = ({ status }: { status: string }): void => void seen.push(status);
    const monitor = new Monitor(queue, undefined, { onHealthChange, healthHold: 0 });
    monitor.start();
    await clock.settle();
    await queue.enqueue(work, {});
    await clock.advance(2 * MINUTE);
    await queue.process();
    await clock.advance(MINUTE);
    monitor.stop();
    expect(seen).toEqual(['critical', 'healthy']);
  });

  test('writes to the logger when there is no other listener', async () => {
    const { clock, queue, work, logger } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.enqueue(work, {});
    monitor.start();
    await clock.settle();
    monitor.stop();
    expect(logger.lines).toContainEqual(
      expect.stringContaining('warn Jobs: critical: `emails` has no workers'),
    );
  });
});

describe('a store that is away', () => {
  /** Makes a queue whose store does not answer. */
  function awayQueue(queue: IQueue): IQueue {
    const error = new JobsError('JOBS_BACKEND_UNAVAILABLE', 'away');
    const refuse = (): Promise<never> => Promise.reject(error);
    return withMethods(queue, { name: 'reports', getStats: refuse, isPaused: refuse });
  }

  test('is a problem, and hides no other queue', async () => {
    const { queue, work } = virtualSystem();
    const monitor = new Monitor([queue, awayQueue(queue)]);
    await queue.enqueue(work, {});
    const { metrics, health } = await monitor.getOverview();
    expect(metrics.queues.map((one) => one.queue)).toEqual(['emails']);
    expect(health.status).toBe('critical');
    expect(health.problems).toContainEqual(
      expect.objectContaining({ kind: 'store-away', queue: 'reports' }),
    );
    expect(await monitor.prometheus()).toContain('philjs_jobs_up{queue="reports"} 0');
  });

  test('makes metrics fail when there is no other queue', async () => {
    const { queue } = virtualSystem();
    await expect(new Monitor(awayQueue(queue)).getMetrics()).rejects.toMatchObject({
      code: 'JOBS_BACKEND_UNAVAILABLE',
    });
  });
});

describe('bad input', () => {
  test.each([
    [{ metricsInterval: 0 }],
    [{ metricsHistorySize: 1.5 }],
    [{ healthCheckInterval: '5s' }],
    [{ healthThresholds: { errorRateWarning: 10 } }],
    [{ healthThresholds: { queueDepthWarnings: 10 } }],
    [{ intervall: 5 }],
    [{ healthHold: -1 }],
    [{ redact: 'iban' }],
    [{ healthThresholds: { failedWarning: 0.5 } }],
  ])('refuses the options %j', (options) => {
    const { queue } = virtualSystem();
    expect(() => new Monitor(queue, undefined, options as never)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });

  test.each([
    ['stepMs', { windowMs: 3_600_000 }],
    ['stepMs', { windowMs: 3_600_000, stepMs: 90_000 }],
    ['stepMs', { windowMs: 3_600_000, stepMs: 0 }],
    ['windowMs', { windowMs: Number.NaN, stepMs: MINUTE }],
    ['windowMs', { windowMs: 10_001 * MINUTE, stepMs: MINUTE }],
    ['history.step', { windowMs: 3_600_000, stepMs: MINUTE, step: 5 }],
  ])('refuses `%s` of a history: %j', async (field, params) => {
    const { queue } = virtualSystem();
    await expect(new Monitor(queue).getHistory(params as never)).rejects.toMatchObject({
      code: 'JOBS_INVALID_ARGUMENT',
      details: { field },
    });
  });

  test('refuses no queue, two of one name, and what is no queue or scheduler', () => {
    const { queue } = virtualSystem();
    const refused = expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' });
    expect(() => new Monitor([])).toThrow(refused);
    expect(() => new Monitor([queue, queue])).toThrow(refused);
    expect(() => new Monitor({} as never)).toThrow(refused);
    expect(() => new Monitor(queue, { metricsInterval: 5 } as never)).toThrow(refused);
    expect(() => new Monitor(queue).getQueue('email')).toThrow(
      expect.objectContaining({ code: 'JOBS_NOT_FOUND' }),
    );
    for (const name of [undefined, 7, { queue: 'emails' }]) {
      expect(() => new Monitor(queue).getQueue(name as never)).toThrow(
        expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
      );
    }
  });

  test.each([
    [
      'throws',
      (): never => {
        throw new Error('listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('listener'))],
  ])(
    'takes a listener that %s for what it is: a mistake of other code',
    async (_, onHealthChange) => {
      const { clock, queue, work, logger } = virtualSystem();
      const monitor = new Monitor(queue, undefined, { onHealthChange });
      await queue.enqueue(work, {});
      monitor.start();
      await clock.settle();
      monitor.stop();
      expect(logger.lines).toContainEqual(expect.stringContaining('onHealthChange'));
    },
  );
});

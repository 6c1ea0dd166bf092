import { spawnSync } from 'node:child_process';
import type { MetricsBucket } from '@philjs/jobs-core/backend';
import { describe, expect, test } from 'vitest';
import { virtualSystem } from '../../test/support/system.ts';
import { createDashboard } from '../dashboard/create-dashboard.ts';
import { Monitor } from '../monitor/monitor.ts';

const MINUTE = 60_000;

/** Reads the value of one series. */
function readSeries(page: string, series: string): number | undefined {
  const line = page.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

describe('counters', () => {
  const completed = 'philjs_jobs_outcomes_total{queue="emails",name="work",outcome="completed"}';

  test('count from the first look on, and never shrink while minutes come and go', async () => {
    const { clock, queue, work } = virtualSystem();
    await queue.process();
    await queue.enqueue(work, {});
    await clock.advance(5000);
    const monitor = new Monitor(queue);
    expect(readSeries(await monitor.prometheus(), completed)).toBe(0);
    for (let minute = 1; minute <= 40; minute += 1) {
      await queue.enqueue(work, {});
      await clock.advance(MINUTE);
      if (minute % 7 === 0) {
        expect(readSeries(await monitor.prometheus(), completed)).toBe(minute);
      }
    }
    await clock.advance(26 * 60 * MINUTE);
    expect(readSeries(await monitor.prometheus(), completed)).toBe(40);
  });

  test('take in what comes late to a minute, and survive that metrics are cleared', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.process();
    monitor.start();
    await queue.enqueue(work, {});
    await clock.advance(MINUTE);
    const empty = { buckets: {}, sum: 0 };
    const late = { name: 'work', counts: { completed: 3 }, wait: empty, run: empty };
    await queue.backend.metrics?.record({
      buckets: [{ minute: clock.now() - 2 * MINUTE, ...late }],
    });
    expect(readSeries(await monitor.prometheus(), completed)).toBe(4);
    await monitor.clearMetrics();
    await queue.enqueue(work, {});
    await clock.advance(2000);
    monitor.stop();
    expect(readSeries(await monitor.prometheus(), completed)).toBe(5);
  });

  test('count only what came since when a minute has more after it was cleared', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await queue.process();
    const run = async (...fails: boolean[]): Promise<void> => {
      for (const fail of fails) await queue.enqueue(work, fail ? { fail: 'no' } : {});
      await clock.advance(5000);
    };
    await run(true, true, false);
    await monitor.prometheus();
    await monitor.clearMetrics();
    await run(true, false, false, false, false);
    const page = await monitor.prometheus();
    expect(readSeries(page, completed.replace('completed', 'failed'))).toBe(1);
    expect(readSeries(page, completed)).toBe(4);
  });

  test('tell cancelled jobs from failed ones', async () => {
    const { clock, queue, work } = virtualSystem();
    const monitor = new Monitor(queue);
    await monitor.prometheus();
    await queue.process();
    const { id } = await queue.enqueue(work, { ms: MINUTE });
    await queue.enqueue(work, { fail: 'no' });
    await clock.advance(100);
    await queue.cancelJob(id, { force: true });
    await clock.advance(2000);
    const page = await monitor.prometheus();
    expect(readSeries(page, completed.replace('completed', 'cancelled'))).toBe(1);
    expect(readSeries(page, completed.replace('completed', 'failed'))).toBe(1);
  });
});

test('histograms are cumulative, in seconds, with sum and count', async () => {
  const { clock, queue, work } = virtualSystem();
  const monitor = new Monitor(queue);
  await monitor.prometheus();
  await queue.process();
  for (const ms of [3, 80, 80, 700]) await queue.enqueue(work, { ms });
  await clock.advance(5000);
  const page = await monitor.prometheus();
  const bucket = (le: string): number | undefined =>
    readSeries(page, `philjs_jobs_run_seconds_bucket{le="${le}",queue="emails",name="work"}`);
  expect(['0.005', '0.05', '0.1', '1', '+Inf'].map(bucket)).toEqual([1, 1, 3, 4, 4]);
  expect(readSeries(page, 'philjs_jobs_run_seconds_count{queue="emails",name="work"}')).toBe(4);
  const sum = readSeries(page, 'philjs_jobs_run_seconds_sum{queue="emails",name="work"}');
  expect(sum).toBeCloseTo(0.863, 6);
});

test('counters tell what became of the ticks of schedules', async () => {
  const { clock, queue } = virtualSystem();
  const monitor = new Monitor(queue);
  const empty = { buckets: {}, sum: 0 };
  const count = (name: string, counts: MetricsBucket['counts']) =>
    queue.backend.metrics?.record({
      buckets: [{ minute: clock.now(), name, counts, wait: empty, run: empty }],
    });
  await monitor.prometheus();
  await count('nightly', { ticksFired: 3, ticksMissed: 5, ticksSkippedCatchUp: 4 });
  await count('nightly', { ticksFired: 1, ticksSkippedOverlap: 2, ticksSkippedDeduplicated: 1 });
  await count('plain', { completed: 1 });
  const page = await monitor.prometheus();
  const at = 'queue="emails",name="nightly"';
  expect(readSeries(page, `philjs_jobs_schedule_fired_total{${at}}`)).toBe(4);
  expect(readSeries(page, `philjs_jobs_schedule_missed_total{${at}}`)).toBe(5);
  const skipped = (reason: string): number | undefined =>
    readSeries(page, `philjs_jobs_schedule_skipped_total{${at},reason="${reason}"}`);
  const reasons = ['overlap', 'catch-up', 'paused', 'deduplicated', 'payload'];
  expect(reasons.map(skipped)).toEqual([2, 4, 0, 1, 0]);
  expect(page).not.toContain('philjs_jobs_schedule_fired_total{queue="emails",name="plain"}');
  expect(await monitor.getMetrics()).toMatchObject({
    ticks: { fired: 4, missed: 5, skipped: { overlap: 2, 'catch-up': 4, paused: 0 } },
  });
  const drawn = await createDashboard(monitor, { auth: 'none' }).fetch(
    new Request('http://localhost/-/metrics'),
  );
  expect(await drawn.text()).toMatch(/Ticks of schedules.*nightly.*2 overlap, 4 catch-up/s);
});

test('promtool accepts the page', async () => {
  const { clock, queue, work } = virtualSystem();
  const at = new Date(clock.now());
  const monitor = new Monitor(queue, {
    getAllScheduledJobs: () => [{ id: 'nightly', jobName: 'work', nextRun: at }],
    getJobHistory: () => [],
  });
  await monitor.prometheus();
  await queue.process();
  await queue.enqueue(work, { ms: 10 });
  await queue.enqueue(work, { fail: 'no' });
  await clock.advance(5000);
  const input = await monitor.prometheus();
  const { status, stderr } = spawnSync(
    process.env['PROMTOOL_BIN'] ?? 'promtool',
    ['check', 'metrics'],
    {
      input,
      encoding: 'utf8',
    },
  );
  expect([status, stderr]).toEqual([0, '']);
});

test('gauges tell the state of each queue', async () => {
  const { clock, queue, work } = virtualSystem();
  const monitor = new Monitor(queue);
  await queue.pause();
  await queue.enqueue(work, {});
  await clock.advance(30_000);
  const page = await monitor.prometheus();
  expect(readSeries(page, 'philjs_jobs_up{queue="emails"}')).toBe(1);
  expect(readSeries(page, 'philjs_jobs_stored{queue="emails",status="waiting"}')).toBe(1);
  expect(readSeries(page, 'philjs_jobs_paused{queue="emails"}')).toBe(1);
  expect(readSeries(page, 'philjs_jobs_workers{queue="emails"}')).toBe(0);
  expect(readSeries(page, 'philjs_jobs_oldest_waiting_seconds{queue="emails"}')).toBe(30);
});

test('the number of series is bounded, and hostile names are escaped', async () => {
  const { clock, queue } = virtualSystem('a"b\\c');
  const monitor = new Monitor(queue);
  await monitor.prometheus();
  const empty = { buckets: {}, sum: 0 };
  const minute = clock.now();
  const names = Array.from({ length: 150 }, (_, index) => `job "${index}"\n`);
  await queue.backend.metrics?.record({
    buckets: names.map((name) => ({
      minute,
      name,
      counts: { completed: 1 },
      wait: empty,
      run: empty,
    })),
  });
  const page = await monitor.prometheus();
  const lines = page.split('\n').filter((line) => line.includes('outcome="completed"'));
  expect(lines).toHaveLength(101);
  const queueLabel = 'queue="a\\"b\\\\c"';
  expect(lines).toContain(
    `philjs_jobs_outcomes_total{${queueLabel},name="job \\"0\\"\\n",outcome="completed"} 1`,
  );
  expect(lines).toContain(
    `philjs_jobs_outcomes_total{${queueLabel},name="other",outcome="completed"} 50`,
  );
});

import { defineJob } from '@philjs/jobs-core';
import { describe, expect } from 'vitest';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { HOUR, MINUTE, T0 } from '../support/work.ts';

/** How ticks become jobs. */
export function firing(kind: BedKind): void {
  const test = withBed(kind);

  describe('firing', () => {
    test('enqueues one job for each tick, which knows its schedule and its tick', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, {
        id: 'reports',
        cron: '*/2 * * * *',
        payload: { of: 'sales' },
        enqueueOptions: { priority: 7, metadata: { tenant: 'a' } },
      });
      await bed.advance(4 * MINUTE);
      await bed.started(2, 4);
      const [first] = bed.work.started;
      expect(first).toMatchObject({ jobId: 'schedule:reports:2025-01-01T00:02:00.000Z' });
      const job = await bed.queue.getJob(first!.jobId);
      expect(job).toMatchObject({
        name: 'work',
        payload: { of: 'sales' },
        priority: 7,
        metadata: { tenant: 'a', schedule: 'reports', tick: '2025-01-01T00:02:00.000Z' },
      });
    });

    test('enqueues one job for each tick however many schedulers run', async (bed) => {
      const others = [bed.newScheduler(), bed.newScheduler(), bed.newScheduler()];
      await Promise.all(others.map((other) => other.start()));
      await bed.scheduler.schedule(bed.work.job, { cron: '*/10 * * * * *', payload: undefined });
      await bed.advance(MINUTE + 1000);
      await bed.until('six have started', () => bed.work.started.length === 6);
      await bed.idle();
      expect(
        bed.work.minutes.map((minute) => Math.round(minute * 60)).sort((a, b) => a - b),
      ).toEqual([10, 20, 30, 40, 50, 60]);
      expect(await bed.ledger()).toHaveLength(6);
    });

    test('fires a schedule that another process declares', async (bed) => {
      const other = bed.newScheduler(bed.newQueue([bed.work]));
      await other.schedule(bed.work.job, { every: 90_000, payload: undefined });
      await bed.advance(3 * MINUTE + 1000);
      await bed.started(1.5, 3);
    });

    test('hears what another process declares, and fires it before it would look by itself', async (bed) => {
      const other = bed.newScheduler(bed.newQueue([bed.work]));
      await other.schedule(bed.work.job, { every: 1000, maxRuns: 1, payload: undefined });
      await bed.until('it heard', () => (bed.clock.nextAt ?? 0) <= T0 + 1000);
      await bed.advance(1000);
      await bed.started(1 / 60);
    });

    test('fires a job that is defined in no process that schedules', async (bed) => {
      const elsewhere = bed.newQueue();
      const unknown = defineJob({ name: 'elsewhere', handler: async () => 'done' });
      await bed.newScheduler(elsewhere).schedule(unknown, { cron: '* * * * *' });
      await bed.advance(MINUTE);
      const [run] = await bed.scheduler.getJobHistory('elsewhere');
      const job = await bed.queue.getJob(run!.jobId!);
      expect(job).toMatchObject({ name: 'elsewhere', attemptsMade: 0 });
    });

    test('goes on while no worker runs', async (bed) => {
      await bed.queue.stop();
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      await bed.advance(5 * MINUTE);
      await bed.queue.process();
      await bed.started(1, 2, 3, 4, 5);
    });

    test('fires at each of a list of dates, and at an interval from its start date', async (bed) => {
      const at = [5, 2, 2, 9].map((minute) => new Date(T0 + minute * MINUTE));
      await bed.scheduler.schedule(bed.work.job, { id: 'dates', at, payload: undefined });
      await bed.advance(10 * MINUTE);
      await bed.started(2, 5, 9);
      await bed.scheduler.schedule(bed.work.job, {
        id: 'interval',
        every: 3 * MINUTE,
        startDate: new Date(T0 + 12 * MINUTE),
        payload: undefined,
      });
      await bed.advance(9 * MINUTE);
      await bed.started(2, 5, 9, 12, 15, 18);
    });

    test('lets each job start within the jitter of its tick, and keeps the tick', async (bed) => {
      await bed.queue.pause();
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        jitter: 20_000,
        payload: undefined,
        enqueueOptions: { delay: 5_000 },
      });
      await bed.advance(10 * MINUTE);
      const runs = await bed.scheduler.getJobHistory('work');
      expect(runs.map(({ scheduledAt }) => scheduledAt.getTime() % MINUTE)).toEqual(
        Array(10).fill(0),
      );
      const jobs = await Promise.all(runs.map(({ jobId }) => bed.queue.getJob(jobId!)));
      const after = jobs.map(
        (job, index) => job!.runAt.getTime() - runs[index]!.scheduledAt.getTime(),
      );
      expect(Math.min(...after)).toBeGreaterThanOrEqual(5_000);
      expect(Math.max(...after)).toBeLessThan(25_000);
      expect(new Set(after).size).toBeGreaterThan(5);
    });

    test('tells of each tick, with a callback and an event', async (bed) => {
      const heard: unknown[] = [];
      const events: unknown[] = [];
      bed.queue.on('tick', ({ tick }) =>
        events.push([tick.scheduleId, tick.tickAt, tick.detail['status']]),
      );
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        payload: undefined,
        onSchedule: (scheduledAt, tick) => void heard.push([scheduledAt, tick.jobId]),
      });
      await bed.advance(MINUTE);
      expect(heard).toEqual([[new Date(T0 + MINUTE), 'schedule:work:2025-01-01T00:01:00.000Z']]);
      expect(events).toEqual([['work', T0 + MINUTE, 'fired']]);
    });

    test('reports a callback that throws or rejects, and goes on', async (bed) => {
      const ways = [
        () => Promise.reject(new Error('rejected')),
        () => {
          throw new Error('thrown');
        },
        () => Promise.reject(Object.create(null)),
      ];
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        payload: undefined,
        maxRuns: 4,
        onSchedule: () => ways.pop()?.(),
        onComplete: () => {
          throw new Error('thrown at the end');
        },
      });
      await bed.advance(4 * MINUTE);
      await bed.started(1, 2, 3, 4);
      expect(bed.errors.splice(0).map(String)).toEqual([
        'Error: `{}` was thrown',
        'Error: thrown',
        'Error: rejected',
        'Error: thrown at the end',
      ]);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ endReason: 'max-runs' });
    });

    test('notes the job that holds the key in place of a new one', async (bed) => {
      await bed.queue.pause();
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        payload: undefined,
        enqueueOptions: { deduplicate: 'one-at-a-time' },
      });
      await bed.advance(3 * MINUTE);
      expect((await bed.queue.getStats()).waiting).toBe(1);
      const runs = await bed.scheduler.getJobHistory('work');
      expect(runs.map(({ jobId }) => jobId)).toEqual(
        Array(3).fill('schedule:work:2025-01-01T00:01:00.000Z'),
      );
    });
  });

  // A store with a clock of its own keeps no metrics of a time that is long past.
  if (!kind.virtualTime) return;

  describe('firing, measured', () => {
    test('measures how late it fires', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      await bed.advance(MINUTE);
      await bed.scheduler.stop();
      await bed.advance(MINUTE + 5000);
      await bed.scheduler.start();
      await bed.advance(2000);
      const buckets = await bed.queue.backend.metrics!.read({ from: T0, to: T0 + HOUR });
      const lateness = buckets
        .filter(({ name }) => name === 'work')
        .map((bucket) => bucket.lateness?.sum);
      expect(lateness.filter((sum) => sum !== undefined)).toEqual([0, 5000]);
    });
  });
}

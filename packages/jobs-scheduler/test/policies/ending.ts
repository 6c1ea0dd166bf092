import { describe, expect } from 'vitest';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { DAY, MINUTE, T0 } from '../support/work.ts';

const at = (minute: number): Date => new Date(T0 + minute * MINUTE);

/** How schedules begin and end. */
export function ending(kind: BedKind): void {
  const test = withBed(kind);

  describe('ending', () => {
    test('stops when its queue is closed, also with its next tick far away', async (bed) => {
      const scheduler = new Scheduler(bed.queue, { clock: bed.clock });
      await scheduler.schedule(bed.work.job, { cron: '0 0 1 1 *', payload: undefined });
      await scheduler.start();
      expect(scheduler.isRunning).toBe(true);
      await bed.queue.close();
      expect(scheduler.isRunning).toBe(false);
    });

    test('stores what it has measured when its queue is closed', async (bed) => {
      const scheduler = new Scheduler(bed.queue, { clock: bed.clock });
      await scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      await scheduler.start();
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.idle();
      await bed.queue.close();
      await scheduler.stop();
      expect(bed.errors).toEqual([]);
    });

    test('ends after maxRuns, and tells so', async (bed) => {
      const heard: string[] = [];
      bed.queue.on('tick', ({ tick }) => heard.push(String(tick.detail['status'])));
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        maxRuns: 2,
        payload: undefined,
        onComplete: () => void heard.push('complete'),
      });
      await bed.advance(5 * MINUTE);
      await bed.started(1, 2);
      expect(heard).toEqual(['fired', 'fired', 'ended', 'complete']);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        active: false,
        runsCount: 2,
        endReason: 'max-runs',
        endedAt: at(2),
      });
      expect(await bed.scheduler.nextRuns('work', 3)).toEqual([]);
    });

    test('runs from startDate on, up to endDate but not at it', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        startDate: at(2),
        endDate: at(5),
        payload: undefined,
      });
      await bed.advance(10 * MINUTE);
      await bed.started(2, 3, 4);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ endReason: 'end-date' });
    });

    test('ends when a cron has no further tick, and tells so', async (bed) => {
      const heard: string[] = [];
      bed.queue.on('tick', ({ tick }) => heard.push(String(tick.detail['reason'] ?? 'tick')));
      await bed.scheduler.schedule(bed.work.job, {
        cron: '0 1-2 0 1 1 * 2025',
        payload: undefined,
        onComplete: () => void heard.push('complete'),
      });
      await bed.advance(10 * MINUTE);
      await bed.started(1, 2);
      expect(heard).toEqual(['tick', 'tick', 'no-more-ticks', 'complete']);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        endReason: 'no-more-ticks',
      });
    });

    test('ends only when the tick that waits was fired', async (bed) => {
      let ended = 0;
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, {
        at: [at(1), at(2)],
        overlap: 'buffer',
        payload: undefined,
        onComplete: () => void ended++,
      });
      await bed.advance(3 * MINUTE);
      await bed.started(1);
      expect(ended).toBe(0);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 2);
      await bed.until('it has ended', () => ended === 1);
    });

    test('fires the tick that waits also when a change ends the schedule', async (bed) => {
      bed.work.mode = 'hold';
      const item = { job: bed.work.job, cron: '* * * * *', overlap: 'buffer' } as const;
      await bed.scheduler.sync([item]);
      await bed.advance(2 * MINUTE);
      await bed.started(1);
      await bed.scheduler.sync([{ ...item, endDate: at(2) }]);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 2);
      await bed.idle();
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 2,
        endReason: 'end-date',
      });
    });

    test('fires no more ticks that wait than a lower maxRuns lets it, but all of a backfill', async (bed) => {
      bed.work.mode = 'hold';
      const options = { cron: '* * * * *', overlap: 'buffer-all', payload: undefined } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.advance(3 * MINUTE);
      await bed.started(1);
      const past = { from: at(-2), to: at(-1), overlap: 'buffer-all' } as const;
      expect(await bed.scheduler.backfill('work', past)).toHaveLength(2);
      await bed.scheduler.schedule(bed.work.job, { ...options, maxRuns: 1 });
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, -2, -1);
      await bed.idle();
      expect(await bed.ledger()).toEqual([
        '-2 completed backfill',
        '-1 completed backfill',
        '1 completed tick',
        '2 skipped overlap',
        '3 skipped overlap',
      ]);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        runsCount: 1,
        endReason: 'max-runs',
      });
    });

    test('runs a job once at a date, and at once when that is past', async (bed) => {
      const id = await bed.scheduler.scheduleOnce(bed.work.job, { of: 'x' }, at(3), {
        priority: 2,
      });
      await bed.scheduler.scheduleOnce(bed.work.job, { of: 'y' }, at(-60));
      await bed.settle();
      await bed.started(-60);
      await bed.advance(5 * MINUTE);
      await bed.started(-60, 3);
      expect(await bed.scheduler.getScheduledJob(id)).toMatchObject({
        maxRuns: 1,
        runsCount: 1,
        active: false,
      });
      expect(bed.work.started.at(-1)).toMatchObject({ payload: { of: 'x' } });
    });
  });

  if (!kind.virtualTime) return;

  describe('ending, days later', () => {
    test('forgets a schedule that was to run once a day after it ran', async (bed) => {
      const id = await bed.scheduler.scheduleOnce(bed.work.job, undefined, at(1));
      await bed.scheduler.schedule(bed.work.job, { at: at(1), payload: undefined });
      await bed.advance(DAY);
      expect(await bed.scheduler.getJobHistory(id)).toHaveLength(1);
      await bed.advance(2 * MINUTE);
      expect(await bed.scheduler.getJobHistory(id)).toEqual([]);
      expect((await bed.scheduler.getAllScheduledJobs()).map((job) => job.id)).toEqual(['work']);
      await bed.advance(MINUTE);
      expect(bed.clock.pending).toBe(0);
    });
  });
}

import { describe, expect } from 'vitest';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, T0 } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;

/** Pausing by hand and by failures. */
export function pausing(kind: BedKind): void {
  const test = withBed(kind);

  describe('pausing', () => {
    test('fires nothing while paused, keeps the note, and skips what fell into the pause', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(MINUTE);
      expect(await bed.scheduler.pause('work', 'moving house')).toBe(true);
      await bed.advance(3 * MINUTE);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        active: false,
        paused: true,
        note: 'moving house',
        pausedAt: new Date(T0 + MINUTE),
      });
      expect((await bed.scheduler.getScheduledJob('work'))?.nextRun).toBeUndefined();
      expect(await bed.scheduler.nextRuns('work', 2)).toEqual([
        new Date(T0 + 5 * MINUTE),
        new Date(T0 + 6 * MINUTE),
      ]);
      expect(await bed.scheduler.resume('work')).toBe(true);
      await bed.advance(MINUTE);
      await bed.started(1, 5);
      await bed.idle();
      expect(await bed.ledger()).toEqual([
        '1 completed tick',
        '2 skipped paused',
        '3 skipped paused',
        '4 skipped paused',
        '5 completed tick',
      ]);
    });

    test('keeps the tick that is yet to come when a pause ends before it', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.scheduler.pause('work');
      await bed.advance(MINUTE / 2);
      await bed.scheduler.resume('work');
      await bed.advance(MINUTE / 2);
      await bed.started(1);
    });

    test('returns `false` when there is no such schedule', async (bed) => {
      expect(await bed.scheduler.pause('nobody')).toBe(false);
      expect(await bed.scheduler.resume('nobody')).toBe(false);
      expect(await bed.scheduler.remove('nobody')).toBe(false);
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      expect(await bed.scheduler.resume('work')).toBe(true);
      expect(await bed.scheduler.remove('work')).toBe(true);
      await bed.advance(2 * MINUTE);
      await bed.started();
    });

    test('stays paused when it is declared again, and when its times change', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.scheduler.pause('work', 'why');
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.scheduler.schedule(bed.work.job, { cron: '*/2 * * * *', payload: undefined });
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        paused: true,
        note: 'why',
      });
      await bed.advance(3 * MINUTE);
      await bed.scheduler.resume('work');
      await bed.advance(MINUTE);
      await bed.started(4);
    });

    test('ends when its end date passed while it was paused', async (bed) => {
      let ended = 0;
      await bed.scheduler.schedule(bed.work.job, {
        ...everyMinute,
        endDate: new Date(T0 + 2 * MINUTE),
        onComplete: () => void ended++,
      });
      await bed.scheduler.pause('work');
      await bed.advance(5 * MINUTE);
      await bed.scheduler.resume('work');
      await bed.advance(5 * MINUTE);
      await bed.started();
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ endReason: 'end-date' });
      expect(ended).toBe(1);
    });

    test('runs what was to run immediately once the pause ends that began before it ran', async (bed) => {
      await bed.scheduler.stop();
      const immediately = { ...everyMinute, immediately: true };
      await bed.scheduler.schedule(bed.work.job, immediately);
      await bed.scheduler.pause('work');
      await bed.scheduler.start();
      await bed.advance(MINUTE + 1);
      await bed.scheduler.resume('work');
      await bed.advance(10_000);
      await bed.started(0);
      await bed.idle();
      expect((await bed.ledger())[0]).toContain('0 completed');
    });

    test('pauses before the rest of what it missed runs, where the first ones fail', async (bed) => {
      bed.work.mode = 'fail';
      const options = { ...everyMinute, catchUp: 'all', pauseOnFailure: 1 } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.scheduler.stop();
      await bed.clock.advance(10.5 * MINUTE);
      await bed.scheduler.start();
      await bed.until('it is paused', async () => {
        return (await bed.scheduler.getScheduledJob('work'))?.paused === true;
      });
      await bed.started(1);
      expect((await bed.ledger()).filter((line) => line.endsWith('skipped paused'))).toHaveLength(
        9,
      );
    });

    test('runs all that it missed, one after the other, where none fails', async (bed) => {
      const options = { ...everyMinute, catchUp: 'all', pauseOnFailure: 1 } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.scheduler.stop();
      await bed.clock.advance(5.5 * MINUTE);
      await bed.scheduler.start();
      await bed.started(1, 2, 3, 4, 5);
      await bed.advance(MINUTE);
      await bed.started(1, 2, 3, 4, 5, 6);
    });

    test('pauses after a number of failed runs in a row, and counts from zero once resumed', async (bed) => {
      bed.work.mode = 'fail';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, pauseOnFailure: 2 });
      await bed.advance(MINUTE);
      await bed.idle();
      bed.work.mode = 'pass';
      await bed.advance(MINUTE);
      await bed.idle();
      bed.work.mode = 'fail';
      for (let tick = 3; tick <= 6; tick++) {
        await bed.advance(MINUTE);
        await bed.idle();
      }
      await bed.started(1, 2, 3, 4);
      const paused = await bed.scheduler.getScheduledJob('work');
      expect(paused).toMatchObject({ paused: true, failures: 2 });
      expect(paused?.note).toContain('2 runs in a row');
      expect(bed.warnings).toEqual([expect.stringContaining('Schedule work: Paused')]);
      expect((await bed.ledger()).at(-1)).toBe('5 skipped paused');
      bed.work.mode = 'pass';
      await bed.scheduler.resume('work');
      await bed.advance(MINUTE);
      await bed.started(1, 2, 3, 4, 7);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({ paused: false });
    });
  });
}

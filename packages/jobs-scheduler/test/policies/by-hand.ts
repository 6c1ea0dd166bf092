import { describe, expect } from 'vitest';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { DAY, HOUR, MINUTE, T0 } from '../support/work.ts';

/** Requests to a schedule besides its ticks. */
export function byHand(kind: BedKind): void {
  const test = withBed(kind);

  describe('by hand', () => {
    test('triggers a run now, also while paused, without counting it', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, {
        cron: '0 0 * * *',
        maxRuns: 1,
        payload: { of: 'x' },
      });
      await bed.scheduler.pause('work');
      const jobIds = [await bed.scheduler.trigger('work'), await bed.scheduler.trigger('work')];
      await bed.idle();
      expect(bed.work.started.map(({ jobId }) => jobId).sort()).toEqual([...jobIds].sort());
      expect((await bed.scheduler.getScheduledJob('work'))?.runsCount).toBe(0);
      const runs = await bed.scheduler.getJobHistory('work');
      expect(runs.map(({ status, cause }) => [status, cause])).toEqual([
        ['completed', 'trigger'],
        ['completed', 'trigger'],
      ]);
    });

    test('lets a triggered run count for the overlap policy of the next tick', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, {
        cron: '* * * * *',
        overlap: 'skip',
        payload: undefined,
      });
      await bed.scheduler.trigger('work');
      await bed.started(0);
      await bed.advance(MINUTE);
      expect((await bed.ledger()).at(-1)).toBe('1 skipped overlap');
    });

    test('triggers as often as asked at one moment, and beside a tick of that moment', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      await bed.advance(MINUTE);
      await Promise.all(Array.from({ length: 5 }, () => bed.scheduler.trigger('work')));
      await bed.idle();
      expect(bed.work.started).toHaveLength(6);
      expect(await bed.ledger()).toHaveLength(6);
    });

    test('backfills the past ticks that have not run, once', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '0 * * * *', payload: undefined });
      await bed.scheduler.stop();
      const range = { from: new Date(T0 - 3 * HOUR), to: new Date(T0 + DAY) };
      const added = await bed.scheduler.backfill('work', range);
      expect(added).toHaveLength(4);
      await bed.started(-180, -120, -60, 0);
      expect(await bed.scheduler.backfill('work', range)).toEqual([]);
      expect((await bed.scheduler.getScheduledJob('work'))?.runsCount).toBe(0);
      await bed.idle();
      expect(await bed.ledger()).toEqual([
        '-180 completed backfill',
        '-120 completed backfill',
        '-60 completed backfill',
        '0 completed backfill',
      ]);
    });

    test('backfills what a pause skipped', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '* * * * *', payload: undefined });
      await bed.scheduler.pause('work');
      await bed.advance(3 * MINUTE);
      await bed.scheduler.resume('work');
      await bed.advance(MINUTE);
      await bed.started(4);
      await bed.scheduler.backfill('work', { from: T0, to: T0 + 10 * MINUTE });
      await bed.started(0, 1, 2, 3, 4);
    });

    test('refuses what it cannot do', async (bed) => {
      const { scheduler } = bed;
      await expect(scheduler.trigger('nobody')).rejects.toMatchObject({ code: 'JOBS_NOT_FOUND' });
      await expect(scheduler.nextRuns('nobody', 1)).rejects.toMatchObject({
        code: 'JOBS_NOT_FOUND',
      });
      const range = { from: T0 - DAY, to: T0 };
      await expect(scheduler.backfill('nobody', range)).rejects.toMatchObject({
        code: 'JOBS_NOT_FOUND',
      });
      await scheduler.schedule(bed.work.job, {
        every: 1000,
        payload: undefined,
        startDate: new Date(T0 - DAY),
      });
      for (const bad of [range, { from: T0, to: T0 - 1 }, { from: new Date(Number.NaN), to: T0 }]) {
        await expect(scheduler.backfill('work', bad)).rejects.toMatchObject({
          code: 'JOBS_INVALID_ARGUMENT',
        });
      }
      await expect(scheduler.nextRuns('work', 0)).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
      });
    });
  });
}

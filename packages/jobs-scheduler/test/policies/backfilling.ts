import { describe, expect } from 'vitest';
import type { ScheduleTiming } from '../../src/options/schedule-options.ts';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { HOUR, MINUTE, T0 } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;

/** Running the past. */
export function backfilling(kind: BedKind): void {
  const test = withBed(kind);

  describe('backfill', () => {
    test('repeats nothing, though neither the ledger nor the jobs tell what ran', async (bed) => {
      const enqueueOptions = { removeOnComplete: true };
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, history: 5, enqueueOptions });
      await bed.advance(5 * MINUTE);
      await bed.idle();
      const range = { from: T0 - 145 * MINUTE, to: T0 + 5 * MINUTE };
      const first = await bed.scheduler.backfill('work', range);
      await bed.idle();
      expect([first.length, first.known.length]).toEqual([146, 5]);
      expect(bed.work.started).toHaveLength(151);
      const again = await bed.scheduler.backfill('work', range);
      expect([again.length, again.known.length]).toEqual([0, 151]);
      const wider = await bed
        .newScheduler()
        .backfill('work', { ...range, from: range.from - MINUTE });
      await bed.idle();
      expect(wider).toHaveLength(1);
      expect(bed.work.started).toHaveLength(152);
      expect(await bed.ledger()).toHaveLength(5);
    });

    test('notes in the ledger what ran, however long ago its tick was', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, history: 20 });
      await bed.advance(30 * MINUTE);
      await bed.scheduler.backfill('work', {
        from: T0 - 24 * HOUR,
        to: T0 - 24 * HOUR + 2 * MINUTE,
      });
      await bed.idle();
      const ledger = await bed.ledger();
      expect(ledger).toHaveLength(20);
      expect(ledger.slice(0, 4)).toEqual([
        '-1440 completed backfill',
        '-1439 completed backfill',
        '-1438 completed backfill',
        '14 completed tick',
      ]);
    });

    test('runs what a change of times left out, and knows what ran at the times before', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, cron: '*/2 * * * *' });
      await bed.advance(4 * MINUTE);
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(2 * MINUTE);
      await bed.started(2, 4, 5, 6);
      const range = { from: T0 + 1, to: T0 + 6 * MINUTE };
      expect(await bed.scheduler.backfill('work', range)).toHaveLength(2);
      await bed.started(1, 2, 3, 4, 5, 6);
    });

    test('leaves a tick that ran in a pause as it is when the pause ends', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.scheduler.pause('work');
      await bed.advance(4 * MINUTE);
      await bed.scheduler.backfill('work', { from: T0 + 2 * MINUTE, to: T0 + 3 * MINUTE });
      await bed.idle();
      await bed.scheduler.resume('work');
      expect(await bed.ledger()).toEqual([
        '1 skipped paused',
        '2 completed backfill',
        '3 completed backfill',
        '4 skipped paused',
      ]);
    });

    test('of a part of a long pause leaves the rest to be skipped when the pause ends', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.scheduler.pause('work');
      await bed.advance(100 * MINUTE);
      for (const first of [1, 50]) {
        const [from, to] = [T0 + first * MINUTE, T0 + (first + 1) * MINUTE];
        await bed.scheduler.backfill('work', { from, to });
      }
      await bed.idle();
      await bed.scheduler.resume('work');
      expect(await bed.ledger()).toEqual([
        '1 completed backfill',
        '2 completed backfill',
        '3 skipped paused to 49',
        '50 completed backfill',
        '51 completed backfill',
        '52 skipped paused to 100',
      ]);
    });

    const timings: readonly [kind: string, timing: ScheduleTiming][] = [
      ['a cron pattern', { cron: '* * * * *' }],
      ['two patterns', { cron: ['* * * * *', '30 * * * *'] }],
      ['an interval', { every: MINUTE }],
    ];
    for (const [kind, timing] of timings) {
      test(`of the last tick there is, in a pause, leaves none to be skipped after it: ${kind}`, async (bed) => {
        const endDate = new Date(T0 + 3.5 * MINUTE);
        await bed.scheduler.schedule(bed.work.job, { ...timing, endDate, payload: undefined });
        await bed.scheduler.pause('work');
        await bed.advance(10 * MINUTE);
        await bed.scheduler.backfill('work', { from: T0 + 3 * MINUTE, to: T0 + 4 * MINUTE });
        await bed.idle();
        await bed.scheduler.resume('work');
        expect(await bed.ledger()).toEqual([
          '1 skipped paused',
          '2 skipped paused',
          '3 completed backfill',
        ]);
        expect((await bed.scheduler.getScheduledJob('work'))?.nextRun).toBeUndefined();
      });
    }

    test('lets a given number start a minute', async (bed) => {
      await bed.queue.pause();
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      const range = { from: T0 - 3 * MINUTE, to: T0, perMinute: 2 };
      const ids = await bed.scheduler.backfill('work', range);
      const jobs = await Promise.all(ids.map((id) => bed.queue.getJob(id)));
      expect(jobs.map((job) => (job!.runAt.getTime() - T0) / 1000)).toEqual([0, 30, 60, 90]);
    });

    test('lets one run after the other on request', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { cron: '0 0 * * *', payload: undefined });
      const range = { from: T0 - 49 * HOUR, to: T0 + 1, overlap: 'buffer-all' } as const;
      expect(await bed.scheduler.backfill('work', range)).toHaveLength(3);
      expect(await bed.scheduler.backfill('work', range)).toEqual([]);
      for (const ran of [1, 2, 3]) {
        await bed.until(`${ran} have started`, () => bed.work.started.length === ran);
        await bed.settle();
        expect(bed.work.started).toHaveLength(ran);
        bed.work.release();
      }
      await bed.idle();
      expect(bed.work.minutes).toEqual([-2880, -1440, 0]);
      expect((await bed.scheduler.getScheduledJob('work'))?.runsCount).toBe(0);
      expect(await bed.scheduler.backfill('work', range)).toEqual([]);
    });

    test('runs ticks one after the other also of a schedule that has ended', async (bed) => {
      const endDate = new Date(T0 + 90_000);
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, endDate });
      await bed.advance(3 * MINUTE);
      await bed.started(1);
      const range = { from: T0 - 2 * MINUTE, to: T0, overlap: 'buffer-all' } as const;
      expect(await bed.scheduler.backfill('work', range)).toHaveLength(3);
      await bed.started(1, -2, -1, 0);
      await bed.idle();
      expect(bed.work.minutes).toEqual([1, -2, -1, 0]);
      expect(await bed.scheduler.getScheduledJob('work')).toMatchObject({
        active: false,
        endReason: 'end-date',
        runsCount: 1,
      });
      expect(await bed.scheduler.backfill('work', range)).toEqual([]);
    });

    test('runs ticks one after the other whatever runs beside them, if runs may overlap', async (bed) => {
      bed.work.mode = 'hold-to-abort';
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(MINUTE);
      await bed.started(1);
      const [first, second] = [T0 - 2 * MINUTE, T0 - MINUTE];
      const range = { from: first, to: first, overlap: 'buffer-all' } as const;
      await bed.scheduler.backfill('work', range);
      await bed.started(1, -2);
      await bed.scheduler.backfill('work', { ...range, from: second, to: second });
      await bed.advance(MINUTE);
      await bed.started(1, -2, 2);
      await bed.queue.cancelJob(bed.work.started[1]!.jobId);
      await bed.started(1, -2, 2, -1);
      expect(bed.work.ended).toEqual([]);
    });

    test('runs ticks one after the other also where a tick cancels the run before it', async (bed) => {
      bed.work.mode = 'hold-to-abort';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, overlap: 'cancel' });
      const range = { from: T0 - 3 * MINUTE, to: T0 - MINUTE, overlap: 'buffer-all' } as const;
      expect(await bed.scheduler.backfill('work', range)).toHaveLength(3);
      await bed.started(-3);
      bed.work.mode = 'pass';
      await bed.advance(MINUTE);
      await bed.started(-3, 1, -2, -1);
      await bed.idle();
      expect(await bed.ledger()).toEqual([
        '-3 cancelled backfill',
        '-2 completed backfill',
        '-1 completed backfill',
        '1 completed buffer',
      ]);
      expect(bed.work.minutes).toEqual([-3, 1, -2, -1]);
    });

    test('says of the ticks that waited that they were skipped when failures pause the schedule', async (bed) => {
      bed.work.mode = 'fail';
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, pauseOnFailure: 1 });
      const range = { from: T0 - 3 * MINUTE, to: T0 - MINUTE, overlap: 'buffer-all' } as const;
      await bed.scheduler.backfill('work', range);
      await bed.until('it is paused', async () => {
        return (await bed.scheduler.getScheduledJob('work'))?.paused === true;
      });
      expect(await bed.ledger()).toEqual([
        '-3 failed backfill',
        '-2 skipped paused',
        '-1 skipped paused',
      ]);
    });

    test('lets none of too many ticks wait for each other', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      const range = { from: T0 - 1_500 * MINUTE, to: T0, overlap: 'buffer-all' } as const;
      await expect(bed.scheduler.backfill('work', range)).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        details: { field: 'range' },
      });
      await bed.settle();
      expect(await bed.ledger()).toEqual([]);
      expect(bed.work.started).toEqual([]);
    });

    test('refuses a time of which it is not known any more what ran', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      const store = bed.queue.backend.schedules!;
      const { state, ...record } = (await store.get({ id: 'work' }))!;
      const since = T0 - 10 * MINUTE;
      await store.put({ schedule: { ...record, state: { ...state, ran: { since, eras: [] } } } });
      const early = bed.scheduler.backfill('work', { from: since - 1, to: T0 });
      await expect(early).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
        details: { field: 'from', since: new Date(since).toISOString() },
      });
      expect(await bed.scheduler.backfill('work', { from: since, to: T0 })).toHaveLength(11);
    });

    test('refuses a list, and what it does not know', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      const range = { from: T0, to: T0 };
      for (const bad of [
        [],
        { ...range, perMinute: 0 },
        { ...range, overlap: 'skip' },
        undefined,
      ]) {
        await expect(bed.scheduler.backfill('work', bad as never)).rejects.toMatchObject({
          code: 'JOBS_INVALID_ARGUMENT',
        });
      }
    });
  });
}

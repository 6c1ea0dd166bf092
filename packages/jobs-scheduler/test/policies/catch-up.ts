import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { HOUR, MINUTE } from '../support/work.ts';

const everyMinute = { cron: '* * * * *', payload: undefined } as const;

/** Lets ten ticks pass without any scheduler, and starts one half a minute later. */
async function missTenTicks(bed: TestBed): Promise<void> {
  await bed.scheduler.stop();
  await bed.advance(10 * MINUTE + MINUTE / 2);
  await bed.scheduler.start();
  await bed.settle();
}

/** Ticks that no scheduler was there to fire. */
export function catchUpPolicy(kind: BedKind): void {
  const test = withBed(kind);

  describe('catch-up', () => {
    test('skip: runs none of ten missed ticks, and goes on with the next', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, catchUp: 'skip' });
      await missTenTicks(bed);
      expect((await bed.queue.getStats()).total).toBe(0);
      await bed.advance(MINUTE / 2);
      await bed.started(11);
      await bed.idle();
      const missed = Array.from({ length: 10 }, (_, n) => `${n + 1} skipped catch-up`);
      expect(await bed.ledger()).toEqual([...missed, '11 completed tick']);
    });

    test('one, by default: runs the latest of ten missed ticks', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await missTenTicks(bed);
      await bed.started(10);
      await bed.idle();
      const missed = Array.from({ length: 9 }, (_, n) => `${n + 1} skipped catch-up`);
      expect(await bed.ledger()).toEqual([...missed, '10 completed catch-up']);
      const [latest] = await bed.scheduler.getJobHistory('work');
      expect(latest?.latenessMs).toBe(MINUTE / 2);
    });

    test('all: runs each of ten missed ticks', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, catchUp: 'all' });
      await missTenTicks(bed);
      await bed.started(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
      await bed.advance(MINUTE / 2);
      await bed.started(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
      expect((await bed.scheduler.getScheduledJob('work'))?.runsCount).toBe(11);
    });

    test('keeps to its cap, with the latest ticks, and to its window', async (bed) => {
      const capped = { policy: 'all', cap: 3 } as const;
      const recent = { policy: 'all', window: 4 * MINUTE } as const;
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, id: 'a', catchUp: capped });
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, id: 'b', catchUp: recent });
      await missTenTicks(bed);
      await bed.started(8, 9, 10, 7, 8, 9, 10);
      expect((await bed.ledger('a'))[6]).toBe('7 skipped catch-up');
      expect((await bed.ledger('b'))[5]).toBe('6 skipped catch-up');
    });

    test('catches up more ticks than one step fires, and names the first of those it cannot list', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, {
        every: 1000,
        payload: undefined,
        catchUp: { policy: 'all', cap: 250 },
      });
      await bed.scheduler.stop();
      await bed.advance(HOUR);
      await bed.scheduler.start();
      await bed.until('all have started', () => bed.work.started.length === 250);
      await bed.idle();
      const ticks = bed.work.minutes.map((minute) => Math.round(minute * 60));
      expect([...ticks].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 250 }, (_, n) => 3351 + n),
      );
      expect(new Set(bed.work.started.map(({ jobId }) => jobId)).size).toBe(250);
    });

    test('overlap goes before it: of ten ticks caught up, one runs where runs may not overlap', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, {
        ...everyMinute,
        catchUp: 'all',
        overlap: 'skip',
      });
      await missTenTicks(bed);
      await bed.started(1);
      expect((await bed.ledger()).slice(1)).toEqual(
        Array.from({ length: 9 }, (_, n) => `${n + 2} skipped overlap`),
      );
    });

    test('treats the ticks of a process that was suspended for ten minutes as missed', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, everyMinute);
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.clock.set(bed.clock.now() + 10 * MINUTE);
      await bed.settle();
      await bed.started(1, 11);
      await bed.advance(MINUTE);
      await bed.started(1, 11, 12);
    });

    test('goes on after the clock was set forward by an hour: one run per tick', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, catchUp: 'all' });
      await bed.advance(MINUTE);
      await bed.clock.set(bed.clock.now() + HOUR);
      await bed.advance(2 * MINUTE);
      await bed.until('all have started', () => bed.work.started.length === 63);
      expect([...bed.work.minutes].sort((a, b) => a - b)).toEqual(
        Array.from({ length: 63 }, (_, n) => n + 1),
      );
    });

    test('waits after the clock was set back by an hour: no tick runs twice', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, { cron: '*/15 * * * *', payload: undefined });
      await bed.advance(HOUR);
      await bed.started(15, 30, 45, 60);
      await bed.clock.set(bed.clock.now() - HOUR);
      await bed.advance(HOUR);
      await bed.started(15, 30, 45, 60);
      await bed.advance(30 * MINUTE);
      await bed.started(15, 30, 45, 60, 75, 90);
    });

    test('fires a tick that waited once although the clock was set back before it', async (bed) => {
      bed.work.mode = 'hold';
      const options = {
        ...everyMinute,
        overlap: 'buffer-all',
        enqueueOptions: { removeOnComplete: true },
      } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.advance(3 * MINUTE);
      await bed.started(1);
      await bed.clock.set(bed.clock.now() - 2 * MINUTE);
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.advance(3 * MINUTE);
      bed.work.mode = 'pass';
      bed.work.release();
      await bed.started(1, 2, 3, 4);
      await bed.idle();
      expect((await bed.scheduler.getScheduledJob('work'))?.runsCount).toBe(4);
    });

    test('fires what is declared after the clock was set back', async (bed) => {
      await bed.advance(HOUR);
      await bed.clock.set(bed.clock.now() - HOUR);
      await bed.scheduler.schedule(bed.work.job, { ...everyMinute, catchUp: 'skip' });
      await bed.advance(2 * MINUTE);
      await bed.started(1, 2);
    });
  });
}

import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { DAY, MINUTE } from '../support/work.ts';

/** Adds up what became of ticks, from the metrics of the queue. */
async function counts(bed: TestBed): Promise<Record<string, number>> {
  await bed.advance(1_500);
  const to = Number.MAX_SAFE_INTEGER;
  const from = bed.clock.now() - DAY;
  const buckets = (await bed.queue.backend.metrics?.read({ from, to })) ?? [];
  const sums: Record<string, number> = {};
  for (const { name, counts: each } of buckets) {
    for (const [counter, count] of Object.entries(each)) {
      if (name !== 'work' || !counter.startsWith('ticks')) continue;
      sums[counter] = (sums[counter] ?? 0) + count;
    }
  }
  return sums;
}

/** Counters of what became of ticks. */
export function counting(kind: BedKind): void {
  // A store with a clock of its own keeps no metrics of a time that is long past.
  if (!kind.virtualTime) return;
  const test = withBed(kind);
  const every = { cron: '* * * * *', payload: undefined } as const;

  describe('the metrics', () => {
    test('count ticks that fired, and none of what was run by hand', async (bed) => {
      await bed.scheduler.schedule(bed.work.job, every);
      await bed.advance(3 * MINUTE);
      await bed.scheduler.trigger('work');
      await bed.scheduler.backfill('work', { from: bed.clock.now() - DAY, to: bed.clock.now() });
      expect(await counts(bed)).toEqual({ ticksFired: 3 });
    });

    test('count each tick of a day that was missed, though one line stands for them', async (bed) => {
      for (const [id, timing] of [
        ['pattern', { cron: '* * * * *', timezone: 'America/New_York' }],
        ['interval', { every: MINUTE }],
      ] as const) {
        await bed.scheduler.schedule(bed.work.job, { ...timing, id, payload: undefined });
      }
      await bed.scheduler.stop();
      await bed.clock.set(bed.clock.now() + DAY);
      await bed.scheduler.start();
      expect(await counts(bed)).toEqual({
        ticksFired: 2,
        ticksMissed: 2 * 1440,
        ticksSkippedCatchUp: 2 * 1439,
      });
    });

    test('count ticks that were skipped by their reason', async (bed) => {
      bed.work.mode = 'hold';
      await bed.scheduler.schedule(bed.work.job, { ...every, id: 'slow', overlap: 'skip' });
      await bed.scheduler.schedule(bed.work.job, {
        ...every,
        id: 'keyed',
        enqueueOptions: { deduplicate: 'key' },
      });
      await bed.scheduler.schedule(bed.work.job, { ...every, id: 'paused' });
      await bed.scheduler.pause('paused');
      await bed.advance(3 * MINUTE);
      await bed.scheduler.resume('paused');
      expect(await counts(bed)).toEqual({
        ticksFired: 2,
        ticksSkippedOverlap: 2,
        ticksSkippedDeduplicated: 2,
        ticksSkippedPaused: 3,
      });
      bed.work.release();
    });

    test('count no tick as missed that was skipped for another reason, however late', async (bed) => {
      bed.work.mode = 'hold';
      const options = { ...every, catchUp: 'all', overlap: 'skip' } as const;
      await bed.scheduler.schedule(bed.work.job, options);
      await bed.advance(MINUTE);
      await bed.started(1);
      await bed.scheduler.stop();
      await bed.clock.advance(3 * MINUTE);
      await bed.scheduler.start();
      await bed.advance(2_000);
      expect(await counts(bed)).toMatchObject({ ticksSkippedOverlap: 3 });
      expect((await counts(bed))['ticksMissed'] ?? 0).toBe(0);
    });

    test('count no tick as missed because its payload was tried for long', async (bed) => {
      const payload = (): never => {
        throw new Error('no luck');
      };
      await bed.scheduler.schedule(bed.work.job, { ...every, maxRuns: 1, payload });
      await bed.advance(MINUTE + 30_000);
      expect(bed.errors.splice(0)).toHaveLength(5);
      expect(await counts(bed)).toEqual({ ticksSkippedPayload: 1 });
    });
  });
}

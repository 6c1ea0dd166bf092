import { describe, expect } from 'vitest';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, minuteOf } from '../support/work.ts';

const fiveTimes = { cron: '* * * * *', maxRuns: 5 } as const;

/** Schedulers of one queue in one process. */
export function sharingQueue(kind: BedKind): void {
  const test = withBed(kind);

  describe('schedulers of one queue', () => {
    for (const [which, isStarted] of [
      ['another than the one that fires', false],
      ['one of two that fire', true],
    ] as const) {
      test(`call what ${which} declared: onSchedule at each tick, onComplete at the end`, async (bed) => {
        const declarer = bed.newScheduler(bed.queue);
        if (isStarted) await declarer.start();
        const [ticks, ends]: [number[], string[]] = [[], []];
        const onSchedule = (at: Date) => void ticks.push(minuteOf(at));
        const onComplete = () => void ends.push('over');
        const called = { onSchedule, onComplete, payload: undefined };
        await declarer.schedule(bed.work.job, { ...fiveTimes, ...called });
        await bed.advance(6 * MINUTE);
        expect(ticks).toEqual([1, 2, 3, 4, 5]);
        expect(ends).toEqual(['over']);
      });

      test(`compute the payloads that ${which} declared`, async (bed) => {
        const declarer = bed.newScheduler(bed.queue);
        if (isStarted) await declarer.start();
        const payload = ({ number }: { number?: number }) => ({ of: `run ${number}` });
        await declarer.schedule(bed.work.job, { ...fiveTimes, payload });
        await bed.advance(6 * MINUTE);
        await bed.idle();
        const payloads = bed.work.started.map((start) => start.payload);
        expect(payloads).toEqual([1, 2, 3, 4, 5].map((number) => ({ of: `run ${number}` })));
      });
    }

    test('forget together what one of them removes or declares again', async (bed) => {
      const [other, ticks] = [bed.newScheduler(bed.queue), [] as number[]];
      const onSchedule = (at: Date) => void ticks.push(minuteOf(at));
      await other.schedule(bed.work.job, { ...fiveTimes, payload: undefined, onSchedule });
      await bed.advance(MINUTE);
      await bed.scheduler.schedule(bed.work.job, { ...fiveTimes, payload: undefined });
      await bed.advance(MINUTE);
      expect(ticks).toEqual([1]);
      await bed.scheduler.remove('work');
      const later = { cron: '* * * * *', payload: undefined } as const;
      await bed.newScheduler().schedule(bed.work.job, later);
      await bed.advance(MINUTE);
      expect(ticks).toEqual([1]);
    });
  });
}

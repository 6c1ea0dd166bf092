import { describe, expect } from 'vitest';
import type { BedKind, TestBed } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { MINUTE, minuteOf, T0 } from '../support/work.ts';

const minutes = (dates: readonly Date[]): number[] => dates.map((date) => minuteOf(date));

/** Compares a preview of a declaration with the next runs after it is made. */
async function comparePreview(bed: TestBed, options: object): Promise<readonly Date[]> {
  const declaration = { id: 'work', ...options } as never;
  const before = await bed.scheduler.preview(declaration, 4);
  await bed.scheduler.schedule(bed.work.job, declaration);
  expect(await bed.scheduler.nextRuns('work', 4)).toEqual(before);
  return before;
}

/** Previews of schedules that are not stored. */
export function previewing(kind: BedKind): void {
  const test = withBed(kind);

  describe('a preview', () => {
    test('stores nothing', async (bed) => {
      await bed.scheduler.preview({ id: 'work', cron: '* * * * *' });
      expect(await bed.scheduler.getScheduledJob('work')).toBeUndefined();
    });

    test('has the time zone, the days left out and the ends of a schedule', async (bed) => {
      const noon = { cron: '0 12 * * *', timezone: 'America/New_York' } as const;
      const [first, second] = await bed.scheduler.preview(noon, 2);
      expect(first?.toLocaleTimeString('en-GB', { timeZone: noon.timezone })).toBe('12:00:00');
      const day = second?.toISOString().slice(0, 10) ?? '';
      const endDate = new Date((second?.getTime() ?? 0) + 3 * 86_400_000);
      const shorter = { ...noon, except: { dates: [day] }, endDate };
      expect((await bed.scheduler.preview(shorter, 9)).map((date) => date.getTime())).toEqual(
        [0, 2, 3].map((days) => (first?.getTime() ?? 0) + days * 86_400_000),
      );
    });

    for (const [what, options] of [
      ['a pattern', { cron: '*/2 * * * *' }],
      ['an interval', { every: 5 * MINUTE }],
      ['dates', { at: [new Date(T0 + MINUTE), new Date(T0 + 3 * MINUTE)] }],
      ['few runs', { cron: '* * * * *', maxRuns: 2 }],
    ] as const) {
      test(`is what the schedule then does: ${what}`, async (bed) => {
        expect(await comparePreview(bed, options)).not.toEqual([]);
      });
    }

    test(
      'of a change counts its due ticks by its catch-up, and its runs',
      async (bed) => {
        await comparePreview(bed, { cron: '*/5 * * * *', maxRuns: 4 });
        await bed.advance(12 * MINUTE);
        const change = { cron: '*/7 * * * *', maxRuns: 4, catchUp: 'all' };
        expect(minutes(await comparePreview(bed, change))).toEqual([5, 10, 14, 21]);
      },
      { started: false },
    );

    test('refuses what a declaration refuses', async ({ scheduler }) => {
      for (const bad of [{ cron: '61 * * * *' }, { at: new Date(T0 - MINUTE) }, {}]) {
        await expect(scheduler.preview(bad as never)).rejects.toMatchObject({
          code: 'JOBS_INVALID_ARGUMENT',
        });
      }
      await expect(scheduler.preview({ every: MINUTE }, 0)).rejects.toMatchObject({
        code: 'JOBS_INVALID_ARGUMENT',
      });
    });
  });
}

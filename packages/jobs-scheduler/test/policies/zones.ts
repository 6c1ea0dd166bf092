import { describe, expect } from 'vitest';
import type { BedKind } from '../support/test-bed.ts';
import { withBed } from '../support/with-bed.ts';
import { readTickTable } from '../ticks/tick-table.ts';

const START = Date.UTC(2016, 0, 1);
/** How many ticks to read of a table of ten years: the tests of timetables read all of it. */
const A_YEAR = 366;

/** Time zones, the same wherever schedules are stored. */
export function zones(kind: BedKind): void {
  const test = withBed(kind);

  describe('time zones', () => {
    test(
      'tick for a year as zoneinfo has it',
      async (bed) => {
        await bed.clock.set(START - 1);
        const lines = readTickTable().filter(
          ({ rules, pattern }) => rules.includes('default') && pattern === '15 2 * * *',
        );
        expect(lines).toHaveLength(33);
        for (const { zone, pattern, spans } of lines) {
          const ticks = spans.flat().slice(0, A_YEAR);
          const options = { id: zone, cron: pattern, timezone: zone, payload: undefined };
          await bed.scheduler.schedule(bed.work.job, options);
          const runs = await bed.scheduler.nextRuns(zone, ticks.length);
          expect(runs.map((run) => run.getTime())).toEqual(ticks);
        }
      },
      { started: false },
    );
  });
}

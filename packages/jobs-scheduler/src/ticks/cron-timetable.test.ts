import { Cron } from 'croner';
import { describe, expect, it, vi } from 'vitest';
import { dstRulesOf } from '../../test/ticks/dst-rules.ts';
import { readTickTable } from '../../test/ticks/tick-table.ts';
import type { DstRule } from '../options/schedule-options.ts';
import { cronTimetable } from './cron-timetable.ts';
import type { Timetable } from './timetable.ts';

const lines = readTickTable();

function allTicks(timetable: Timetable, first: number, last: number): number[] {
  const ticks: number[] = [];
  for (
    let at = timetable.next(first - 1);
    at !== undefined && at <= last;
    at = timetable.next(at)
  ) {
    ticks.push(at);
  }
  return ticks;
}

const DAY = 86_400_000;
const zones = [...new Set(lines.map(({ zone }) => zone))];

/** The ticks before and after which the wait is another than between most: those near a change of clocks. */
function nearChanges(ticks: readonly number[]): number[] {
  const waits = ticks.map((tick, n) => (ticks[n + 1] ?? tick) - tick);
  return ticks.flatMap((_, n) => (waits[n] !== waits[n - 1] || n % 200 === 0 ? [n] : []));
}

describe.each(zones)('cron patterns in %s', (zone) => {
  const ofZone = lines.filter((line) => line.zone === zone);

  it('count what they list around each change of clocks', () => {
    for (const { pattern, rules, spans } of ofZone) {
      const timetable = cronTimetable(pattern, zone, dstRulesOf(rules).at(-1));
      for (const ticks of spans) {
        for (const n of nearChanges(ticks).slice(0, 5)) {
          const [from, to] = [ticks[n] ?? 0, ticks[n + 12]];
          if (to === undefined) continue;
          expect(timetable.count(from, to), `${pattern} from ${from}`).toBe(13);
          expect(timetable.count(from + 1, to - 1), `${pattern} within`).toBe(11);
        }
      }
    }
  });

  it('tick around each change of clocks as zoneinfo has it', () => {
    expect(ofZone.length).toBeGreaterThan(11);
    for (const { pattern, rules, spans } of ofZone) {
      const [dst] = dstRulesOf(rules).slice(-1);
      const timetable = cronTimetable(pattern, zone, dst);
      for (const ticks of spans) {
        for (const n of nearChanges(ticks).slice(0, 120)) {
          const [before, tick] = [ticks[n - 1] ?? ticks[n]! - 1, ticks[n]];
          expect([pattern, dst, timetable.next(before)]).toEqual([pattern, dst, tick]);
          expect([timetable.has(tick!), timetable.has(tick! - 1)]).toEqual([true, false]);
          expect(timetable.latest(2, before, tick!)).toEqual(n === 0 ? [tick] : [before, tick]);
        }
      }
    }
  });
});

describe('cronTimetable', () => {
  it('finds strictly later ticks, from any millisecond', () => {
    const timetable = cronTimetable('0 0 * * *', 'UTC');
    for (const [at, next] of [
      [-1, 0],
      [0, DAY],
      [1, DAY],
      [DAY - 1, DAY],
      [DAY, 2 * DAY],
    ] as const) {
      expect(timetable.next(at)).toBe(next);
    }
  });

  it('runs each time of a list in a gap at its end, or not at all, as `dst` says', () => {
    const gapAt = Date.UTC(2026, 2, 8, 7);
    const ticks = (dst?: DstRule): number[] =>
      allTicks(
        cronTimetable('0,30 1,2,4 * * *', 'America/New_York', dst),
        gapAt - 3_600_000,
        gapAt + 3_600_000,
      );
    const half = 1_800_000;
    const before = [gapAt - 2 * half, gapAt - half];
    const after = [gapAt + 2 * half];
    expect(ticks()).toEqual([...before, ...after]);
    expect(ticks('skip')).toEqual([...before, ...after]);
    expect(ticks('run-once')).toEqual([...before, gapAt, ...after]);
    expect(ticks('run-twice')).toEqual([...before, gapAt, ...after]);
  });

  it('runs each time of a list that occurs twice once or twice, as `dst` says', () => {
    const backAt = Date.UTC(2026, 10, 1, 6);
    const ticks = (dst?: DstRule): number[] =>
      allTicks(
        cronTimetable('15,45 30 1 * * *', 'America/New_York', dst),
        backAt - 3_600_000,
        backAt + 3_600_000,
      );
    const first = [15, 45].map((second) => backAt - 1_800_000 + second * 1000);
    const second = first.map((tick) => tick + 3_600_000);
    expect(ticks()).toEqual([...first, ...second]);
    expect(ticks('skip')).toEqual(first);
    expect(ticks('run-once')).toEqual(first);
    expect(ticks('run-twice')).toEqual([...first, ...second]);
  });

  it('reads nicknames', () => {
    expect(cronTimetable('@Daily', 'UTC').next(0)).toBe(DAY);
    expect(cronTimetable('@hourly', 'UTC', 'skip').next(0)).toBe(3_600_000);
  });

  it('runs after a gap that ends at midnight', () => {
    const gapEnds = Date.UTC(2025, 2, 30, 1);
    const timetable = cronTimetable('45 23 * * *', 'America/Nuuk');
    expect(timetable.next(gapEnds - 3_600_000)).toBe(gapEnds);
    expect(timetable.next(gapEnds)).toBe(gapEnds + DAY - 900_000);
    expect(timetable.latest(1, 0, gapEnds + 3_600_000)).toEqual([gapEnds]);
    const skipping = cronTimetable('45 23 * * *', 'America/Nuuk', 'skip');
    expect(skipping.next(gapEnds - 3_600_000)).toBe(gapEnds + DAY - 900_000);
  });

  it('knows the changes of clocks from 2038 on, when seconds no longer fit 31 bits', () => {
    const ticks = (zone: string, year: number): string[] =>
      allTicks(cronTimetable('0 9 13-15 3 *', zone), Date.UTC(year, 2), Date.UTC(year, 3)).map(
        (tick) => new Date(tick).toISOString().slice(8, 16),
      );
    // The second Sunday of March is the 14th.
    expect(ticks('America/New_York', 2038)).toEqual(['13T14:00', '14T13:00', '15T13:00']);
    expect(ticks('America/New_York', 2100)).toEqual(['13T14:00', '14T13:00', '15T13:00']);
    const leap = cronTimetable('0 0 29 2 +1', 'America/New_York');
    expect(leap.next(Date.UTC(2026, 0))).toBe(Date.UTC(2044, 1, 29, 5));
    expect(leap.latest(1, 0, Date.UTC(2050, 0))).toEqual([Date.UTC(2044, 1, 29, 5)]);
    const yearly = cronTimetable('30 1 1 7 *', 'Australia/Lord_Howe');
    expect(yearly.count(Date.UTC(2026, 0), Date.UTC(2126, 0))).toBe(100);
  });

  it('has no tick after its last year', () => {
    const timetable = cronTimetable('0 0 0 1 1 * 2020', 'Europe/Paris');
    expect(timetable.next(Date.UTC(2021, 0))).toBeUndefined();
    expect(timetable.latest(5, 0, Date.UTC(2030, 0))).toEqual([Date.UTC(2019, 11, 31, 23)]);
  });
});

it('count a month of seconds without listing them', () => {
  const month = 30 * DAY;
  expect(cronTimetable('* * * * * *', 'UTC').count(1, month)).toBe(month / 1000);
  expect(cronTimetable('*/5 9-17 * * 1-5', 'Asia/Kolkata').count(0, 14 * DAY)).toBe(10 * 9 * 12);
});

describe('going back', () => {
  const to = Date.UTC(2026, 10, 5, 10);

  it.each([
    // The first day of a month, where it is a Monday: one more search at each change of the clocks.
    ['0 9 1 * +1', 800, 12],
    ['0 0 29 2 +1', 365, 3],
    ['0 9 * * 1-5', 3, 9],
    ['* * * * *', 0.01, 45],
  ] as const)('%s searches for little more than it finds', (cron, days, most) => {
    const timetable = cronTimetable(cron, 'Europe/Paris');
    const from = to - days * DAY;
    const searches = vi.spyOn(Cron.prototype, 'previousRuns');
    const found = timetable.latest(100, from, to);
    const asked = searches.mock.calls.reduce((sum, [count]) => sum + count, 0);
    searches.mockRestore();
    expect(found).toEqual(allTicks(timetable, from, to));
    expect(asked).toBeLessThanOrEqual(most);
  });
});

import { describe, expect, it } from 'vitest';
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

describe.each(zones)('cron patterns in %s', (zone) => {
  const ofZone = lines.filter((line) => line.zone === zone);
  const span = (ticks: readonly number[]): [number, number] => [ticks[0]!, ticks.at(-1)!];

  it('tick at fixed times over ten years as zoneinfo has it', () => {
    const fixed = ofZone.filter(({ rule }) => rule === 'default');
    expect(fixed).toHaveLength(3);
    for (const { pattern, ticks } of fixed) {
      expect(allTicks(cronTimetable(pattern, zone), ...span(ticks))).toEqual(ticks);
    }
  });

  it.each(['skip', 'run-once', 'run-twice'] as const)(
    'tick at fixed times around each change of clocks as zoneinfo has it (dst: %s)',
    (dst) => {
      const table = dst === 'run-once' ? 'default' : dst;
      const fixed = ofZone.filter(({ rule }) => rule === table);
      expect(fixed).toHaveLength(3);
      for (const { pattern, ticks } of fixed) {
        const timetable = cronTimetable(pattern, zone, dst);
        const near = ticks.filter((tick, n) => n % 90 === 0 || (ticks[n + 1] ?? 0) - tick !== DAY);
        const after = near.slice(0, -1).map((tick) => timetable.next(tick));
        expect(after).toEqual(near.slice(0, -1).map((tick) => ticks[ticks.indexOf(tick) + 1]));
      }
    },
  );

  it('tick at intervals around each change of clocks as zoneinfo has it, whatever the rule', () => {
    const intervals = ofZone.filter((line) => line.rule === 'interval');
    expect(intervals.length).toBeGreaterThan(9);
    for (const [index, { pattern, ticks }] of intervals.entries()) {
      const dst = ([undefined, 'skip', 'run-once', 'run-twice'] as const)[index % 4];
      expect(allTicks(cronTimetable(pattern, zone, dst), ...span(ticks))).toEqual(ticks);
    }
  });

  it('are found backwards as forwards', () => {
    const dst = {
      default: undefined,
      interval: undefined,
      skip: 'skip',
      'run-twice': 'run-twice',
    } as const;
    for (const { pattern, rule, ticks } of ofZone) {
      const timetable = cronTimetable(pattern, zone, dst[rule as keyof typeof dst]);
      const some = ticks.slice(-60);
      expect(timetable.latest(some.length, ...span(some))).toEqual(some);
      expect(timetable.latest(3, ...span(some))).toEqual(some.slice(-3));
      expect(timetable.latest(9, some.at(-1)!, some.at(-1)!)).toEqual(some.slice(-1));
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

  it('runs each time of a list in a gap at its end, or not at all, when told how', () => {
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

  it('runs each time of a list that occurs twice once or twice, when told how', () => {
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

  it('has no tick after its last year', () => {
    const timetable = cronTimetable('0 0 0 1 1 * 2020', 'Europe/Paris');
    expect(timetable.next(Date.UTC(2021, 0))).toBeUndefined();
    expect(timetable.latest(5, 0, Date.UTC(2030, 0))).toEqual([Date.UTC(2019, 11, 31, 23)]);
  });
});

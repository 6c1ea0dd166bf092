import { describe, expect, it } from 'vitest';
import { boundedTimetable } from './bounded-timetable.ts';
import { datesTimetable } from './dates-timetable.ts';
import { intervalTimetable } from './interval-timetable.ts';
import type { Timetable } from './timetable.ts';

function firstTicks(
  timetable: Timetable,
  count: number,
  after = Number.MIN_SAFE_INTEGER,
): number[] {
  const ticks: number[] = [];
  let at: number | undefined = after;
  while (ticks.length < count) {
    at = timetable.next(at);
    if (at === undefined) break;
    ticks.push(at);
  }
  return ticks;
}

describe('intervalTimetable', () => {
  it('ticks at whole intervals after its anchor, wherever it is asked from', () => {
    const timetable = intervalTimetable(7, 100);
    expect(firstTicks(timetable, 4)).toEqual([107, 114, 121, 128]);
    expect([99, 100, 106, 107, 113].map((at) => timetable.next(at))).toEqual([
      107, 107, 107, 114, 114,
    ]);
    expect(timetable.next(100 + 7e12)).toBe(107 + 7e12);
  });

  it('finds the latest ticks of a span', () => {
    const timetable = intervalTimetable(10, 0);
    expect(timetable.latest(3, 0, 55)).toEqual([30, 40, 50]);
    expect(timetable.latest(9, 15, 40)).toEqual([20, 30, 40]);
    expect(timetable.latest(9, -100, 5)).toEqual([]);
    expect(timetable.latest(9, 41, 49)).toEqual([]);
  });
});

describe('datesTimetable', () => {
  const timetable = datesTimetable([10, 20, 30]);

  it('ticks at its dates and then no more', () => {
    expect(firstTicks(timetable, 9)).toEqual([10, 20, 30]);
    expect(timetable.next(30)).toBeUndefined();
  });

  it('finds the latest ticks of a span', () => {
    expect(timetable.latest(2, 0, 99)).toEqual([20, 30]);
    expect(timetable.latest(9, 10, 20)).toEqual([10, 20]);
    expect(timetable.latest(9, 21, 29)).toEqual([]);
  });
});

describe('boundedTimetable', () => {
  it('begins with a tick at its start and ends before one at its end', () => {
    const timetable = boundedTimetable(intervalTimetable(10, 0), 20, 50);
    expect(firstTicks(timetable, 9)).toEqual([20, 30, 40]);
    expect(timetable.latest(9, 0, 99)).toEqual([20, 30, 40]);
    expect(timetable.latest(2, 0, 35)).toEqual([20, 30]);
  });
});

import { describe, expect, it } from 'vitest';
import { intervalTimetable } from '../ticks/interval-timetable.ts';
import { addRan, changeTimes, hasRan, type RanTicks, removeRan } from './ran-ticks.ts';
import type { Timing } from './schedule-spec.ts';

const every = (everyMs: number): Timing => ({ kind: 'every', everyMs, anchorAt: 0 });
const timetable = intervalTimetable(1000, 0);
const timetableOf = (timing: Timing) =>
  timing.kind === 'every' ? intervalTimetable(timing.everyMs, timing.anchorAt) : timetable;
const ran = (state: RanTicks | undefined, ...ticks: number[]): boolean[] =>
  ticks.map((tick) => hasRan(state, tick, timetableOf));

describe('what ran', () => {
  it('takes one range for ticks that follow each other, in whatever order they come', () => {
    let state: RanTicks | undefined;
    for (const tick of [5000, 3000, 4000, 9000, 8000, 1000]) {
      state = addRan(state, [tick], timetable);
    }
    expect(ran(state, 1000, 2000, 3000, 4000, 5000, 6000, 8000, 9000)).toEqual([
      true,
      false,
      true,
      true,
      true,
      false,
      true,
      true,
    ]);
    expect(state?.eras[0]?.ranges.split(' ')).toHaveLength(6);
    state = addRan(state, [2000, 6000, 7000], timetable);
    expect(state.eras[0]?.ranges.split(' ')).toHaveLength(2);
    expect(state.since).toBeUndefined();
  });

  it('stays small for a year of ticks, and is bounded where every second one runs', () => {
    const all = addRan(
      undefined,
      Array.from({ length: 100_000 }, (_, n) => (n + 1) * 1000),
      timetable,
    );
    expect(JSON.stringify(all).length).toBeLessThan(60);
    const half = addRan(
      undefined,
      Array.from({ length: 2000 }, (_, n) => (n + 1) * 2000),
      timetable,
    );
    expect(JSON.stringify(half).length).toBeLessThan(4000);
    expect(half.since).toBe(1500 * 2000 + 1);
    expect(ran(half, half.since! + 1999, half.since! + 999)).toEqual([true, false]);
  });

  it('keeps apart what ran at other times than those of now', () => {
    let state: RanTicks | undefined = addRan(
      undefined,
      [2000, 4000, 6000],
      intervalTimetable(2000, 0),
    );
    state = changeTimes(state, every(2000), every(1000));
    expect(ran(state, 2000, 3000, 4000)).toEqual([true, false, true]);
    state = addRan(state, [7000, 8000], timetable);
    expect(ran(state, 3000, 6000, 7000, 8000)).toEqual([false, true, true, true]);
    // And back again: it is one era with what ran at those times before.
    state = changeTimes(state, every(1000), every(2000));
    expect(ran(state, 2000, 4000, 7000)).toEqual([true, true, true]);
    expect(state?.eras).toHaveLength(2);
  });

  it('forgets what ran at the oldest of more than eight times, and notes until when', () => {
    let state: RanTicks | undefined;
    for (let n = 1; n <= 10; n++) {
      state = addRan(state, [n * 27_720], intervalTimetable(n * 1000, 0));
      if (n < 10) state = changeTimes(state, every(n * 1000), every((n + 1) * 1000));
    }
    expect(state?.eras).toHaveLength(8);
    expect(state?.since).toBe(2 * 27_720 + 1);
  });

  it('takes out what did not run after all', () => {
    const state = addRan(undefined, [1000, 2000, 3000], timetable);
    expect(ran(removeRan(state, 2000, timetable), 1000, 2000, 3000)).toEqual([true, false, true]);
    expect(ran(removeRan(state, 3000, timetable), 1000, 2000, 3000)).toEqual([true, true, false]);
  });
});

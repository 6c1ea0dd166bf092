import type { Timetable } from './timetable.ts';

/** Ticks at given times, which must be sorted and differ. */
export function datesTimetable(times: readonly number[]): Timetable {
  return {
    next: (at) => times.find((time) => time > at),
    has: (at) => times.includes(at),
    latest: (count, from, to) =>
      times.filter((time) => time >= from && time <= to).slice(-Math.max(1, count)),
    count: (from, to) => times.filter((time) => time >= from && time <= to).length,
  };
}

import type { Timetable } from './timetable.ts';

/** Keeps the ticks of a timetable with `startAt ≤ tick < endAt`. */
export function boundedTimetable(
  inner: Timetable,
  startAt: number = Number.NEGATIVE_INFINITY,
  endAt: number = Number.POSITIVE_INFINITY,
): Timetable {
  return {
    next: (at) => {
      const tick = inner.next(Math.max(at, startAt - 1));
      return tick !== undefined && tick < endAt ? tick : undefined;
    },
    has: (at) => at >= startAt && at < endAt && inner.has(at),
    latest: (count, from, to) =>
      inner.latest(count, Math.max(from, startAt), Math.min(to, endAt - 1)),
    count: (from, to) => inner.count(Math.max(from, startAt), Math.min(to, endAt - 1)),
  };
}

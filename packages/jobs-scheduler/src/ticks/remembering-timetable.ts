import type { Timetable } from './timetable.ts';

/** How many answers are remembered. */
const REMEMBERED = 256;

/** Returns what was asked before without computing it again: many schedules tick at the same times. */
export function rememberingTimetable(inner: Timetable): Timetable {
  const next = new Map<number, number | undefined>();
  const latest = new Map<string, readonly number[]>();
  return {
    next: (at) => {
      if (next.has(at)) return next.get(at);
      const tick = inner.next(at);
      if (next.size >= REMEMBERED) next.clear();
      next.set(at, tick);
      return tick;
    },
    has: (at) => inner.has(at),
    latest: (count, from, to) => {
      if (count > 1) return inner.latest(count, from, to);
      const key = `${from} ${to}`;
      let ticks = latest.get(key);
      if (ticks === undefined) {
        ticks = inner.latest(count, from, to);
        if (latest.size >= REMEMBERED) latest.clear();
        latest.set(key, ticks);
      }
      return ticks;
    },
    count: (from, to) => inner.count(from, to),
  };
}

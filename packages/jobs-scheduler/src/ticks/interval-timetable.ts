import type { Timetable } from './timetable.ts';

/** Ticks at a fixed interval in milliseconds, counted from a fixed time, so that no drift adds up. */
export function intervalTimetable(everyMs: number, anchorAt: number): Timetable {
  const indexAt = (at: number): number => Math.floor((at - anchorAt) / everyMs);
  return {
    next: (at) => anchorAt + Math.max(1, indexAt(at) + 1) * everyMs,
    has: (at) => at > anchorAt && (at - anchorAt) % everyMs === 0,
    latest: (count, from, to) => {
      const last = indexAt(to);
      const first = Math.max(1, Math.ceil((from - anchorAt) / everyMs), last - count + 1);
      const size = Math.max(0, last - first + 1);
      return Array.from({ length: size }, (_, index) => anchorAt + (first + index) * everyMs);
    },
    count: (from, to) =>
      Math.max(0, indexAt(to) - Math.max(1, Math.ceil((from - anchorAt) / everyMs)) + 1),
  };
}

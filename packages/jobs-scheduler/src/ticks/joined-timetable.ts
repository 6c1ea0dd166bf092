import { MOST_COUNTED, type Timetable } from './timetable.ts';

/** Ticks when one of several timetables does; once where several do. */
export function joinedTimetable(parts: readonly Timetable[]): Timetable {
  const joined: Timetable = {
    next: (at) => {
      const ticks = parts.map((part) => part.next(at)).filter((tick) => tick !== undefined);
      return ticks.length === 0 ? undefined : Math.min(...ticks);
    },
    latest: (count, from, to) => {
      const ticks = new Set(parts.flatMap((part) => part.latest(count, from, to)));
      return [...ticks].sort((a, b) => a - b).slice(-Math.max(1, count));
    },
    count: (from, to) => joined.latest(MOST_COUNTED, from, to).length,
  };
  return joined;
}

import { MOST_COUNTED, type Timetable } from './timetable.ts';

/** How many ticks in a row may be left out; beyond that the timetable counts as ended. */
const MOST_LEFT_OUT = 100_000;
const AT_ONCE = 200;

/** Leaves out some ticks of a timetable. */
export function exceptingTimetable(
  inner: Timetable,
  isLeftOut: (tick: number) => boolean,
): Timetable {
  const excepting: Timetable = {
    next: (at) => {
      let tick = inner.next(at);
      for (let passed = 0; tick !== undefined && isLeftOut(tick); passed++) {
        tick = passed < MOST_LEFT_OUT ? inner.next(tick) : undefined;
      }
      return tick;
    },
    latest: (count, from, to) => {
      const found: number[] = [];
      let end = to;
      for (let passed = 0; found.length < count && passed < MOST_LEFT_OUT; passed += AT_ONCE) {
        const ticks = inner.latest(Math.min(AT_ONCE, count + 10), from, end);
        const kept = ticks.filter((tick) => !isLeftOut(tick));
        found.unshift(...kept);
        const [first] = ticks;
        if (first === undefined) break;
        end = first - 1;
      }
      return found.slice(-Math.max(1, count));
    },
    count: (from, to) => excepting.latest(MOST_COUNTED, from, to).length,
  };
  return excepting;
}

/** Returns a function that gives the date of a time in a zone, as `2026-12-24`. */
export function dateIn(timezone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => format.format(at);
}

import { MOST_COUNTED, type Timetable } from './timetable.ts';

/** How often in a row ticks may be left out; beyond that the timetable counts as ended. */
const MOST_LEFT_OUT = 100_000;
const AT_ONCE = 200;

/** A stretch of time, all ticks of which are left out. */
export interface LeftOut {
  /** Its first millisecond. */
  readonly from: number;
  /** Its last millisecond. */
  readonly to: number;
}

/** Leaves out some ticks of a timetable. `leftOut` returns the stretch around a tick that is left out. */
export function exceptingTimetable(
  inner: Timetable,
  leftOut: (tick: number) => LeftOut | undefined,
): Timetable {
  const excepting: Timetable = {
    next: (at) => {
      let tick = inner.next(at);
      for (let passed = 0; tick !== undefined && passed <= MOST_LEFT_OUT; passed++) {
        const stretch = leftOut(tick);
        if (stretch === undefined) return tick;
        tick = inner.next(stretch.to);
      }
      return undefined;
    },
    has: (at) => inner.has(at) && leftOut(at) === undefined,
    latest: (count, from, to) => {
      const found: number[] = [];
      let end = to;
      for (let passed = 0; found.length < count && passed < MOST_LEFT_OUT; ) {
        const ticks = inner.latest(Math.min(AT_ONCE, count + 10), from, end);
        if (ticks.length === 0) break;
        const { kept, before } = goBack(ticks, leftOut);
        found.push(...kept);
        end = before - 1;
        passed += ticks.length;
      }
      return found.slice(0, Math.max(1, count)).reverse();
    },
    count: (from, to) => excepting.latest(MOST_COUNTED, from, to).length,
  };
  return excepting;
}

/** Goes through ticks from the latest on; returns those that are kept, latest first, and before which time to go on. */
function goBack(
  ticks: readonly number[],
  leftOut: (tick: number) => LeftOut | undefined,
): { readonly kept: readonly number[]; readonly before: number } {
  const kept: number[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (const tick of ticks.toReversed()) {
    if (tick >= before) continue;
    const stretch = leftOut(tick);
    if (stretch === undefined) kept.push(tick);
    before = stretch?.from ?? tick;
  }
  return { kept, before };
}

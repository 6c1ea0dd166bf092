import { isDeepStrictEqual } from 'node:util';
import type { Timetable } from '../ticks/timetable.ts';
import type { Timing } from './schedule-spec.ts';

/** How many ranges are remembered of one schedule. */
const MAX_RANGES = 500;
/** How many earlier timings of a schedule keep their own list of ticks that ran. */
const MAX_ERAS = 8;

/** Records the ticks that ran while a schedule had one timing. */
export type RanEra = {
  /** The timing it had then; absent for the current timing. */
  readonly timing?: Timing;
  /**
   * The ranges of ticks that ran, earliest first, in base 36: the first tick, then alternating the length of a range
   * and the distance to the start of the next range.
   */
  readonly ranges: string;
};

/** Records which ticks of a schedule ran, as ranges; kept as long as the schedule exists. */
export type RanTicks = {
  /** Before this time, it is no longer known which ticks ran. */
  readonly since?: number;
  readonly eras: readonly RanEra[];
};

/** Returns the timetable of a timing. */
export type TimetableOf = (timing: Timing) => Timetable;

/** Returns whether a tick ran. */
export function hasRan(ran: RanTicks | undefined, tickAt: number, timetable: TimetableOf): boolean {
  return (ran?.eras ?? []).some(({ timing, ranges }) => {
    if (!isInside(decode(ranges), tickAt)) return false;
    return timing === undefined || timetable(timing).has(tickAt);
  });
}

/** Lists the stretches of a period between the ranges of ticks that ran, at the current times or at earlier ones. */
export function outsideRan(
  ran: RanTicks | undefined,
  from: number,
  to: number,
  timing?: Timing,
): readonly Range[] {
  const era = ran?.eras.find((one) => isDeepStrictEqual(one.timing, timing));
  const outside: Range[] = [];
  let start = from;
  for (const [first, last] of decode(era?.ranges ?? '')) {
    if (last < start) continue;
    if (first > to) break;
    if (first > start) outside.push([start, first - 1]);
    start = last + 1;
  }
  if (start <= to) outside.push([start, to]);
  return outside;
}

/** Adds ticks that run, of the current timing of the schedule or of an earlier one. */
export function addRan(
  ran: RanTicks | undefined,
  ticks: readonly number[],
  timetable: Timetable,
  timing?: Timing,
): RanTicks {
  const eras = ran?.eras ?? [];
  const known = eras.find((era) => isDeepStrictEqual(era.timing, timing));
  const ranges = decode(known?.ranges ?? '');
  for (const tickAt of ticks) insert(ranges, tickAt, timetable);
  const era = { ...(timing !== undefined && { timing }), ranges: encode(ranges) };
  const others = eras.filter((other) => other !== known);
  return bounded({ ...ran, eras: [...others, era] });
}

/** Takes out a tick that did not run after all. */
export function removeRan(ran: RanTicks, tickAt: number, timetable: Timetable): RanTicks {
  const eras = ran.eras.map((era) => {
    if (era.timing !== undefined) return era;
    const ranges = decode(era.ranges).flatMap(([first, last]) => {
      if (tickAt < first || tickAt > last) return [[first, last] as Range];
      const before = tickAt > first ? timetable.latest(1, first, tickAt - 1) : [];
      const after = tickAt < last ? timetable.next(tickAt) : undefined;
      return [
        ...before.map((end): Range => [first, end]),
        ...(after === undefined ? [] : [[after, last] as Range]),
      ];
    });
    return { ranges: encode(ranges) };
  });
  return { ...ran, eras };
}

/** Notes that from now on the schedule has another timing. */
export function changeTimes(
  ran: RanTicks | undefined,
  before: Timing,
  after: Timing,
): RanTicks | undefined {
  if (ran === undefined || isDeepStrictEqual(before, after)) return ran;
  const eras = ran.eras.map(({ timing = before, ranges }) =>
    isDeepStrictEqual(timing, after) ? { ranges } : { timing, ranges },
  );
  return bounded({ ...ran, eras: eras.filter(({ ranges }) => ranges !== '') });
}

type Range = [first: number, last: number];

/** Forgets the oldest ranges, and notes until when. */
function bounded(ran: RanTicks): RanTicks {
  let { since } = ran;
  const eras = [...ran.eras];
  const forget = (ranges: readonly Range[]): void => {
    for (const [, last] of ranges) since = Math.max(since ?? last + 1, last + 1);
  };
  while (eras.length > MAX_ERAS) forget(decode(eras.shift()?.ranges ?? ''));
  const last = eras.at(-1);
  const ranges = decode(last?.ranges ?? '');
  if (ranges.length > MAX_RANGES && last !== undefined) {
    forget(ranges.splice(0, ranges.length - MAX_RANGES));
    eras[eras.length - 1] = { ...last, ranges: encode(ranges) };
  }
  return { ...(since !== undefined && { since }), eras };
}

/** Finds the first range that ends at a time or later. */
function placeOf(ranges: readonly Range[], at: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle] as Range)[1] < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isInside(ranges: readonly Range[], at: number): boolean {
  const range = ranges[placeOf(ranges, at)];
  return range !== undefined && range[0] <= at;
}

/** Adds a tick; ranges grow together where no tick is between them. */
function insert(ranges: Range[], tickAt: number, timetable: Timetable): void {
  const place = placeOf(ranges, tickAt);
  const after = ranges[place];
  if (after !== undefined && after[0] <= tickAt) return;
  const before = ranges[place - 1];
  const followsOn = before !== undefined && timetable.next(before[1]) === tickAt;
  const leadsOn = after !== undefined && timetable.next(tickAt) === after[0];
  if (followsOn && leadsOn) {
    before[1] = after[1];
    ranges.splice(place, 1);
  } else if (followsOn) before[1] = tickAt;
  else if (leadsOn) after[0] = tickAt;
  else ranges.splice(place, 0, [tickAt, tickAt]);
}

function encode(ranges: readonly Range[]): string {
  let at = 0;
  const steps = ranges.flat().map((time) => {
    const step = (time - at).toString(36);
    at = time;
    return step;
  });
  return steps.join(' ');
}

function decode(text: string): Range[] {
  const ranges: Range[] = [];
  if (text === '') return ranges;
  let at = 0;
  const times = text.split(' ').map((step) => {
    at += Number.parseInt(step, 36);
    return at;
  });
  for (let n = 0; n + 1 < times.length; n += 2) {
    ranges.push([times[n] as number, times[n + 1] as number]);
  }
  return ranges;
}

import { CronPattern } from 'croner';
import type { Timing } from '../spec/schedule-spec.ts';
import { cronFields } from './cron-fields.ts';
import { cronTimetable } from './cron-timetable.ts';
import type { LeftOut } from './excepting-timetable.ts';
import { segmentAt } from './zone-offsets.ts';

type CronTiming = Extract<Timing, { kind: 'cron' }>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Returns a function that says whether the exceptions of a timing leave out a tick, and which others with it. */
export function leftOutBy({
  cron,
  also = [],
  timezone,
  dst,
  except = {},
}: CronTiming): (tick: number) => LeftOut | undefined {
  const ticking = [cron, ...also].map(patternOf);
  const dates = new Set(except.dates ?? []);
  const date = dateIn(timezone);
  const patterns = (except.cron ?? []).map((pattern) => ({
    timetable: cronTimetable(pattern, timezone, dst),
    unitMs: unitOf(patternOf(pattern), ticking),
  }));
  return (tick) => {
    if (dates.size > 0 && dates.has(date(tick))) return unitAround(tick, DAY_MS, timezone);
    const found = patterns.find(({ timetable }) => timetable.has(tick));
    return found && unitAround(tick, found.unitMs, timezone);
  };
}

function patternOf(cron: string): CronPattern {
  return new CronPattern(cronFields(cron).join(' '));
}

/** Returns the longest unit of time in which an exception leaves out all ticks of some patterns, or none. */
function unitOf(exception: CronPattern, ticking: readonly CronPattern[]): number {
  const covers = (part: 'second' | 'minute' | 'hour'): boolean =>
    ticking.every((pattern) => pattern[part].every((flag, n) => !flag || exception[part][n]));
  if (!covers('second')) return 1;
  if (!covers('minute')) return MINUTE_MS;
  return covers('hour') ? DAY_MS : HOUR_MS;
}

/**
 * Returns the minute, hour or day around a tick, on the clocks of a zone, as far as these do not change. The time at
 * which they change is not part of it, nor what they show a second time: there the rules for a change of clocks decide.
 */
function unitAround(tick: number, unitMs: number, timezone: string): LeftOut {
  const { from, to, offset, before } = segmentAt(timezone, tick);
  const start = Math.floor((tick + offset) / unitMs) * unitMs - offset;
  const first = from + Math.max(0, before - offset);
  return {
    from: Math.min(tick, Math.max(start, first + 1)),
    to: tick > from ? Math.max(tick, Math.min(start + unitMs, to) - 1) : tick,
  };
}

/** Returns a function that gives the date of a time in a zone, as `2026-12-24`. */
function dateIn(timezone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => format.format(at);
}

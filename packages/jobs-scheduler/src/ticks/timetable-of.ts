import type { ScheduleSpec, Timing } from '../spec/schedule-spec.ts';
import { boundedTimetable } from './bounded-timetable.ts';
import { cronTimetable } from './cron-timetable.ts';
import { datesTimetable } from './dates-timetable.ts';
import { exceptingTimetable } from './excepting-timetable.ts';
import { intervalTimetable } from './interval-timetable.ts';
import { leftOutBy } from './left-out.ts';
import { rememberingTimetable } from './remembering-timetable.ts';
import { MOST_COUNTED, type Timetable } from './timetable.ts';

/** How many cron timetables are kept; croner's take some 80 KB each. */
const CACHED = 200;

/** When a schedule ticks, and between which times. */
type Times = Pick<ScheduleSpec, 'timing' | 'startAt' | 'endAt'>;

const cache = new Map<string, Timetable>();

/** Makes the timetable of a schedule, or finds the one made for another of the same pattern. */
export function timetableOf({ timing, startAt, endAt }: Times): Timetable {
  const inner = timing.kind === 'cron' ? cachedCron(timing) : uncached(timing);
  return startAt === undefined && endAt === undefined
    ? inner
    : boundedTimetable(inner, startAt, endAt);
}

function uncached(timing: Exclude<Timing, { kind: 'cron' }>): Timetable {
  return timing.kind === 'every'
    ? intervalTimetable(timing.everyMs, timing.anchorAt)
    : datesTimetable(timing.times);
}

type CronTiming = Extract<Timing, { kind: 'cron' }>;

function cachedCron(timing: CronTiming): Timetable {
  const { cron, timezone, dst, also, except } = timing;
  const more = (also ?? except) ? JSON.stringify([also, except]) : '';
  const key = `${timezone} ${dst ?? ''} ${cron} ${more}`;
  const known = cache.get(key);
  const timetable = known ?? rememberingTimetable(makeCron(timing));
  // Moves the entry to the end, so that the first entry is the one to drop: the least recently used.
  if (known !== undefined) cache.delete(key);
  cache.set(key, timetable);
  const [oldest] = cache.keys();
  if (cache.size > CACHED && oldest !== undefined) cache.delete(oldest);
  return timetable;
}

function makeCron(timing: CronTiming): Timetable {
  const { cron, timezone, dst, also = [], except } = timing;
  const parts = [cron, ...also].map((pattern) => cronTimetable(pattern, timezone, dst));
  const [first] = parts;
  const all = parts.length === 1 && first !== undefined ? first : joinedTimetable(parts);
  return except === undefined ? all : exceptingTimetable(all, leftOutBy(timing));
}

/** Ticks when one of several timetables does; once where several do. */
function joinedTimetable(parts: readonly Timetable[]): Timetable {
  const joined: Timetable = {
    next: (at) => {
      const ticks = parts.map((part) => part.next(at)).filter((tick) => tick !== undefined);
      return ticks.length === 0 ? undefined : Math.min(...ticks);
    },
    has: (at) => parts.some((part) => part.has(at)),
    latest: (count, from, to) => {
      const ticks = new Set(parts.flatMap((part) => part.latest(count, from, to)));
      return [...ticks].sort((a, b) => a - b).slice(-Math.max(1, count));
    },
    count: (from, to) => joined.latest(MOST_COUNTED, from, to).length,
  };
  return joined;
}

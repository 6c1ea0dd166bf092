import { Cron, type CronOptions, CronPattern } from 'croner';
import type { DstRule } from '../options/schedule-options.ts';
import { asIntervalPattern, cronFields } from './cron-fields.ts';
import type { Timetable } from './timetable.ts';

/** Zones that never change their clocks, for which no calendar is needed. */
const UTC_ZONES: ReadonlySet<string> = new Set([
  'utc',
  'etc/utc',
  'gmt',
  'etc/gmt',
  'zulu',
  'etc/uct',
]);

/**
 * Ticks as a cron pattern says, in a time zone. Without a {@link DstRule} croner's own rules hold:
 * a fixed time in a gap runs at the first time after it and one that occurs twice runs the first
 * time, while intervals skip what does not exist and run on both occurrences. With a rule, every
 * pattern without a wildcard or step in its seconds, minutes and hours counts as a fixed time.
 *
 * @throws what croner throws for a pattern it cannot read
 */
export function cronTimetable(cron: string, timezone: string, dst?: DstRule): Timetable {
  const fields = cronFields(cron);
  const zone = UTC_ZONES.has(timezone.toLowerCase()) ? { utcOffset: 0 } : { timezone };
  if (dst === undefined) return new CronTicks(fields.join(' '), zone);
  const options = { ...zone, fixedTimeRule: 'no-wildcard' } as const;
  const pattern = fields.join(' ');
  const isFixedTime = new CronPattern(pattern, undefined, options).isFixedTime;
  const ticks = new CronTicks(pattern, options);
  if (!isFixedTime || dst === 'run-once') return ticks;
  if (dst === 'skip') return new ExistingTicks(ticks);
  return new JoinedTicks(ticks, new CronTicks(asIntervalPattern(fields), zone));
}

/** Asks croner. */
class CronTicks implements Timetable {
  readonly #cron: Cron;

  constructor(pattern: string, options: CronOptions) {
    this.#cron = new Cron(pattern, options);
  }

  next(at: number): number | undefined {
    return this.#cron.nextRun(new Date(at))?.getTime();
  }

  latest(count: number, from: number, to: number): readonly number[] {
    const ticks: number[] = [];
    let before = Math.floor(to) + 1;
    while (ticks.length < count && before > from) {
      const tick = this.#cron.previousRuns(1, new Date(before))[0]?.getTime();
      if (tick === undefined || tick < from) break;
      ticks.unshift(tick);
      before = tick;
    }
    return ticks;
  }

  /** Tells whether a tick's own time matches the pattern, as one moved out of a gap does not. */
  matches(tick: number): boolean {
    return this.#cron.match(new Date(tick));
  }
}

/** Leaves out ticks that were moved because their time does not exist. */
class ExistingTicks implements Timetable {
  readonly #inner: CronTicks;

  constructor(inner: CronTicks) {
    this.#inner = inner;
  }

  next(at: number): number | undefined {
    let tick = this.#inner.next(at);
    while (tick !== undefined && !this.#inner.matches(tick)) tick = this.#inner.next(tick);
    return tick;
  }

  latest(count: number, from: number, to: number): readonly number[] {
    const found: number[] = [];
    let end = to;
    while (found.length < count) {
      const ticks = this.#inner.latest(count - found.length, from, end);
      found.unshift(...ticks.filter((tick) => this.#inner.matches(tick)));
      const first = ticks[0];
      if (first === undefined) break;
      end = first - 1;
    }
    return found;
  }
}

/** Ticks when one of two timetables does. */
class JoinedTicks implements Timetable {
  readonly #parts: readonly Timetable[];

  constructor(...parts: readonly Timetable[]) {
    this.#parts = parts;
  }

  next(at: number): number | undefined {
    const ticks = this.#parts.map((part) => part.next(at)).filter((tick) => tick !== undefined);
    return ticks.length === 0 ? undefined : Math.min(...ticks);
  }

  latest(count: number, from: number, to: number): readonly number[] {
    const ticks = new Set(this.#parts.flatMap((part) => part.latest(count, from, to)));
    return [...ticks].sort((a, b) => a - b).slice(-Math.max(1, count));
  }
}

import type { Cron, CronPattern } from 'croner';
import type { Timetable } from './timetable.ts';

/** How many ticks are asked for at once at most, going back. */
const AT_ONCE = 100;
const DAY_MS = 86_400_000;

/** Ticks when local time, given as if it were UTC, matches a pattern. */
export class WallTicks implements Timetable {
  readonly #cron: Cron;
  /** The times of a day at which it ticks: the numbers of its hours, minutes and seconds. */
  readonly #times: readonly (readonly number[])[];
  /** Two times with no tick between: of a rare pattern, finding the next tick goes through many years. */
  #gap: { readonly after: number; readonly before: number | undefined } | undefined;

  constructor(cron: Cron, { hour, minute, second }: CronPattern) {
    this.#cron = cron;
    this.#times = [hour, minute, second].map((flags) =>
      [...flags.keys()].filter((number) => flags[number]),
    );
  }

  /** Finds the first tick after a time. */
  next(at: number): number | undefined {
    if (!this.#isInGap(at)) {
      this.#gap = { after: at, before: this.#cron.nextRun(new Date(at))?.getTime() };
    }
    return this.#gap?.before;
  }

  /** Returns whether a time is in the gap that was searched last, or just before it. */
  #isInGap(at: number): boolean {
    if (this.#gap === undefined || at < this.#gap.after) return false;
    return this.#gap.before === undefined || at < this.#gap.before;
  }

  /** Returns whether it ticks at a time. */
  has(at: number): boolean {
    return at % 1000 === 0 && this.#cron.match(new Date(at));
  }

  /**
   * Finds the latest ticks of a time, earliest first. Each search asks for as many as were found before it, since of a
   * rare pattern every tick beyond `from` costs a search through months or years.
   */
  latest(count: number, from: number, to: number): readonly number[] {
    const found: number[] = [];
    let before = Math.floor(to) + 1;
    while (found.length < count && before > from) {
      const wanted = Math.min(AT_ONCE, Math.max(1, found.length), count - found.length);
      const runs = this.#cron.previousRuns(wanted, new Date(before)).map((run) => run.getTime());
      for (const tick of runs) if (tick >= from) found.push(tick);
      const earliest = runs.at(-1);
      if (runs.length < wanted || earliest === undefined || earliest < from) break;
      before = earliest;
    }
    return found.reverse();
  }

  /** Counts the ticks of a time. On each day that matches, it ticks at the same times of the day. */
  count(from: number, to: number): number {
    let count = 0;
    for (let at = this.next(from - 1); at !== undefined && at <= to; ) {
      const day = Math.floor(at / DAY_MS) * DAY_MS;
      const before = from > day ? this.#upTo(Math.ceil(from - day) - 1) : 0;
      count += this.#upTo(Math.min(to - day, DAY_MS - 1)) - before;
      at = this.next(day + DAY_MS - 1);
    }
    return count;
  }

  /** Counts the ticks of a day up to a time of it, in milliseconds. */
  #upTo(ms: number): number {
    const [hours = [], minutes = [], seconds = []] = this.#times;
    const under = (numbers: readonly number[], limit: number): number =>
      numbers.filter((number) => number < limit).length;
    const time = Math.floor(ms / 1000);
    const [hour, minute, second] = [time / 3600, (time / 60) % 60, time % 60].map(Math.floor);
    const sames = (numbers: readonly number[], number = 0): number =>
      numbers.includes(number) ? 1 : 0;
    return (
      under(hours, hour ?? 0) * minutes.length * seconds.length +
      sames(hours, hour) * under(minutes, minute ?? 0) * seconds.length +
      sames(hours, hour) * sames(minutes, minute) * under(seconds, (second ?? 0) + 1)
    );
  }
}

import type { Cron } from 'croner';
import type { Timetable } from './timetable.ts';

/** How many ticks are asked for at once, going back. */
const AT_ONCE = 100;

/** Ticks when local time, given as if it were UTC, matches a pattern. */
export class WallTicks implements Timetable {
  readonly #cron: Cron;

  constructor(cron: Cron) {
    this.#cron = cron;
  }

  /** Finds the first tick after a time. */
  next(at: number): number | undefined {
    return this.#cron.nextRun(new Date(at))?.getTime();
  }

  /** Finds the latest ticks of a time, earliest first. */
  latest(count: number, from: number, to: number): readonly number[] {
    const found: number[] = [];
    let before = Math.floor(to) + 1;
    while (found.length < count && before > from) {
      const wanted = Math.min(AT_ONCE, count - found.length);
      const runs = this.#cron.previousRuns(wanted, new Date(before)).map((run) => run.getTime());
      for (const tick of runs) if (tick >= from) found.push(tick);
      const earliest = runs.at(-1);
      if (runs.length < wanted || earliest === undefined || earliest < from) break;
      before = earliest;
    }
    return found.reverse();
  }
}

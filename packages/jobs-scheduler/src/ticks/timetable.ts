/** Finds the ticks of a schedule. Times are epoch milliseconds, and ticks strictly increase. */
export interface Timetable {
  /** Finds the first tick after `at`; `undefined` when there are no more ticks. */
  next(at: number): number | undefined;
  /** Returns whether it ticks exactly at `at`, without searching for another tick. */
  has(at: number): boolean;
  /** Finds the latest `count` ticks with `from ≤ tick ≤ to`, earliest first. */
  latest(count: number, from: number, to: number): readonly number[];
  /**
   * Counts the ticks with `from ≤ tick ≤ to`, at a cost that does not grow with their number. Of a timetable of
   * several patterns, or with exceptions, it counts at most {@link MOST_COUNTED}.
   */
  count(from: number, to: number): number;
}

/** How many ticks are counted at most where each has to be found. */
export const MOST_COUNTED = 100;

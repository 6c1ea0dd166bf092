/** Finds the ticks of a schedule. Times are epoch milliseconds, and ticks strictly increase. */
export interface Timetable {
  /** Finds the first tick after `at`; `undefined` when there are no more ticks. */
  next(at: number): number | undefined;
  /** Finds the latest `count` ticks with `from ≤ tick ≤ to`, earliest first. */
  latest(count: number, from: number, to: number): readonly number[];
}

import type { Clock } from '@philjs/jobs-core';

/** Configures a scheduler. */
export interface SchedulerOptions {
  /**
   * The clock, also for deciding which schedules are due.
   *
   * @default the queue's clock; the clock of the store, which all processes share, decides which schedules are due
   */
  readonly clock?: Clock | undefined;
}

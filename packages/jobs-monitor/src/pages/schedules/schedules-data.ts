import type { AwayRow } from '../of-each.ts';
import type { ScheduleRow } from '../schedule-row.ts';

/** Holds the outcome of one tick. Times are epoch milliseconds. */
export interface RunMark {
  readonly at: number;
  readonly status: string;
  readonly jobId?: string;
  readonly latenessMs?: number;
  /** Why it was skipped, or its job failed. */
  readonly reason?: string;
}

/** Holds the data of one schedule on the schedules page. */
export interface ScheduleDetail extends ScheduleRow {
  /** The next times it fires, as far as known. */
  readonly nextRuns: readonly number[];
  /** The outcomes of its latest ticks, the latest first. */
  readonly runs: readonly RunMark[];
}

/** Holds the data of the schedules page. */
export interface SchedulesData {
  /** Whether the monitor has a scheduler. */
  readonly attached: boolean;
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  /** The words that the schedules were searched for; empty for all. */
  readonly search: string;
  readonly schedules: readonly ScheduleDetail[];
  /** The number of all schedules that match; of many, the page shows only some. */
  readonly total: number;
}

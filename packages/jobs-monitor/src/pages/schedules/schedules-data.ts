import type { AwayRow } from '../of-each.ts';
import type { ScheduleRow } from '../schedule-row.ts';

/** What became of one tick; times are epoch milliseconds. */
export interface RunMark {
  readonly at: number;
  readonly status: string;
  readonly jobId?: string;
  readonly latenessMs?: number;
  /** Why it was skipped, or its job failed. */
  readonly reason?: string;
}

/** What the page of schedules shows of one. */
export interface ScheduleDetail extends ScheduleRow {
  /** When it fires next, as far as is known. */
  readonly nextRuns: readonly number[];
  /** What became of its latest ticks, the latest first. */
  readonly runs: readonly RunMark[];
}

/** What the page of schedules shows. */
export interface SchedulesData {
  /** Whether the monitor was given a scheduler at all. */
  readonly attached: boolean;
  /** The queues whose store is away. */
  readonly away: readonly AwayRow[];
  readonly schedules: readonly ScheduleDetail[];
  /** How many there are; more than are shown, if they are many. */
  readonly total: number;
}

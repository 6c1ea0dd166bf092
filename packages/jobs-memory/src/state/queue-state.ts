import type { WorkerInfo } from '@philjs/jobs-core/backend';
import { JobIntake } from '../jobs/job-intake.ts';
import { JobTable } from './job-table.ts';
import { MetricsTable } from './metrics-table.ts';
import type { RateWindows } from './rate-windows.ts';
import { ScheduleTable } from './schedule-table.ts';
import { TickLedger } from './tick-ledger.ts';
import { TrackedRuns } from './tracked-runs.ts';

/** Holds all there is of one queue, for all backends of its name. */
export class QueueState {
  /** The jobs. */
  readonly table: JobTable = new JobTable();
  /** The way in for new jobs. */
  readonly intake: JobIntake = new JobIntake(this.table);
  /** The schedules. */
  readonly schedules: ScheduleTable = new ScheduleTable();
  /** What became of their ticks. */
  readonly ledger: TickLedger = new TickLedger((id) => this.schedules.has(id));
  /** The jobs of theirs that may still run. */
  readonly runs: TrackedRuns = new TrackedRuns(this.table);
  /** The starts handed out under limits. */
  readonly limiter: RateWindows = this.table.turns;
  /** What workers measured. */
  readonly metrics: MetricsTable = new MetricsTable();
  /** The workers that run now. */
  readonly workers: Set<WorkerInfo> = new Set();
}

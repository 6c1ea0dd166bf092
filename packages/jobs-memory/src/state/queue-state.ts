import { JobIntake } from '../jobs/job-intake.ts';
import type { ListedWorker } from '../parts/memory-worker-store.ts';
import { JobTable } from './job-table.ts';
import { MetricsTable } from './metrics-table.ts';
import type { RateWindows } from './rate-windows.ts';
import { ScheduleTable } from './schedule-table.ts';
import { TickLedger } from './tick-ledger.ts';
import { TrackedRuns } from './tracked-runs.ts';

/** Holds the whole state of one queue, for all backends of its name. */
export class QueueState {
  /** The jobs. */
  readonly table: JobTable = new JobTable();
  /** The intake of new jobs. */
  readonly intake: JobIntake = new JobIntake(this.table);
  /** The schedules. */
  readonly schedules: ScheduleTable = new ScheduleTable();
  /** The ledger of their ticks. */
  readonly ledger: TickLedger = new TickLedger((id) => this.schedules.has(id));
  /** Their jobs that may still run. */
  readonly runs: TrackedRuns = new TrackedRuns(this.table);
  /** The starts handed out under limits. */
  readonly limiter: RateWindows = this.table.turns;
  /** The measurements of workers. */
  readonly metrics: MetricsTable = new MetricsTable();
  /** The running workers. */
  readonly workers: Set<ListedWorker> = new Set();
}

import type { JobRun, ScheduledJob, Scheduler } from '@philjs/jobs-scheduler';
import { timeIn } from './local-time.ts';

/** Prints the schedules, and when they fire next. */
export async function printSchedules(scheduler: Scheduler): Promise<void> {
  for (const { id, cron, every = 0, timezone = 'UTC' } of await scheduler.getAllScheduledJobs()) {
    const when = cron ? `${scheduler.describe(cron)}, ${timezone}` : `every ${every / 3_600_000} h`;
    const [next] = await scheduler.nextRuns(id, 1);
    console.log(`${id.padEnd(18)} ${when}; next ${next?.toISOString()}`);
  }
}

/** Prints how often each schedule ran, and every tick that did not run on time, and why. */
export async function printLedger(scheduler: Scheduler): Promise<void> {
  for (const schedule of await scheduler.getAllScheduledJobs()) {
    const runs = [...(await scheduler.getJobHistory(schedule.id, { limit: 200 }))].reverse();
    const completed = runs.filter(({ status }) => status === 'completed').length;
    console.log(`\n${schedule.id}: ${completed} of ${runs.length} ticks ran`);
    for (const run of runs) if (isUnusual(run)) console.log(`  ${describe(schedule, run)}`);
  }
}

function isUnusual({ status, latenessMs = 0 }: JobRun): boolean {
  return status !== 'completed' || latenessMs > 0;
}

function describe({ timezone = 'UTC' }: ScheduledJob, run: JobRun): string {
  const planned = timeIn(timezone, run.scheduledAt.getTime());
  if (run.status === 'skipped') return `${planned}  skipped: ${run.reason}`;
  const late = `${Math.round((run.latenessMs ?? 0) / 3_600_000)} h late (${run.cause})`;
  return `${planned}  ${run.status}, ${late}`;
}

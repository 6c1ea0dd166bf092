import type { Redactor } from '../../redact/redactor.ts';
import type { MonitoredRun, MonitoredScheduler } from '../../schedules/monitored-scheduler.ts';
import type { ScheduleOverview } from '../../schedules/schedule-overview.ts';
import type { LoadPage } from '../page-source.ts';
import { scheduleRow } from '../schedule-row.ts';
import type { RunMark, ScheduleDetail, SchedulesData } from './schedules-data.ts';

/** How many schedules a page shows: those that fire next. */
const ROWS = 100;
const RUNS = 20;
const NEXT = 5;

/** Reads the schedules with their latest and their next ticks. */
export const loadSchedules: LoadPage<SchedulesData> = async ({ monitor, redactor }) => {
  const schedules = (await monitor.getScheduledJobsOverview()) ?? [];
  const shown = schedules.slice(0, ROWS);
  return {
    attached: monitor.schedulers.length > 0,
    total: schedules.length,
    schedules: await Promise.all(
      shown.map((one) => detail(one, monitor.getScheduler(one.queueName), redactor)),
    ),
  };
};

async function detail(
  schedule: ScheduleOverview,
  scheduler: MonitoredScheduler | undefined,
  redactor: Redactor,
): Promise<ScheduleDetail> {
  const [runs, next] = await Promise.all([
    scheduler?.getJobHistory(schedule.id, { limit: RUNS }),
    schedule.active === false ? undefined : scheduler?.nextRuns?.(schedule.id, NEXT),
  ]);
  return {
    ...scheduleRow(schedule, scheduler),
    nextRuns: (next ?? []).map((date) => date.getTime()),
    runs: (runs ?? []).slice(0, RUNS).map((run) => runMark(run, redactor)),
  };
}

function runMark(run: MonitoredRun, redactor: Redactor): RunMark {
  const { scheduledAt, status, jobId, latenessMs, reason, error } = run;
  const why = reason ?? error;
  return {
    at: scheduledAt.getTime(),
    status,
    ...(jobId !== undefined && { jobId }),
    ...(latenessMs !== undefined && { latenessMs }),
    ...(why !== undefined && { reason: redactor.text(why) }),
  };
}

import type { Redactor } from '../../redact/redactor.ts';
import type { MonitoredRun, MonitoredScheduler } from '../../schedules/monitored-scheduler.ts';
import {
  byNextRun,
  readSchedules,
  type ScheduleOverview,
} from '../../schedules/schedule-overview.ts';
import { ofEach } from '../of-each.ts';
import type { LoadPage } from '../page-source.ts';
import { scheduleRow } from '../schedule-row.ts';
import type { RunMark, ScheduleDetail, SchedulesData } from './schedules-data.ts';

/** How many schedules a page shows: those that fire next. */
const ROWS = 100;
const RUNS = 20;
const NEXT = 5;

/** Reads the schedules that match the search, with their latest and their next ticks. */
export const loadSchedules: LoadPage<SchedulesData> = async ({ monitor, redactor }, params) => {
  const queues = monitor.queues.filter(({ name }) => monitor.getScheduler(name) !== undefined);
  const now = monitor.clock.now();
  const { found, away } = await ofEach(monitor, queues, ({ name }) =>
    readSchedules(
      monitor.schedulers.filter(({ queueName }) => queueName === name),
      now,
    ),
  );
  const search = params.get('q') ?? '';
  const matches = matcherOf(search);
  const schedules = found
    .flatMap(([, list]) => list)
    .filter(matches)
    .sort(byNextRun);
  const shown = schedules.slice(0, ROWS);
  return {
    attached: monitor.schedulers.length > 0,
    away,
    search,
    total: schedules.length,
    schedules: await Promise.all(
      shown.map((one) => detail(one, monitor.getScheduler(one.queueName), redactor)),
    ),
  };
};

/** Finds schedules in which each word of a search occurs: in the id, the name of the job, the owner or the queue. */
function matcherOf(search: string): (schedule: ScheduleOverview) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return ({ id, jobName, owner = '', queueName }) => {
    const texts = [id, jobName, owner, queueName].map((text) => text.toLowerCase());
    return words.every((word) => texts.some((text) => text.includes(word)));
  };
}

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

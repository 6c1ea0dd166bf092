import { isJobsError, type Job } from '@philjs/jobs-core';
import { jobOfSchedule, type Redactor } from '@philjs/jobs-core/redact';
import type { MonitoredRun, MonitoredScheduler } from '../../schedules/monitored-scheduler.ts';
import {
  byNextRun,
  readSchedules,
  type ScheduleOverview,
} from '../../schedules/schedule-overview.ts';
import { ofEach } from '../of-each.ts';
import type { LoadPage, PageSource } from '../page-source.ts';
import { scheduleRow } from '../schedule-row.ts';
import type { RunMark, ScheduleDetail, SchedulesData } from './schedules-data.ts';

/** How many schedules a page shows: those that fire next. */
const ROWS = 100;
const RUNS = 20;
const NEXT = 5;

/** Reads the schedules that match the search, with their latest and their next ticks. */
export const loadSchedules: LoadPage<SchedulesData> = async (source, params) => {
  const { monitor } = source;
  const queues = monitor.queues.filter(({ name }) => monitor.getScheduler(name) !== undefined);
  const now = monitor.clock.now();
  const { found, away } = await ofEach(monitor, queues, ({ name }) =>
    readSchedules(
      monitor.schedulers.filter(({ queueName }) => queueName === name),
      now,
    ),
  );
  const search = params.get('q') ?? '';
  const matches = matcherOf(search, source.redactor);
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
    schedules: await Promise.all(shown.map((one) => detail(one, source))),
  };
};

/** Finds schedules in which each word of a search occurs: in the id, the name of the job, the owner, the description or the queue. */
function matcherOf(search: string, redactor: Redactor): (schedule: ScheduleOverview) => boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return (schedule) => {
    const { id, jobName, owner = '', description = '', queueName } = schedule;
    // Masking takes a while: only what a word is in, maybe as a secret.
    const has = (text: string, word: string): boolean => text.toLowerCase().includes(word);
    return words.every(
      (word) =>
        [id, jobName, owner, queueName].some((text) => has(text, word)) ||
        (has(description, word) && has(redactor.about(jobOfSchedule(schedule), description), word)),
    );
  };
}

async function detail(
  schedule: ScheduleOverview,
  { monitor, redactor }: PageSource,
): Promise<ScheduleDetail> {
  const scheduler = monitor.getScheduler(schedule.queueName);
  const [history, next] = await Promise.all([
    scheduler?.getJobHistory(schedule.id, { limit: RUNS }),
    schedule.active === false ? [] : nextOf(schedule.id, scheduler),
  ]);
  const runs = (history ?? []).slice(0, RUNS);
  const failed = runs.find(({ error }) => error !== undefined);
  const id = failed?.jobId;
  // A tick that failed before it had a job has none.
  const job = id === undefined ? id : await monitor.getQueue(schedule.queueName).getJob(id);
  return {
    ...scheduleRow(schedule, scheduler, redactor),
    nextRuns: next.map((date) => date.getTime()),
    runs: runs.map((run) => runMark(run, redactor, run === failed ? job : undefined)),
  };
}

/** Lists the next runs of a schedule; none where it is gone meanwhile, or in a time zone that this process does not know. */
async function nextOf(
  id: string,
  scheduler: MonitoredScheduler | undefined,
): Promise<readonly Date[]> {
  try {
    return (await scheduler?.nextRuns?.(id, NEXT)) ?? [];
  } catch (error) {
    if (isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) throw error;
    return [];
  }
}

/**
 * Describes a run. The error is left out without the job, which says what is secret in it; the mark leads
 * to the job anyway.
 */
function runMark(run: MonitoredRun, redactor: Redactor, job: Job | undefined): RunMark {
  const { scheduledAt, status, jobId, latenessMs, reason, error } = run;
  const why =
    reason !== undefined
      ? redactor.text(reason)
      : job && error !== undefined && redactor.about(job, error);
  return {
    at: scheduledAt.getTime(),
    status,
    ...(jobId !== undefined && { jobId }),
    ...(latenessMs !== undefined && { latenessMs }),
    ...(typeof why === 'string' && { reason: why }),
  };
}

import { jobOfSchedule, type Redactor } from '@philjs/jobs-core/redact';
import type { MonitoredScheduler } from '../schedules/monitored-scheduler.ts';
import type { ScheduleOverview } from '../schedules/schedule-overview.ts';
import { durationText } from '../text/duration.ts';

/** Holds a schedule's row in a list. Times are epoch milliseconds. */
export interface ScheduleRow {
  readonly id: string;
  readonly queue: string;
  readonly jobName: string;
  /** When it fires, in words. */
  readonly when: string;
  /** The cron pattern, if it has one. */
  readonly cron?: string;
  readonly timezone?: string;
  readonly nextAt?: number;
  readonly lastAt?: number;
  readonly overdueMs: number;
  readonly runsCount: number;
  readonly maxRuns?: number;
  readonly state: 'active' | 'paused' | 'over';
  /** Why it is paused. */
  readonly note?: string;
  /** The purpose, in the words of its owner. */
  readonly description?: string;
}

/** Makes the row of a schedule; what people wrote about it may quote secrets. */
export function scheduleRow(
  schedule: ScheduleOverview,
  scheduler: MonitoredScheduler | undefined,
  redactor: Redactor,
): ScheduleRow {
  const { id, queueName, jobName, cron, timezone, nextRun, lastRun, maxRuns } = schedule;
  const { note, description } = schedule;
  const job = jobOfSchedule(schedule);
  const mask = (text: string): string => redactor.about(job, text);
  return {
    id,
    queue: queueName,
    jobName,
    when: inWords(schedule, scheduler),
    ...(cron && { cron }),
    ...(timezone && { timezone }),
    ...(nextRun && { nextAt: nextRun.getTime() }),
    ...(lastRun && { lastAt: lastRun.getTime() }),
    overdueMs: schedule.overdueMs,
    runsCount: schedule.runsCount ?? 0,
    ...(maxRuns !== undefined && { maxRuns }),
    state: stateOf(schedule),
    ...(note && { note: mask(note) }),
    ...(description && { description: mask(description) }),
  };
}

function inWords(schedule: ScheduleOverview, scheduler: MonitoredScheduler | undefined): string {
  const { cron, every, at } = schedule;
  if (cron) return describe(cron, scheduler);
  if (every !== undefined) return `Every ${durationText(every)}`;
  if (at !== undefined && at.length > 1) return `On ${at.length} dates`;
  return 'Once';
}

/** Describes a cron pattern in words; returns the pattern itself if the scheduler cannot. */
function describe(cron: string, scheduler: MonitoredScheduler | undefined): string {
  try {
    return scheduler?.describe?.(cron) ?? cron;
  } catch {
    return cron;
  }
}

function stateOf({ paused, active }: ScheduleOverview): ScheduleRow['state'] {
  if (paused === true) return 'paused';
  return active === false ? 'over' : 'active';
}

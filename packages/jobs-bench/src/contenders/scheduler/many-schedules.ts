import { defineJob, type JobDefinition } from '@philjs/jobs-core';
import type { ScheduleItem } from '@philjs/jobs-scheduler';

const DAY_MS = 86_400_000;

/** The job of all schedules, which does nothing. */
export const tickJob: JobDefinition<'tick', undefined, void> = defineJob({
  name: 'tick',
  handler: async (_payload: undefined) => undefined,
});

/** Is called for each tick once its job is stored. */
type OnTick = (scheduledAt: Date) => void;

/** Makes schedules that are all due every second. */
export function secondlySchedules(count: number, onSchedule: OnTick): ScheduleItem[] {
  return Array.from({ length: count }, (_, index) => ({
    job: tickJob,
    id: `secondly-${index}`,
    cron: '* * * * * *',
    payload: undefined,
    onSchedule,
  }));
}

/**
 * Makes schedules of which a given number is due each second: patterns that fire every minute, spread over
 * its seconds; the other schedules have intervals of a day.
 */
export function spreadSchedules(
  count: number,
  dueEachSecond: number,
  onSchedule: OnTick,
): ScheduleItem[] {
  const minutely = dueEachSecond * 60;
  return Array.from({ length: count }, (_, index) => ({
    job: tickJob,
    id: `spread-${index}`,
    payload: undefined,
    onSchedule,
    ...(index < minutely ? { cron: `${index % 60} * * * * *` } : { every: DAY_MS }),
  }));
}

const ZONES = ['UTC', 'America/New_York', 'Europe/Paris', 'Asia/Tokyo', 'Australia/Sydney'];

/** Makes schedules as applications have them: nightly patterns in five zones, none due within half a day. */
export function nightlySchedules(count: number, now: Date): ScheduleItem[] {
  return Array.from({ length: count }, (_, index) => {
    const timezone = ZONES[index % ZONES.length] ?? 'UTC';
    const hour = (hourIn(timezone, now) + 12) % 24;
    return {
      job: tickJob,
      id: `nightly-${index}`,
      cron: `${index % 60} ${hour} * * *`,
      timezone: timezone as 'UTC',
      payload: undefined,
    };
  });
}

function hourIn(timeZone: string, at: Date): number {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: 'numeric', hourCycle: 'h23' });
  return Number(format.format(at));
}

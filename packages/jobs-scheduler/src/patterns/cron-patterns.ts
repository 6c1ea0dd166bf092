import { checkInteger } from '@philjs/jobs-core/internal';

/** Names the days of the week as cron numbers them: 0 is Sunday. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

/** Lists the constants and functions of {@link CronPatterns}. */
export interface CronPatternList {
  /** Every minute. */
  readonly EVERY_MINUTE: '* * * * *';
  /** At minutes 0, 5, 10 and so on. */
  readonly EVERY_5_MINUTES: '*/5 * * * *';
  /** At minutes 0, 15, 30 and 45. */
  readonly EVERY_15_MINUTES: '*/15 * * * *';
  /** At minutes 0 and 30. */
  readonly EVERY_30_MINUTES: '*/30 * * * *';
  /** On the hour. */
  readonly EVERY_HOUR: '0 * * * *';
  /** Every day at midnight. */
  readonly DAILY: '0 0 * * *';
  /** Every day at noon. */
  readonly DAILY_NOON: '0 12 * * *';
  /** On Sunday at midnight. */
  readonly WEEKLY: '0 0 * * 0';
  /** On the first at midnight. */
  readonly MONTHLY: '0 0 1 * *';
  /** On the first of January at midnight. */
  readonly YEARLY: '0 0 1 1 *';
  /** Every day at a time. */
  at(hour: number, minute?: number): string;
  /** Every `n` minutes of the hour, from minute 0; if `n` does not divide 60, the last interval is shorter. */
  everyMinutes(n: number): string;
  /** Every `n` hours of the day, from midnight; if `n` does not divide 24, the last interval is shorter. */
  everyHours(n: number): string;
  /** Every week on a day, at a time. */
  weekday(day: Weekday, hour?: number, minute?: number): string;
  /** Monday to Friday at a time. */
  weekdays(hour?: number, minute?: number): string;
  /** Saturday and Sunday at a time. */
  weekends(hour?: number, minute?: number): string;
}

const time = (hour: number, minute: number): string =>
  `${checkInteger('minute', minute, { min: 0, max: 59 })} ${checkInteger('hour', hour, { min: 0, max: 23 })}`;

/** Writes common cron patterns. Throws `JOBS_INVALID_ARGUMENT` for values out of range. */
export const CronPatterns: CronPatternList = Object.freeze({
  EVERY_MINUTE: '* * * * *',
  EVERY_5_MINUTES: '*/5 * * * *',
  EVERY_15_MINUTES: '*/15 * * * *',
  EVERY_30_MINUTES: '*/30 * * * *',
  EVERY_HOUR: '0 * * * *',
  DAILY: '0 0 * * *',
  DAILY_NOON: '0 12 * * *',
  WEEKLY: '0 0 * * 0',
  MONTHLY: '0 0 1 * *',
  YEARLY: '0 0 1 1 *',
  at: (hour: number, minute = 0): string => `${time(hour, minute)} * * *`,
  everyMinutes: (n: number): string => `*/${checkInteger('n', n, { min: 1, max: 59 })} * * * *`,
  everyHours: (n: number): string => `0 */${checkInteger('n', n, { min: 1, max: 23 })} * * *`,
  weekday: (day: Weekday, hour = 0, minute = 0): string =>
    `${time(hour, minute)} * * ${checkInteger('day', day, { min: 0, max: 6 })}`,
  weekdays: (hour = 0, minute = 0): string => `${time(hour, minute)} * * 1-5`,
  weekends: (hour = 0, minute = 0): string => `${time(hour, minute)} * * 0,6`,
});

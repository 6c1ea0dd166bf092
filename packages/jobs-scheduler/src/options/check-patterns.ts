import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import type { Timing } from '../spec/schedule-spec.ts';
import { cronTimetable } from '../ticks/cron-timetable.ts';
import { checkCron } from './check-cron.ts';
import type { ScheduleExceptions } from './schedule-options.ts';

const MAX_PATTERNS = 100;
const MAX_DATES = 1000;
/** The first time that a pattern with years may match: the start of the year 1. */
const EARLIEST = Date.parse('0001-01-01T00:00:00Z') - 1;

/** Patterns found to match at some time. */
const ticking = new Set<string>();
const KNOWN = 10_000;

type Exceptions = NonNullable<Extract<Timing, { kind: 'cron' }>['except']>;

/**
 * Checks one cron pattern or several; returns them without duplicates.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkPatterns(field: string, given: unknown): readonly [string, ...string[]] {
  if (!Array.isArray(given)) return [checkCron(field, given)];
  if (given.length === 0 || given.length > MAX_PATTERNS) {
    throw invalidArgument(field, `a cron pattern, or 1 to ${MAX_PATTERNS} of them`, given);
  }
  const patterns = given.map((pattern, index) => checkTicks(`${field}[${index}]`, pattern));
  return [...new Set(patterns)] as [string, ...string[]];
}

/**
 * Checks the exceptions of a schedule: the times when it does not tick.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkExceptions(except: ScheduleExceptions): Exceptions {
  checkOptions('except', except, ['dates', 'cron']);
  const { dates, cron } = except;
  return {
    ...(dates !== undefined && { dates: checkDates(dates) }),
    ...(cron !== undefined && { cron: checkException(cron) }),
  };
}

function checkException(cron: unknown): readonly string[] {
  return Array.isArray(cron)
    ? checkPatterns('except.cron', cron)
    : [checkTicks('except.cron', cron)];
}

/** Checks a pattern that is not the only one of its schedule: that it never matches would go unnoticed. */
function checkTicks(field: string, given: unknown): string {
  const pattern = checkCron(field, given);
  if (ticking.has(pattern)) return pattern;
  if (cronTimetable(pattern, 'UTC').next(EARLIEST) === undefined) {
    throw invalidArgument(field, 'a cron pattern that matches at some time', given);
  }
  if (ticking.size >= KNOWN) ticking.clear();
  ticking.add(pattern);
  return pattern;
}

function checkDates(dates: unknown): readonly string[] {
  if (!Array.isArray(dates) || dates.length > MAX_DATES) {
    throw invalidArgument('except.dates', `a list of up to ${MAX_DATES} days`, dates);
  }
  for (const [index, date] of dates.entries()) {
    const isDate =
      typeof date === 'string' &&
      /^\d{4}-\d\d-\d\d$/.test(date) &&
      new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date);
    if (!isDate)
      throw invalidArgument(`except.dates[${index}]`, 'a day such as `2026-12-24`', date);
  }
  return dates as readonly string[];
}

import { invalidArgument, JobsError } from '@philjs/jobs-core';
import { CronPattern } from 'croner';
import { cronFields } from '../ticks/cron-fields.ts';

/** No useful pattern is longer, and reading one costs time. */
const MAX_LENGTH = 1000;

/**
 * Checks a cron pattern and returns it without spaces around it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkCron(field: string, cron: unknown): string {
  if (typeof cron !== 'string' || cron.trim() === '' || cron.length > MAX_LENGTH) {
    throw invalidArgument(field, `a cron pattern of up to ${MAX_LENGTH} characters`, cron);
  }
  if (/^\s*\d{4}-\d\d-\d\d/.test(cron)) {
    throw invalidArgument(field, 'a cron pattern', cron, 'For a date, use `at: new Date(…)`.');
  }
  try {
    new CronPattern(cronFields(cron).join(' '));
  } catch (cause) {
    throw unreadable(field, cron, cause);
  }
  return cron.trim();
}

function unreadable(field: string, cron: string, cause: unknown): JobsError {
  const reason = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : '';
  const { message, details } = invalidArgument(
    field,
    'a cron pattern of 5 to 7 fields (second, minute, hour, day of month, month, day of week, year)',
    cron,
    `${reason.slice(0, 200)}`,
  );
  return new JobsError('JOBS_INVALID_ARGUMENT', message, { cause, details: { ...details } });
}

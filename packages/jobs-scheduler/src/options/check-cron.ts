import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import { CronPattern } from 'croner';
import { cronFields } from '../ticks/cron-fields.ts';

/** The patterns found valid: parsing one takes longer than all other checks of a schedule. */
const known = new Set<string>();
const KNOWN = 10_000;

/** Advises what to use in place of patterns of other systems. */
const NO_PATTERNS = [
  ['@every', 'For an interval, use `every`, in milliseconds.'],
  [
    '@reboot',
    'To run it once when it is made, use `immediately`; at each start, enqueue the job there.',
  ],
] as const;

/** The longest pattern, in characters: no useful pattern is longer, and parsing costs time. */
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
  const pattern = cron.trim();
  if (known.has(pattern)) return pattern;
  const advice = NO_PATTERNS.find(([start]) => pattern.toLowerCase().startsWith(start))?.[1];
  if (advice !== undefined) throw invalidArgument(field, 'a cron pattern', cron, advice);
  try {
    new CronPattern(cronFields(pattern).join(' '));
  } catch (cause) {
    throw unreadable(field, cron, cause);
  }
  if (known.size >= KNOWN) known.clear();
  known.add(pattern);
  return pattern;
}

/** Writes the reason why croner refused a pattern. Croner counts months and days from 0, people count from 1. */
function reasonOf(cause: unknown, fields: readonly string[]): string {
  const text = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : '';
  // Other libraries take words.
  if (text.startsWith('invalid configuration format')) {
    return isShort(fields)
      ? `It has ${fields.length} of at least 5 fields: minute, hour, day of month, month, day of week. For any, write \`*\`, as in \`${[...fields, '*', '*', '*'].slice(0, 5).join(' ')}\`.`
      : 'An interval is `every`, in milliseconds.';
  }
  const counted = text.replace(
    /^Invalid value for (month|day): (-?\d+)/,
    (_, field: string, value: string) => `Invalid value for ${field}: ${Number(value) + 1}`,
  );
  return counted.slice(0, 200);
}

/** Returns whether fields are the first of a pattern, and not words. */
function isShort(fields: readonly string[]): boolean {
  return fields.length > 1 && fields.length < 5 && fields.every((field) => /^[\d*?]/.test(field));
}

function unreadable(field: string, cron: string, cause: unknown): JobsError {
  const reason = reasonOf(cause, cronFields(cron));
  const { message, details } = invalidArgument(
    field,
    'a cron pattern of 5 to 7 fields (second, minute, hour, day of month, month, day of week, year), such as `30 2 * * *`',
    cron,
    reason,
  );
  return new JobsError('JOBS_INVALID_ARGUMENT', message, { cause, details: { ...details } });
}

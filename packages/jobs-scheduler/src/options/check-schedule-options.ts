import { JobsError } from '@philjs/jobs-core';
import { invalidArgument } from '@philjs/jobs-core/backend';
import {
  checkDuration,
  checkInteger,
  checkOptions,
  checkTime,
  MAX_DURATION_MS,
} from '@philjs/jobs-core/internal';
import type { CatchUpSpec, ScheduleSpec, Timing } from '../spec/schedule-spec.ts';
import { checkExceptions, checkPatterns } from './check-patterns.ts';
import { checkTimeZone } from './check-time-zone.ts';
import type { CatchUp, DstRule, Overlap, ScheduleOptions } from './schedule-options.ts';

/** The names of a schedule's options. */
export const SCHEDULE_OPTION_NAMES: readonly string[] = [
  'id',
  'cron',
  'every',
  'at',
  'timezone',
  'payload',
  'enqueueOptions',
  'maxRuns',
  'startDate',
  'endDate',
  'overlap',
  'catchUp',
  'jitter',
  'dst',
  'except',
  'pauseOnFailure',
  'history',
  'description',
  'immediately',
  'revision',
  'onSchedule',
  'onComplete',
];
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['scheduleid', 'id'],
  ['name', 'id'],
  ['pattern', 'cron'],
  ['interval', 'every'],
  ['date', 'at'],
  ['dates', 'at'],
  ['tz', 'timezone'],
  ['data', 'payload'],
  ['limit', 'maxRuns'],
  ['startat', 'startDate'],
  ['stopat', 'endDate'],
  ['misfire', 'catchUp'],
]);

const OVERLAPS: readonly Overlap[] = ['allow', 'skip', 'buffer', 'buffer-all', 'cancel'];
const CATCH_UPS: readonly CatchUp[] = ['skip', 'one', 'all'];
const DST_RULES: readonly DstRule[] = ['skip', 'run-once', 'run-twice'];
const MAX_REVISION = Number.MAX_SAFE_INTEGER;
/** The shortest interval, in milliseconds: a shorter one is a loop, better written as a worker than as a schedule. */
const MIN_EVERY_MS = 100;
const MAX_DATES = 1000;
const DEFAULT_CAP = 1000;

/** Describes the result of {@link checkScheduleOptions}: the specification without its job. */
export type CheckedSchedule = Omit<ScheduleSpec, 'job'>;

/**
 * Checks everything of a schedule but its id, its job and its payload.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkScheduleOptions(options: ScheduleOptions, now: number): CheckedSchedule {
  checkOptions('schedule', options, SCHEDULE_OPTION_NAMES, SYNONYMS);
  const { maxRuns, pauseOnFailure, overlap = 'allow', jitter = 0 } = options;
  const { startDate, endDate, history, description } = options;
  const startAt = startDate === undefined ? undefined : checkTime('startDate', startDate);
  const endAt = endDate === undefined ? undefined : checkTime('endDate', endDate);
  if (endAt !== undefined && endAt <= (startAt ?? Number.NEGATIVE_INFINITY)) {
    throw invalidArgument('endDate', 'later than `startDate`', endDate);
  }
  checkPlainOptions(options);
  const count = { min: 1, max: Number.MAX_SAFE_INTEGER };
  return {
    v: 1,
    timing: checkTiming(options, startAt, now),
    overlap: oneOf('overlap', overlap, OVERLAPS),
    catchUp: checkCatchUp(options.catchUp),
    jitterMs: checkDuration('jitter', jitter, { min: 0, max: MAX_DURATION_MS }),
    once: false,
    ...(startAt !== undefined && { startAt }),
    ...(endAt !== undefined && { endAt }),
    ...(maxRuns !== undefined && { maxRuns: checkInteger('maxRuns', maxRuns, count) }),
    ...(history !== undefined && {
      keepHistory: checkInteger('history', history, { min: 1, max: 10_000 }),
    }),
    ...(description !== undefined && { description }),
    ...(pauseOnFailure !== undefined && {
      pauseOnFailure: checkInteger('pauseOnFailure', pauseOnFailure, count),
    }),
  };
}

/** Checks the options that are stored unchanged. */
function checkPlainOptions(options: ScheduleOptions): void {
  const { description, immediately, revision, onSchedule, onComplete } = options;
  for (const [field, callback] of Object.entries({ onSchedule, onComplete })) {
    if (callback !== undefined && typeof callback !== 'function') {
      throw invalidArgument(field, 'a function', callback);
    }
  }
  if (description !== undefined && (typeof description !== 'string' || description.length > 1000)) {
    throw invalidArgument('description', 'a string of up to 1,000 characters', description);
  }
  if (immediately !== undefined && typeof immediately !== 'boolean') {
    throw invalidArgument('immediately', 'a boolean', immediately);
  }
  if (revision !== undefined) checkInteger('revision', revision, { min: 0, max: MAX_REVISION });
}

/** Checks which of `cron`, `every` and `at` is given, and the options that belong to it. */
function checkTiming(options: ScheduleOptions, startAt: number | undefined, now: number): Timing {
  const { cron, every, at, timezone, dst, except } = options;
  const given = Object.entries({ cron, every, at }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected one of \`cron\`, \`every\` and \`at\`, got ${given.map(([name]) => `\`${name}\``).join(' and ') || 'none'}.`,
      { details: { field: given[1]?.[0] ?? 'cron' } },
    );
  }
  for (const [name, value] of Object.entries({ timezone, dst, except })) {
    if (cron !== undefined || value === undefined) continue;
    const advice = 'It belongs to `cron`: intervals and dates are the same in every time zone.';
    throw invalidArgument(name, 'absent', value, advice);
  }
  const zone = checkTimeZone('timezone', timezone === undefined ? 'UTC' : timezone);
  const rule = dst === undefined ? undefined : oneOf('dst', dst, DST_RULES);
  if (cron !== undefined) {
    const [pattern, ...also] = checkPatterns('cron', cron);
    return {
      kind: 'cron',
      cron: pattern,
      ...(also.length > 0 && { also }),
      timezone: zone,
      ...(rule !== undefined && { dst: rule }),
      ...(except !== undefined && { except: checkExceptions(except) }),
    };
  }
  if (every === undefined) return { kind: 'at', times: checkDates(at) };
  const range = { min: MIN_EVERY_MS, max: MAX_DURATION_MS };
  const everyMs = checkInteger('every', checkDuration('every', every, range), range);
  return { kind: 'every', everyMs, anchorAt: startAt === undefined ? now : startAt - everyMs };
}

function checkDates(at: unknown): readonly number[] {
  const dates: readonly unknown[] = Array.isArray(at) ? at : [at];
  if (dates.length === 0 || dates.length > MAX_DATES) {
    throw invalidArgument('at', `a Date, or 1 to ${MAX_DATES.toLocaleString('en')} of them`, at);
  }
  const times = dates.map((date, index) =>
    checkTime(Array.isArray(at) ? `at[${index}]` : 'at', date),
  );
  return [...new Set(times)].sort((a, b) => a - b);
}

function checkCatchUp(catchUp: ScheduleOptions['catchUp'] = 'one'): CatchUpSpec {
  if (typeof catchUp !== 'object' || catchUp === null) {
    return { policy: oneOf('catchUp', catchUp, CATCH_UPS), cap: DEFAULT_CAP };
  }
  checkOptions('catchUp', catchUp, ['policy', 'window', 'cap']);
  const { policy, window, cap = DEFAULT_CAP } = catchUp;
  return {
    policy: oneOf('catchUp.policy', policy, CATCH_UPS),
    cap: checkInteger('catchUp.cap', cap, { min: 1, max: 10_000 }),
    ...(window !== undefined && {
      windowMs: checkDuration('catchUp.window', window, { min: 1, max: MAX_DURATION_MS }),
    }),
  };
}

function oneOf<T extends string>(field: string, value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  const names = allowed.map((name) => `'${name}'`).join(', ');
  throw invalidArgument(field, `one of ${names}`, value);
}

import {
  checkDuration,
  checkInteger,
  checkOptions,
  invalidArgument,
  MAX_DURATION_MS,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';
import type { Retention } from '../contract/retention.ts';
import type { RetentionOption, SharedJobOptions } from './job-options.ts';

/** The names of {@link SharedJobOptions}. */
export const SHARED_OPTION_NAMES = [
  'attempts',
  'priority',
  'delay',
  'timeout',
  'removeOnComplete',
  'removeOnFail',
  'removeOnCancel',
  'expiresIn',
] as const;

/** Maps option names of other systems to ours. */
export const SHARED_SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['retries', 'attempts'],
  ['retry', 'attempts'],
  ['maxattempts', 'attempts'],
  ['maxretries', 'attempts'],
  ['retrylimit', 'attempts'],
  ['wait', 'delay'],
  ['startafter', 'delay'],
  ['ttl', 'expiresIn'],
  ['expirein', 'expiresIn'],
  ['keepjobs', 'removeOnComplete'],
]);

/** The range of priorities. */
export const PRIORITY_RANGE: { readonly min: number; readonly max: number } = {
  min: -1_000_000,
  max: 1_000_000,
};

/** The retention option of each way to end. */
export interface RetentionByEnd {
  readonly completed: Retention;
  readonly failed: Retention;
  readonly cancelled: Retention;
}

/**
 * The default retention of each name: of completed and cancelled jobs 24 h and 1,000, of failed ones 7 days and
 * 10,000; over all names ten times as many.
 */
export const DEFAULT_RETENTION: RetentionByEnd = {
  completed: { ageMs: 24 * 3_600_000, count: 1000, total: 10_000 },
  failed: { ageMs: 7 * 24 * 3_600_000, count: 10_000, total: 100_000 },
  cancelled: { ageMs: 24 * 3_600_000, count: 1000, total: 10_000 },
};

const KEEP_NONE: Retention = { ageMs: 0, count: 0 };
const NO_LIMIT = { ageMs: MAX_DURATION_MS, count: Number.MAX_SAFE_INTEGER };

/**
 * Checks the options that may appear in a definition, in a queue's defaults and at `enqueue`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkSharedOptions(prefix: string, options: SharedJobOptions): void {
  const { attempts, priority, delay, timeout, expiresIn } = options;
  if (attempts !== undefined) checkInteger(`${prefix}attempts`, attempts, { min: 1, max: 1000 });
  if (priority !== undefined) checkInteger(`${prefix}priority`, priority, PRIORITY_RANGE);
  if (delay !== undefined) {
    checkDuration(`${prefix}delay`, delay, { min: 0, max: MAX_DURATION_MS });
  }
  if (timeout !== undefined) {
    checkDuration(`${prefix}timeout`, timeout, { min: 1, max: MAX_TIMEOUT_MS });
  }
  if (expiresIn !== undefined) {
    checkDuration(`${prefix}expiresIn`, expiresIn, { min: 1, max: MAX_DURATION_MS });
  }
  for (const field of ['removeOnComplete', 'removeOnFail', 'removeOnCancel'] as const) {
    checkRetention(`${prefix}${field}`, options[field]);
  }
}

function checkRetention(field: string, option: unknown): void {
  if (option === undefined || typeof option === 'boolean') return;
  const count = { min: 0, max: Number.MAX_SAFE_INTEGER };
  if (typeof option === 'number') {
    checkInteger(field, option, count);
    return;
  }
  if (typeof option !== 'object') {
    throw invalidArgument(field, '`true`, `false`, a count, or `{ age, count }`', option);
  }
  const given = checkOptions(field, option, ['age', 'count']);
  if (given['count'] !== undefined) checkInteger(`${field}.count`, given['count'], count);
  if (given['age'] !== undefined) {
    checkDuration(`${field}.age`, given['age'], { min: 0, max: MAX_DURATION_MS });
  }
}

/**
 * Computes the retention of jobs that set none: the queue's own options, else the default. Over all names it is at
 * least as much as the largest retention of a definition, or another one would push its jobs out.
 */
export function retentionOf(
  queue: SharedJobOptions,
  jobs: readonly SharedJobOptions[],
): RetentionByEnd {
  const resolve = (
    option: 'removeOnComplete' | 'removeOnFail' | 'removeOnCancel',
    standard: Retention,
  ): Retention => {
    const own = resolveRetention(queue[option], standard);
    const totals = jobs.map((job) => resolveRetention(job[option], own).total ?? 0);
    return { ...own, total: Math.max(own.total ?? 0, standard.total ?? 0, ...totals) };
  };
  return {
    completed: resolve('removeOnComplete', DEFAULT_RETENTION.completed),
    failed: resolve('removeOnFail', DEFAULT_RETENTION.failed),
    cancelled: resolve('removeOnCancel', DEFAULT_RETENTION.cancelled),
  };
}

/** Turns a user's retention option into limits. */
export function resolveRetention(
  option: RetentionOption | undefined,
  standard: Retention,
): Retention {
  if (option === undefined || option === false) return standard;
  if (option === true) return KEEP_NONE;
  if (typeof option === 'number') return withTotal({ ...NO_LIMIT, count: option }, standard);
  const { age, count } = option;
  if (age === undefined && count === undefined) return standard;
  const limits = { ageMs: age ?? NO_LIMIT.ageMs, count: count ?? NO_LIMIT.count };
  return withTotal(limits, standard);
}

function withTotal(limits: Retention, { total = 0 }: Retention): Retention {
  return { ...limits, total: Math.max(total, limits.count) };
}

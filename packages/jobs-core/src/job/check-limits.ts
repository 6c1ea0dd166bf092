import {
  checkDuration,
  checkInteger,
  checkOptions,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';
import { checkName } from './check-name.ts';
import type { LimitDefaults } from './limits-of.ts';

/** How many jobs of a type may run at once, or start in a window. */
export const LIMIT_RANGE: { readonly min: number; readonly max: number } = { min: 1, max: 100_000 };

/** Maps the names that other systems use for the parts of a limit, in lower case. */
const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['limit', 'max'],
  ['count', 'max'],
  ['points', 'max'],
  ['concurrency', 'max'],
  ['duration', 'per'],
  ['interval', 'per'],
  ['window', 'per'],
  ['period', 'per'],
  ['by', 'key'],
  ['groupby', 'key'],
  ['groupkey', 'key'],
]);

/**
 * Checks how many jobs of a type may run at once: a number, a limit for each key, or both.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkConcurrencyOption(value: unknown): void {
  if (value === undefined) return;
  if (Array.isArray(value)) checkBoth(value);
  else if (typeof value === 'object' && value !== null) checkKeyed('concurrency', value);
  else checkInteger('concurrency', value, LIMIT_RANGE);
}

function checkBoth(value: readonly unknown[]): void {
  if (value.length !== 2) {
    const expected = '`[max, { max, key }]`: a limit for the type, then one for each key';
    throw invalidArgument('concurrency', expected, value);
  }
  checkInteger('concurrency[0]', value[0], LIMIT_RANGE);
  checkKeyed('concurrency[1]', value[1]);
}

function checkKeyed(field: string, value: unknown): void {
  const known = ['max', 'key', 'strict', 'onFailure', 'scope', 'name'];
  const { max, key, strict, onFailure, ...shared } = checkOptions(field, value, known, SYNONYMS);
  checkInteger(`${field}.max`, max, LIMIT_RANGE);
  const isShared = checkScope(field, shared);
  checkStrict(field, strict, onFailure);
  if (strict === true && max !== 1) {
    throw invalidArgument(`${field}.max`, '1, as the key is `strict`', max);
  }
  if (typeof key === 'function' || (isShared && strict !== true && key === undefined)) return;
  throw invalidArgument(
    `${field}.key`,
    'a function `(payload) => string`',
    key,
    isShared
      ? ''
      : 'A limit for all jobs of the type together is a number, such as `concurrency: 5`.',
  );
}

function checkStrict(field: string, strict: unknown, onFailure: unknown): void {
  if (strict !== undefined && typeof strict !== 'boolean') {
    throw invalidArgument(`${field}.strict`, 'a boolean', strict);
  }
  if (onFailure === undefined) return;
  if (onFailure !== 'continue' && onFailure !== 'hold') {
    throw invalidArgument(`${field}.onFailure`, "'continue' or 'hold'", onFailure);
  }
  if (strict === true) return;
  throw invalidArgument(`${field}.onFailure`, 'absent, as the key is not `strict`', onFailure);
}

/**
 * Checks how often jobs of a type may start.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkRateLimitOption(value: unknown, field = 'rateLimit'): void {
  if (value === undefined) return;
  const known = ['max', 'per', 'key', 'scope', 'name'];
  const { max, per, key, ...shared } = checkOptions(field, value, known, SYNONYMS);
  checkInteger(`${field}.max`, max, LIMIT_RANGE);
  checkDuration(`${field}.per`, per, { min: 1, max: MAX_TIMEOUT_MS });
  checkScope(field, shared);
  if (key === undefined || typeof key === 'function') return;
  throw invalidArgument(`${field}.key`, 'a function `(payload) => string`', key);
}

/** Checks which jobs count, and the name of a limit that they share; returns whether they share it. */
function checkScope(
  field: string,
  { scope = 'name', name }: { readonly scope?: unknown; readonly name?: unknown },
): boolean {
  if (scope === 'queue') {
    checkLimitName(`${field}.name`, name);
    return true;
  }
  if (scope !== 'name') throw invalidArgument(`${field}.scope`, "'name' or 'queue'", scope);
  if (name === undefined) return false;
  const advice =
    "Only limits that jobs share have a name: add `scope: 'queue'`, or leave the name out.";
  throw invalidArgument(`${field}.name`, 'absent', name, advice);
}

/**
 * Checks the name of a limit that jobs share, and returns it.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkLimitName(field: string, name: unknown): string {
  if (typeof name === 'string' && name.length > 64) {
    throw invalidArgument(field, 'a string of 1 to 64 characters', name);
  }
  return checkName(field, name);
}

/**
 * Checks the limits that all jobs of a queue share.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkDefaultLimits(defaults: LimitDefaults): void {
  for (const name of ['concurrency', 'rateLimit'] as const) {
    const field = `defaultJobOptions.${name}`;
    const limit = defaults[name];
    if (limit === undefined) continue;
    if (limit?.scope !== 'queue') {
      throw invalidArgument(field, "a limit with `scope: 'queue'` and a `name`", limit);
    }
    if (name === 'concurrency') checkKeyed(field, limit);
    else checkRateLimitOption(limit, field);
  }
}

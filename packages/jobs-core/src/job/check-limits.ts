import {
  checkDuration,
  checkInteger,
  checkOptions,
  invalidArgument,
  MAX_TIMEOUT_MS,
} from '../check/argument.ts';

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
  const { max, key } = checkOptions(field, value, ['max', 'key'], SYNONYMS);
  checkInteger(`${field}.max`, max, LIMIT_RANGE);
  if (typeof key === 'function') return;
  throw invalidArgument(
    `${field}.key`,
    'a function `(payload) => string`',
    key,
    'A limit for all jobs of the type together is a number, such as `concurrency: 5`.',
  );
}

/**
 * Checks how often jobs of a type may start.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkRateLimitOption(value: unknown): void {
  if (value === undefined) return;
  const { max, per, key } = checkOptions('rateLimit', value, ['max', 'per', 'key'], SYNONYMS);
  checkInteger('rateLimit.max', max, LIMIT_RANGE);
  checkDuration('rateLimit.per', per, { min: 1, max: MAX_TIMEOUT_MS });
  if (key === undefined || typeof key === 'function') return;
  throw invalidArgument('rateLimit.key', 'a function `(payload) => string`', key);
}

import {
  checkDuration,
  checkOptions,
  invalidArgument,
  MAX_DURATION_MS,
} from '../check/argument.ts';
import { refusePromise } from '../check/refuse-promise.ts';
import type { Backoff } from './job-options.ts';

/** The default delays: 1 s, 2 s, 4 s … up to a day. */
export const DEFAULT_BACKOFF: Backoff = { type: 'exponential', delay: 1000 };

const DEFAULT_MAX_DELAY_MS = 86_400_000;

/**
 * Checks a backoff.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function checkBackoff(field: string, backoff: unknown): void {
  if (typeof backoff === 'function') return;
  if (typeof backoff !== 'object' || backoff === null) {
    const expected = "an object such as `{ type: 'exponential', delay: 1000 }`, or a function";
    throw invalidArgument(field, expected, backoff);
  }
  const given = checkOptions(field, backoff, ['type', 'delay', 'jitter', 'maxDelay']);
  if (given['type'] !== 'exponential' && given['type'] !== 'fixed') {
    throw invalidArgument(`${field}.type`, "'exponential' or 'fixed'", given['type']);
  }
  checkDuration(`${field}.delay`, given['delay'], { min: 0, max: MAX_DURATION_MS });
  const { jitter, maxDelay } = given;
  if (jitter !== undefined && !(typeof jitter === 'number' && jitter >= 0 && jitter <= 1)) {
    throw invalidArgument(`${field}.jitter`, 'a number from 0 to 1', jitter);
  }
  if (maxDelay !== undefined) {
    checkDuration(`${field}.maxDelay`, maxDelay, { min: 0, max: MAX_DURATION_MS });
  }
}

/**
 * Computes the delay after a failed attempt, counted from 1; `false` for no further attempt.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when a backoff function returns an invalid value; any error the function
 * throws
 */
export function backoffDelay(backoff: Backoff, attempt: number, error: unknown): number | false {
  if (typeof backoff !== 'function') return formulaDelay(backoff, attempt);
  const delay: unknown = backoff(attempt, error);
  if (delay === false) return false;
  refusePromise('backoff', 'milliseconds or `false`', delay);
  if (typeof delay === 'number' && delay >= 0 && delay <= MAX_DURATION_MS) return Math.ceil(delay);
  throw invalidArgument('backoff()', 'a number of milliseconds or `false`', delay);
}

function formulaDelay(
  backoff: Exclude<Backoff, (...args: never) => unknown>,
  attempt: number,
): number {
  const { type, delay, jitter = 0, maxDelay = DEFAULT_MAX_DELAY_MS } = backoff;
  // 2^1024 is Infinity, and 0 · Infinity is NaN.
  const growth = type === 'fixed' ? 1 : 2 ** Math.min(attempt - 1, 1000);
  const full = Math.min(maxDelay, delay * growth);
  return Math.round(full * (1 - jitter * Math.random()));
}

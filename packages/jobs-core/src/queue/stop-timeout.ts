import { checkDuration, checkOptions, MAX_TIMEOUT_MS } from '../check/argument.ts';
import type { StopOptions } from './queue-interface.ts';

/** How long a worker may take to stop by default, in milliseconds. */
export const DEFAULT_STOP_TIMEOUT_MS = 30_000;

/** Reads how long a worker may take to stop, in milliseconds. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function stopTimeout(options: StopOptions): number {
  checkOptions('stop', options, ['timeout']);
  const { timeout = DEFAULT_STOP_TIMEOUT_MS } = options;
  return checkDuration('timeout', timeout, { min: 0, max: MAX_TIMEOUT_MS });
}

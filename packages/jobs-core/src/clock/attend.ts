import type { Clock } from './clock.ts';

/** Runs work of the application, attended by a clock that can: see {@link Clock.attend}. */
export function attend<T>(clock: Clock, work: () => T, timeoutMs?: number): T {
  return clock.attend === undefined ? work() : clock.attend(work, timeoutMs);
}

import type { Clock } from '@philjs/jobs-core';
import { tampered, type Variant } from '../variant.ts';

const ahead = new WeakMap<Clock, Clock>();

/** Makes a clock that is 2 ms ahead, one for each clock. */
function clockAhead(clock: Clock): Clock {
  const made: Clock = ahead.get(clock) ?? {
    now: () => clock.now() + 2,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    clearTimeout: (handle) => clock.clearTimeout(handle),
  };
  ahead.set(clock, made);
  return made;
}

export const delayedJobsEarly: Variant = {
  name: 'starts delayed jobs 2 ms early',
  caughtBy: [
    'never starts a delayed job early, and starts it on time',
    'never starts a job early that is tried again or put back',
  ],
  create: tampered(
    () => ({}),
    (context) => ({ ...context, clock: clockAhead(context.clock) }),
  ),
};

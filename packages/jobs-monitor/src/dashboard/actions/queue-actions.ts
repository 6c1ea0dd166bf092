import type { Action } from './action.ts';

/** Stops new starts on every process. */
export const pause: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).pause();
  return { changed: 0 };
};

/** Ends a pause. */
export const resume: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).resume();
  return { changed: 0 };
};

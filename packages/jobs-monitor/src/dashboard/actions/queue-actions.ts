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

/** Stops new starts of the jobs of one name on every process. */
export const pauseJobs: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).pauseJobs(fields.name);
  return { changed: 0 };
};

/** Ends a pause of the jobs of one name. */
export const resumeJobs: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).resumeJobs(fields.name);
  return { changed: 0 };
};

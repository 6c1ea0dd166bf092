import type { Action } from './action.ts';

/** Pauses a queue: no process starts another job of it. */
export const pause: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).pause();
  return { changed: 0 };
};

/** Resumes a paused queue. */
export const resume: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).resume();
  return { changed: 0 };
};

/** Pauses the jobs of one name: no process starts another one. */
export const pauseJobs: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).pauseJobs(fields.name);
  return { changed: 0 };
};

/** Resumes the paused jobs of one name. */
export const resumeJobs: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).resumeJobs(fields.name);
  return { changed: 0 };
};

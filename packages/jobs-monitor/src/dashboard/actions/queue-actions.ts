import { JobsError } from '@philjs/jobs-core';
import type { Action } from './action.ts';

/** How many more jobs than the user counted may be removed: those that have come since the count. */
const COME_SINCE = 0.1;

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

/**
 * Removes all jobs of a queue that are not active. It requires the `count` the user agreed to, and refuses when
 * there are more than a tenth more jobs now. `dryRun` only counts.
 */
export const clear: Action = async ({ monitor }, fields) => {
  const queue = monitor.getQueue(fields.queue);
  const isDryRun = fields.flag('dryRun');
  const agreed = isDryRun ? undefined : fields.number('count');
  const { total, active } = await queue.getStats();
  const matched = total - active;
  if (agreed === undefined) return { changed: 0, answer: { matched } };
  if (matched > Math.ceil(agreed * (1 + COME_SINCE))) {
    throw new JobsError(
      'JOBS_CONFLICT',
      `\`${queue.name}\` has ${matched} jobs now that are not active, not ${agreed}. Nothing was removed.`,
    );
  }
  return { changed: await queue.clear(), answer: { matched } };
};

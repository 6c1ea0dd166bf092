import type { Action } from './action.ts';

/** Asks a worker to take no new jobs, and to end once its active jobs have. */
export const quietWorker: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).askWorker(fields.id, 'quiet');
  return { changed: 0 };
};

/** Asks a worker to stop: it gives back the jobs that are still active after 30 seconds. */
export const stopWorker: Action = async ({ monitor }, fields) => {
  await monitor.getQueue(fields.queue).askWorker(fields.id, 'stop');
  return { changed: 0 };
};

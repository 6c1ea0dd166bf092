import { createRedactor } from '@philjs/jobs-core/redact';
import { readJob } from '../../pages/job/load-job.ts';
import type { Action } from './action.ts';

const UNMASKED = createRedactor(false);

/** Returns a job as it is stored, with nothing masked. */
export const reveal: Action = async ({ monitor }, fields) => {
  const data = await readJob(monitor.getQueue(fields.queue), fields.id, UNMASKED, true);
  return { changed: 0, answer: { data } };
};

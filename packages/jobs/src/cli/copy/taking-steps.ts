import type { NewJob } from '@philjs/jobs-core/backend';
import { stepsOf, withSteps } from '@philjs/jobs-core/internal';
import type { CopiedQueue } from './copy-jobs.ts';

/** Adds to a job that is copied what its steps have left. */
export async function takingSteps(
  { from, to }: Pick<CopiedQueue, 'from' | 'to'>,
  job: NewJob,
): Promise<NewJob> {
  return to.steps === undefined ? job : withSteps(job, await stepsOf(from, job.id));
}

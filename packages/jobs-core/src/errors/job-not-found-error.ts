import { JobsError } from './jobs-error.ts';

/** Makes the error of an id that no stored job has. */
export function jobNotFoundError(id: string): JobsError {
  return new JobsError(
    'JOBS_NOT_FOUND',
    `There is no job \`${id}\`: the id is wrong, or the job was removed.`,
    { details: { jobId: id } },
  );
}

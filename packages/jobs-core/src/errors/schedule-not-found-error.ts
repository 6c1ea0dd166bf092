import { JobsError } from './jobs-error.ts';

/** Makes the error of an id that no schedule has. */
export function scheduleNotFoundError(id: string): JobsError {
  return new JobsError('JOBS_NOT_FOUND', `There is no schedule \`${id}\`.`, {
    details: { scheduleId: id },
  });
}

import { isJobsError, JobsError } from '@philjs/jobs-core';

/** Masks an error, so that it can be shown: it may quote that of a job, or what a schema says of a payload. */
export function maskedError(error: unknown, mask: (text: string) => string): unknown {
  if (isJobsError(error)) {
    return new JobsError(error.code, mask(error.message), { details: { ...error.details } });
  }
  if (!(error instanceof Error)) return error;
  return Object.assign(new Error(mask(error.message)), {
    name: error.name,
    stack: error.stack === undefined ? undefined : mask(error.stack),
  });
}

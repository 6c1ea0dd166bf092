import { JobsError } from './jobs-error.ts';

/** Makes the error for a job id that a stored job of another type has. */
export function idTakenError(taken: {
  readonly jobId: string;
  readonly name: string;
  /** The name of the job that has the id. */
  readonly takenBy: string;
}): JobsError {
  const { jobId, name, takenBy } = taken;
  return new JobsError(
    'JOBS_CONFLICT',
    `Expected \`jobId\` of a job \`${name}\` to be new, or that of another \`${name}\`, got \`${jobId}\`, which a job \`${takenBy}\` has. ` +
      'Put the name into the id, or leave the id out.',
    { details: { jobId, name, takenBy } },
  );
}

/** Makes the error for a job that cannot be put back because another job now holds its deduplication key. */
export function keyHeldError(held: {
  readonly jobId: string;
  /** The job that holds the key. */
  readonly heldBy: string;
}): JobsError {
  const { jobId, heldBy } = held;
  return new JobsError(
    'JOBS_CONFLICT',
    `Job \`${jobId}\` cannot be retried: job \`${heldBy}\` holds its deduplication key by now. ` +
      'Retry it when that one has ended, or remove that one first.',
    { details: { jobId, heldBy } },
  );
}

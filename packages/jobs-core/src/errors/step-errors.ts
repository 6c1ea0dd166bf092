import { JobsError } from './jobs-error.ts';

/** How many entries of steps a job may have, and how many bytes in all. */
export const MOST_STEPS = 1000;
export const MOST_STEP_BYTES: number = 4 * 1_048_576;

/** Makes the error of a job whose steps leave no room for another. */
export function stepsFullError(full: {
  readonly jobId: string;
  readonly name: string;
  readonly what: 'entries' | 'bytes';
  readonly got: number;
}): JobsError {
  const { jobId, name, what, got } = full;
  const max = what === 'bytes' ? MOST_STEP_BYTES : MOST_STEPS;
  const advice =
    what === 'bytes'
      ? 'Store what is large elsewhere, and return where it is.'
      : 'Do more in one step, or let the job add children: `ctx.addChildren`.';
  return new JobsError(
    'JOBS_STEPS_FULL',
    `Expected the steps, sleeps and signals of job \`${jobId}\` to be at most ${max} ${what}, got ${got} with \`${name}\`. ${advice}`,
    { details: { jobId, step: name, max, [what]: got } },
  );
}

/** Makes the error of a signal that did not come in time. */
export function signalTimeoutError(jobId: string, event: string, timeoutMs: number): JobsError {
  return new JobsError(
    'JOBS_SIGNAL_TIMEOUT',
    `The signal \`${event}\` to job \`${jobId}\` did not come within ${timeoutMs} ms. ` +
      'Catch this error to go on without it; `queue.signal` sends one.',
    { details: { jobId, event, timeoutMs } },
  );
}

/** Makes the error of a signal to a job that asks for it no more. */
export function signalRefusedError(jobId: string, event: string, why: string): JobsError {
  return new JobsError(
    'JOBS_CONFLICT',
    `The signal \`${event}\` to job \`${jobId}\` is not stored: ${why}.`,
    { details: { jobId, event } },
  );
}

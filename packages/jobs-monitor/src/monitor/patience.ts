import { type Clock, JobsError } from '@philjs/jobs-core';

/** How long a page waits for one store, in milliseconds, so that a store that is away does not hold up the others. */
export const PATIENCE_MS = 3000;

/**
 * Waits for an answer, at most {@link PATIENCE_MS}.
 *
 * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` when it takes longer; the error the promise rejects with
 */
export function withPatience<T>(clock: Clock, answer: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(new JobsError('JOBS_BACKEND_UNAVAILABLE', 'The store does not answer in time.'));
    const timer = clock.setTimeout(giveUp, PATIENCE_MS, { background: true });
    answer.then(resolve, reject).finally(() => clock.clearTimeout(timer));
  });
}

import { JobsError } from '../errors/jobs-error.ts';
import { isThenable } from './is-thenable.ts';

/**
 * Refuses a promise where a function must return its value synchronously. A rejection of that promise does not end
 * the process.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refusePromise(field: string, expected: string, answer: unknown): void {
  if (!isThenable(answer)) return;
  answer.then(undefined, () => undefined);
  throw new JobsError(
    'JOBS_INVALID_ARGUMENT',
    `Expected \`${field}\` to return ${expected} at once, got a promise. Do what takes time in the handler.`,
    { details: { field, expected } },
  );
}

import { checkObject, invalidArgument } from '../check/argument.ts';

/**
 * Checks the options of a queue that brings its own backend: an object, without a `backend`.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT`
 */
export function refuseBackend(options: unknown): void {
  const { backend } = checkObject('createQueue', options) as { backend?: unknown };
  if (backend === undefined) return;
  throw invalidArgument(
    'backend',
    'absent: this queue brings its own',
    backend,
    "For another one import `createQueue` from '@philjs/jobs-core'.",
  );
}
